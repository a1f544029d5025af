// SPDX-License-Identifier: Apache-2.0
#include "switch/compile/entries.h"

#include "base/name_hash.h"
#include "switch/compile/policer.h"
#include "switch/compile/tunnel.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>

namespace bvs::compile {

namespace {

constexpr std::uint32_t k_frame_overhead = 14 + 4; // Ethernet header and one tag

void put_name(char (&place)[BVS_NAME_LEN], std::string_view name) {
    std::memcpy(place, name.data(), std::min<std::size_t>(name.size(), BVS_NAME_LEN - 1));
}

std::string_view get_name(const char (&place)[BVS_NAME_LEN]) {
    return {place, strnlen(place, BVS_NAME_LEN)};
}

void put_vlan(bvs_port_entry &entry, const model::VlanSettings &vlan) {
    entry.tag = vlan.tag;
    entry.vlan_mode = static_cast<std::uint8_t>(vlan.mode);
    entry.priority_tags = static_cast<std::uint8_t>(vlan.priority_tags);
    entry.tunnel_tpid = vlan.mode == BVS_VLAN_DOT1Q_TUNNEL ? vlan.tunnel_tpid : 0;
    entry.vlan_flags = vlan.list ? BVS_VLAN_LISTED : 0;
}

std::uint32_t flags_of(const model::Interface &interface, const model::Bridge &bridge,
                       const Place &place, const Netdev &netdev) {
    auto flags = place.openflow | place.mirrors | place.exports;
    if (interface.is_protected)
        flags |= BVS_PORT_PROTECTED;
    if (interface.policing.any())
        flags |= BVS_PORT_POLICED;
    if (interface.has_netdev() && !interface.queue_dscp.empty())
        flags |= BVS_PORT_QUEUE_DSCP;
    if (interface.bonded)
        flags |= BVS_PORT_MEMBER;
    if (interface.lacp)
        flags |= BVS_PORT_LACP;
    if (interface.bfd)
        flags |= BVS_PORT_BFD;
    if (interface.device == model::Device::patch)
        flags |= BVS_PORT_PATCH;
    if (interface.tunnel)
        flags |= BVS_PORT_TUNNEL;
    if (netdev.ifindex && netdev.up)
        flags |= BVS_PORT_UP;
    if (!netdev.carrier || place.unreachable)
        flags |= BVS_PORT_NO_CARRIER;
    if (bridge.forward_bpdu)
        flags |= BVS_PORT_FORWARD_BPDU;
    if (bridge.snoops)
        flags |= BVS_PORT_SNOOPED;
    if (bridge.flood_vlans.any())
        flags |= BVS_PORT_FLOOD_VLANS;
    if (place.pipeline)
        flags |= BVS_PORT_PIPELINE;
    return flags;
}

} // namespace

Port compile_port(const model::Interface &interface, const model::Bridge &bridge,
                  const Place &place, const Netdev &netdev) {
    Port port{.number = place.port, .xdp = netdev.ifindex && netdev.xdp};
    auto &entry = port.entry;
    entry.ifindex = netdev.ifindex;
    entry.bridge = place.bridge;
    entry.flags = flags_of(interface, bridge, place, netdev);
    put_vlan(entry, interface.vlan);
    entry.max_frame = netdev.ifindex ? netdev.mtu + k_frame_overhead : 0;
    entry.mac_limit = interface.mac_limit.value_or(bridge.mac_table_size);
    entry.ofport = place.ofport;
    entry.peer_mac = netdev.peer_mac;
    entry.peer = place.peer;
    entry.bond = static_cast<std::uint16_t>(place.bond);
    put_name(entry.name, stored_name(interface.name));
    if (interface.vlan.list)
        port.vlans = compile_vlans(*interface.vlan.list);
    if (interface.policing.any())
        port.policer = compile_policer(interface.policing);
    if (interface.has_netdev())
        port.queue_dscp = interface.queue_dscp;
    if (interface.tunnel) {
        port.tunnel = compile_tunnel(*interface.tunnel);
        port.end = compile_end(*interface.tunnel);
    }
    return port;
}

Port compile_bond(const model::Interface &member, const model::Bridge &bridge, const Place &at,
                  std::uint32_t place) {
    const model::Interface bond{.name = member.port,
                                .port = member.port,
                                .bridge = member.bridge,
                                .vlan = member.vlan,
                                .is_protected = member.is_protected,
                                .mac_limit = member.mac_limit};
    auto port = compile_port(bond, bridge, at, {});
    port.entry.flags |= BVS_PORT_BOND;
    port.entry.peer = place;
    return port;
}

bvs_bridge_entry compile_bridge(const model::Bridge &bridge) {
    bvs_bridge_entry entry{};
    entry.mac_limit = bridge.mac_table_size;
    entry.flood_vlans = compile_vlans(bridge.flood_vlans);
    put_name(entry.name, bridge.name);
    return entry;
}

bvs_vlan_bitmap compile_vlans(const model::VlanSet &vlans) {
    bvs_vlan_bitmap bitmap{};
    for (std::size_t vlan = 0; vlan < vlans.size(); ++vlan)
        if (vlans[vlan])
            bitmap.word[vlan / 64] |= std::uint64_t{1} << vlan % 64;
    return bitmap;
}

std::string stored_name(std::string_view name) {
    if (name.size() < BVS_NAME_LEN)
        return std::string(name);
    constexpr std::size_t kept = 6;
    return fmt::format("{}%{:08x}", name.substr(0, kept), name_hash(name) & 0xffffffff);
}

std::string_view name_of(const bvs_port_entry &entry) {
    return get_name(entry.name);
}

std::string_view name_of(const bvs_bridge_entry &entry) {
    return get_name(entry.name);
}

} // namespace bvs::compile
