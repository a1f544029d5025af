// SPDX-License-Identifier: Apache-2.0
#include "switch/multicast_keys.h"

#include <map>

namespace bvs::daemon {

namespace {

using maps::Receivers;
using protocol::GroupMessage;
using protocol::Snooping;

bvs_multicast_key key_of(std::uint16_t bridge, std::uint16_t vlan, bvs_multicast_kind kind,
                         const model::IpAddress &group = {}) {
    return {.bridge = bridge,
            .vid = vlan,
            .kind = kind,
            .group_high = group.bits().high,
            .group_low = group.bits().low};
}

void add(Receivers &receivers, const Receivers &more) {
    for (const auto &[port, reasons] : more)
        receivers[port] |= reasons;
}

Receivers told(const Snooping &snooping, bool Snooping::Port::*which) {
    Receivers receivers;
    for (const auto &[port, settings] : snooping.ports())
        if (settings.*which)
            receivers[port] = BVS_RECEIVER_TOLD;
    return receivers;
}

} // namespace

MulticastEntries multicast_keys(std::uint16_t bridge, const Snooping &snooping) {
    std::map<std::uint16_t, Receivers> routers; // by VLAN
    std::map<Snooping::Key, Receivers> groups;
    for (const auto &entry : snooping.entries())
        if (entry.key.group.is_none())
            routers[entry.key.vlan][entry.port] = BVS_RECEIVER_ROUTER;
        else
            groups[entry.key][entry.port] = entry.seen ? BVS_RECEIVER_JOINED : BVS_RECEIVER_TOLD;

    MulticastEntries entries;
    const auto flood = told(snooping, &Snooping::Port::flood);
    for (auto &[key, receivers] : groups) {
        add(receivers, flood);
        if (const auto here = routers.find(key.vlan); here != routers.end())
            add(receivers, here->second);
        entries.emplace_back(key_of(bridge, key.vlan, BVS_MULTICAST_GROUP, key.group), receivers);
    }
    const auto and_routers = [&](bvs_multicast_kind kind, const Receivers &ports) {
        entries.emplace_back(key_of(bridge, BVS_EVERY_VLAN, kind), ports);
        for (auto [vlan, receivers] : routers) {
            add(receivers, ports);
            entries.emplace_back(key_of(bridge, vlan, kind), receivers);
        }
    };
    and_routers(BVS_MULTICAST_REPORTS, told(snooping, &Snooping::Port::flood_reports));
    if (!snooping.settings().flood_unregistered)
        and_routers(BVS_MULTICAST_UNREGISTERED, flood);
    return entries;
}

void hear_again(Snooping &snooping, const MulticastEntries &entries, protocol::Time now) {
    for (const auto &[key, receivers] : entries) {
        const model::IpAddress group({.high = key.group_high, .low = key.group_low});
        for (const auto &[port, reasons] : receivers) {
            if (!snooping.ports().contains(port) || key.vid == BVS_EVERY_VLAN)
                continue;
            if (reasons & BVS_RECEIVER_JOINED)
                snooping.receive(key.vid, port, {.changes = {{.group = group, .joins = true}}},
                                 now);
            if (reasons & BVS_RECEIVER_ROUTER)
                snooping.receive(key.vid, port,
                                 {.kind = GroupMessage::Kind::router,
                                  .source = model::IpAddress({.high = 0, .low = 1})},
                                 now);
        }
    }
}

} // namespace bvs::daemon
