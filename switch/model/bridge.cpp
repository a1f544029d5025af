// SPDX-License-Identifier: Apache-2.0
#include "switch/model/bridge.h"

#include <charconv>
#include <fmt/format.h>

namespace bvs::model {

namespace {

// 16 hexadecimal digits, with or without "0x", not all zero.
std::optional<std::uint64_t> datapath_id_of(Settings &other_config) {
    auto digits = other_config.text("datapath-id");
    if (digits.empty())
        return std::nullopt;
    if (digits.starts_with("0x"))
        digits.remove_prefix(2);
    std::uint64_t id = 0;
    const auto stop = std::from_chars(digits.data(), digits.data() + digits.size(), id, 16).ptr;
    if (digits.size() != 16 || stop != digits.data() + digits.size() || id == 0) {
        other_config.warn("datapath-id", "is not a number of 16 hexadecimal digits");
        return std::nullopt;
    }
    return id;
}

} // namespace

Bridge settle(const BridgeRequest &request, Warnings &warnings) {
    Settings settings(request.other_config, "bridge " + request.name, warnings);
    Bridge bridge{.name = request.name,
                  .datapath_id = datapath_id_of(settings),
                  .mac = settings.mac("hwaddr"),
                  .forward_bpdu = settings.flag("forward-bpdu"),
                  .snoops = request.mcast_snooping_enable,
                  .flood_vlans = to_vlan_set(request.flood_vlans)};
    bridge.mac_table_size =
        settings.number("mac-table-size", 10, 1'000'000).value_or(bridge.mac_table_size);
    if (const auto seconds = settings.number("mac-aging-time", 15, 3600))
        bridge.mac_aging_time = std::chrono::seconds(*seconds);
    if (const auto &type = request.datapath_type;
        !type.empty() && type != "system" && type != "netdev")
        bridge.refusal = fmt::format("datapath_type {} is unknown; use system or none", type);
    else if (request.name.size() >= BVS_NAME_LEN)
        bridge.refusal = fmt::format("the name has more than {} bytes, which no network device can "
                                     "have",
                                     BVS_NAME_LEN - 1);
    return bridge;
}

bool concerns_ports(const Bridge &before, const Bridge &after) {
    return before.forward_bpdu != after.forward_bpdu || before.snoops != after.snoops ||
           before.mac != after.mac || before.mac_table_size != after.mac_table_size ||
           before.flood_vlans.any() != after.flood_vlans.any() || before.refusal != after.refusal;
}

} // namespace bvs::model
