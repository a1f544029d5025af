// SPDX-License-Identifier: Apache-2.0
#include "switch/query_vlans.h"

namespace bvs::daemon {

namespace {

using compile::Port;
using model::VlanSet;

bool hears_floods(const Port &port) {
    constexpr std::uint32_t k_matters =
        BVS_PORT_UP | BVS_PORT_NO_FORWARD | BVS_PORT_NO_FLOOD | BVS_PORT_MIRROR;
    return (port.entry.flags & k_matters) == BVS_PORT_UP;
}

VlanSet listed(const Port &port) {
    VlanSet vlans;
    for (std::size_t vlan = 0; vlan < vlans.size(); vlan++)
        vlans[vlan] = port.vlans.word[vlan / 64] >> vlan % 64 & 1;
    return vlans;
}

// Of frames without a customer's tag, as bpf/vlan.h has it.
VlanSet carried(const Port &port) {
    const auto list = port.entry.vlan_flags & BVS_VLAN_LISTED ? listed(port) : VlanSet().set();
    VlanSet own;
    own.set(port.entry.tag);
    switch (port.entry.vlan_mode) {
    case BVS_VLAN_ACCESS:
        return own;
    case BVS_VLAN_DOT1Q_TUNNEL: // whose list is of customers' VLANs
        return list[0] ? own : VlanSet();
    case BVS_VLAN_TRUNK:
        return list;
    default:
        return list | own;
    }
}

} // namespace

std::set<std::uint16_t> query_vlans(const std::vector<const Port *> &ports,
                                    const std::set<std::uint16_t> &wanted) {
    VlanSet asked, reached;
    asked.set(0);
    for (const auto vlan : wanted)
        asked.set(vlan);
    for (const auto *port : ports) {
        if (!hears_floods(*port))
            continue;
        asked.set(port->entry.tag);
        reached |= carried(*port);
    }
    std::set<std::uint16_t> vlans;
    for (std::size_t vlan = 0; vlan < asked.size(); vlan++)
        if (asked[vlan] && reached[vlan])
            vlans.insert(static_cast<std::uint16_t>(vlan));
    return vlans;
}

} // namespace bvs::daemon
