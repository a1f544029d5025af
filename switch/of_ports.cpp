// SPDX-License-Identifier: Apache-2.0
#include "switch/of_ports.h"

#include "switch/host/link_control.h"
#include "switch/of_datapath.h"
#include "switch/statistics.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace bvs::daemon {

using model::Refusal;

namespace {

// OFPPF_*, OpenFlow 1.5.1, 7.2.1.2, for full duplex.
std::uint32_t features_of(std::uint64_t speed) {
    struct Rate {
        std::uint64_t bits;
        std::uint32_t feature;
    };
    constexpr std::uint32_t copper = 1 << 11;
    for (const auto &[bits, feature] : {Rate{1'000'000'000'000, 1 << 9},
                                        {100'000'000'000, 1 << 8},
                                        {40'000'000'000, 1 << 7},
                                        {10'000'000'000, 1 << 6},
                                        {1'000'000'000, 1 << 5},
                                        {100'000'000, 1 << 3},
                                        {10'000'000, 1 << 1}})
        if (speed == bits)
            return feature | copper;
    return 0;
}

constexpr std::pair<bool model::PortConfig::*, std::uint32_t> k_flags[] = {
    {&model::PortConfig::no_receive, BVS_PORT_NO_RECEIVE},
    {&model::PortConfig::no_flood, BVS_PORT_NO_FLOOD},
    {&model::PortConfig::no_forward, BVS_PORT_NO_FORWARD},
    {&model::PortConfig::no_packet_in, BVS_PORT_NO_PACKET_IN}};

std::uint32_t flags_of(const model::PortConfig &config) {
    std::uint32_t flags = 0;
    for (const auto &[bit, flag] : k_flags)
        if (config.*bit)
            flags |= flag;
    return flags;
}

std::uint32_t number_of(const LivePort &port) {
    return port.ofport == model::k_local_ofport ? model::port::local : port.ofport;
}

std::uint16_t tenths_of_percent(std::uint64_t rate, std::uint64_t whole) {
    constexpr double most = 1000;
    return static_cast<std::uint16_t>(
        std::min(most, std::round(most * static_cast<double>(rate) / static_cast<double>(whole))));
}

} // namespace

LivePort *OfPorts::find(std::uint32_t number) {
    const auto *port = std::as_const(*this).find(number);
    return port ? table_.port(port->name) : nullptr;
}

const LivePort *OfPorts::find(std::uint32_t number) const {
    const auto ofport = number == model::port::local ? model::k_local_ofport : number;
    for (const auto &[name, port] : table_.ports())
        if (port.bridge == bridge_ && port.ofport == ofport && port.in_service())
            return &port;
    return nullptr;
}

model::PortDescription OfPorts::describe(const LivePort &port) const {
    const auto facts = facts_of_(port);
    model::PortDescription description{.number = number_of(port), .name = port.name};
    for (const auto &[bit, flag] : k_flags)
        description.config.*bit = port.openflow & flag;
    if (!port.has_netdev()) {
        description.address = model::made_up_mac(port.name);
        description.state.live = !port.unreachable;
        return description;
    }
    if (!facts.link) {
        description.state.link_down = true;
        return description;
    }
    description.address = facts.link->mac;
    description.config.down = !facts.link->up;
    description.state.link_down = !facts.link->carrier;
    description.state.live = facts.link->up && facts.link->carrier && !port.unreachable;
    description.current = features_of(facts.speed);
    description.speed_kbps = static_cast<std::uint32_t>(facts.speed / 1000);
    return description;
}

std::vector<model::PortDescription> OfPorts::list() const {
    std::vector<model::PortDescription> ports;
    for (const auto &[name, port] : table_.ports())
        if (port.bridge == bridge_ && port.in_service())
            ports.push_back(describe(port));
    std::ranges::sort(ports, {}, &model::PortDescription::number);
    return ports;
}

model::PortStats OfPorts::count(const LivePort &port) const {
    const auto counters = table_.maps().port_counters.get(port.number());
    const auto sums = totals(counters.value_or(bvs_port_counters{}));
    const auto facts = facts_of_(port);
    model::PortStats stats{.number = number_of(port),
                           .rx_packets = sums.rx_packets,
                           .tx_packets = sums.tx_packets,
                           .rx_bytes = sums.rx_bytes,
                           .tx_bytes = sums.tx_bytes,
                           .rx_dropped = sums.rx_dropped,
                           .tx_dropped = sums.tx_dropped};
    if (facts.netdev) {
        stats.rx_errors = facts.netdev->rx_errors;
        stats.tx_errors = facts.netdev->tx_errors;
        stats.rx_frame_errors = facts.netdev->rx_frame_err;
        stats.rx_over_errors = facts.netdev->rx_over_err;
        stats.rx_crc_errors = facts.netdev->rx_crc_err;
        stats.collisions = facts.netdev->collisions;
    }
    if (const auto since = since_.find(port.name); since != since_.end())
        stats.duration = monotonic_now() - since->second;
    return stats;
}

std::vector<model::PortStats> OfPorts::stats(std::uint32_t port) const {
    std::vector<model::PortStats> found;
    for (const auto &[name, one] : table_.ports())
        if (one.bridge == bridge_ && one.in_service())
            if (auto counted = count(one); port == model::port::any || counted.number == port)
                found.push_back(counted);
    std::ranges::sort(found, {}, &model::PortStats::number);
    return found;
}

std::vector<std::pair<std::uint32_t, LiveQueue>> OfPorts::queues(std::uint32_t port,
                                                                 std::uint32_t queue) const {
    std::vector<std::pair<std::uint32_t, LiveQueue>> found;
    for (const auto &[name, one] : table_.ports()) {
        if (one.bridge != bridge_ || !one.in_service())
            continue;
        const auto number = number_of(one);
        if (port != model::port::any && port != number)
            continue;
        for (const auto &each : queues_of_(one))
            if (queue == ofagent::k_all_queues || queue == each.number)
                found.emplace_back(number, each);
    }
    std::ranges::sort(found, {},
                      [](const auto &each) { return std::pair(each.first, each.second.number); });
    return found;
}

std::vector<model::QueueStats> OfPorts::queue_stats(std::uint32_t port, std::uint32_t queue) const {
    std::vector<model::QueueStats> stats;
    for (const auto &[number, each] : queues(port, queue))
        stats.push_back({.port = number,
                         .queue = each.number,
                         .tx_packets = each.counters.packets,
                         .tx_bytes = each.counters.bytes,
                         .tx_errors = each.counters.drops,
                         .duration = each.age});
    return stats;
}

std::vector<wire::QueueConfig> OfPorts::queue_configs(std::uint32_t port,
                                                      std::uint32_t queue) const {
    std::vector<wire::QueueConfig> configs;
    for (const auto &[number, each] : queues(port, queue))
        configs.push_back({.port = number,
                           .queue = each.number,
                           .min_rate = tenths_of_percent(each.settings.min_rate, each.port_rate),
                           .max_rate = tenths_of_percent(each.settings.max_rate, each.port_rate)});
    return configs;
}

bool OfPorts::wants_packet_ins(std::uint32_t number) const {
    const auto *port = find(number);
    return !port || !(port->openflow & BVS_PORT_NO_PACKET_IN);
}

// A port is taken down and up as its netdev.
model::Answer<std::vector<OfPorts::Change>> OfPorts::change(const model::PortMod &mod) {
    auto *port = find(mod.number);
    if (!port)
        return model::refuse(Refusal::port_bad_port,
                             fmt::format("there is no port {}", mod.number));
    const auto description = describe(*port);
    if (mod.address != description.address)
        return model::refuse(Refusal::port_bad_hw_addr,
                             fmt::format("port {} has the address {}", mod.number,
                                         model::to_string(description.address)));
    if (mod.mask.down && mod.config.down != description.config.down) {
        if (!port->has_netdev())
            return model::refuse(Refusal::port_eperm,
                                 fmt::format("port {} has no network device that could be down; "
                                             "no-recv and no-fwd stop it",
                                             mod.number));
        const auto *link = facts_of_(*port).link;
        if (auto set = control_.set_up(link ? link->ifindex : 0, !mod.config.down); !set)
            return model::refuse(Refusal::port_eperm, set.error().message);
    }
    const auto mask = flags_of(mod.mask);
    table_.configure(*port, (port->openflow & ~mask) | (flags_of(mod.config) & mask));
    return changes({port->name});
}

std::vector<OfPorts::Change> OfPorts::changes(const std::set<std::string> &names) {
    std::vector<Change> found;
    for (const auto &name : names) {
        const auto *port = table_.port(name);
        const bool there = port && port->bridge == bridge_ && port->in_service();
        const auto known = known_.find(name);
        const auto now = there ? describe(*port) : model::PortDescription();
        const bool same = there && known != known_.end() && known->second.number == now.number;
        if (known != known_.end() && !same) {
            found.push_back({model::PortChange::removed, known->second});
            known_.erase(known);
            since_.erase(name);
        }
        if (!there || (same && known->second == now))
            continue;
        found.push_back({same ? model::PortChange::modified : model::PortChange::added, now});
        known_[name] = now;
        since_.try_emplace(name, monotonic_now());
    }
    return found;
}

} // namespace bvs::daemon
