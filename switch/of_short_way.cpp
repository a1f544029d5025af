// SPDX-License-Identifier: Apache-2.0
#include "switch/of_short_way.h"

#include <set>

namespace bvs::daemon {

ShortWay::ShortWay(std::string bridge, std::uint16_t number, PortTable &table)
    : bridge_(std::move(bridge)), number_(number), table_(table) {}

// A port that went counts for the last time: its number, and with it its counters, is not given
// away so soon.
model::FlowCounters ShortWay::take() {
    std::set<std::uint32_t> present;
    for (const auto &[name, port] : table_.ports())
        if (port.bridge == bridge_)
            present.insert(port.number());
    for (const auto port : present)
        ports_.try_emplace(port);
    model::FlowCounters sum, lasting;
    for (auto place = ports_.begin(); place != ports_.end();) {
        auto &[port, seen] = *place;
        if (const auto now = table_.maps().port_counters.get(port))
            seen = {now->normal_packets, now->normal_bytes};
        sum.packets += seen.packets;
        sum.bytes += seen.bytes;
        if (!present.contains(port)) {
            place = ports_.erase(place);
            continue;
        }
        lasting.packets += seen.packets;
        lasting.bytes += seen.bytes;
        ++place;
    }
    auto &taken = table_.maps().pipeline->pipelines.at(number_);
    // Ports that went while no daemon ran are missing in the sum.
    const model::FlowCounters fresh{
        sum.packets - std::min<std::uint64_t>(sum.packets, taken.normal_packets),
        sum.bytes - std::min<std::uint64_t>(sum.bytes, taken.normal_bytes)};
    taken.normal_packets = lasting.packets;
    taken.normal_bytes = lasting.bytes;
    return fresh;
}

} // namespace bvs::daemon
