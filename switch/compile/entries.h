// SPDX-License-Identifier: Apache-2.0
//
// From the model to map entries. Pure functions.
#pragma once

#include "maps/abi.h"
#include "switch/model/bridge.h"
#include "switch/model/interface.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace bvs::compile {

// What is known of the netdev behind a port; of one without, of the onward device.
struct Netdev {
    std::uint32_t ifindex = 0; // 0: there is none at present
    bool up = false;
    bool carrier = true; // what groups watch; frames are sent without it too
    bool xdp = false;    // XDP shall be tried
    std::uint32_t mtu = 0;
    std::uint64_t peer_mac = 0; // see bvs_port_entry
};

// Which numbers stand for it.
struct Place {
    std::uint32_t port = 0;
    std::uint32_t peer = 0; // of a patch port; 0: none at present
    std::uint16_t bridge = 0;
    std::uint32_t ofport = 0;
    bool pipeline = false;      // the bridge has rules that are not just NORMAL
    std::uint32_t openflow = 0; // of BVS_PORT_OPENFLOW
    std::uint32_t mirrors = 0;  // of BVS_PORT_MIRRORS
    std::uint32_t bond = 0;     // of a member, its bond's port
    bool unreachable = false;   // not live for groups, whatever its link
    std::uint32_t exports = 0;  // of BVS_PORT_EXPORTS
};

// A port of the datapath. The entry's `next` belongs to the flood list and is 0 here, and
// BVS_PORT_XDP is there only while the netdev is in the devmap.
struct Port {
    std::uint32_t number = 0;
    bvs_port_entry entry{};
    bvs_vlan_bitmap vlans{}; // zero unless BVS_VLAN_LISTED
    bvs_tunnel tunnel{};     // zero unless BVS_PORT_TUNNEL, as is its end
    bvs_tunnel_end end{};
    bvs_policer policer{};       // zero unless BVS_PORT_POLICED
    model::QueueDscp queue_dscp; // empty unless BVS_PORT_QUEUE_DSCP
    bool xdp = false;            // XDP is, or shall be, attached

    // 0: it has none, of its own or at present.
    std::uint32_t netdev() const { return entry.flags & BVS_PORT_ONWARD ? 0 : entry.ifindex; }
};

Port compile_port(const model::Interface &interface, const model::Bridge &bridge,
                  const Place &place, const Netdev &netdev);

// A bond's own port, which is at `place` in the map `bonds`: one of its members says what it is.
Port compile_bond(const model::Interface &member, const model::Bridge &bridge, const Place &at,
                  std::uint32_t place);

bvs_bridge_entry compile_bridge(const model::Bridge &bridge); // first_port 0

bvs_vlan_bitmap compile_vlans(const model::VlanSet &vlans);

// As entries have a port's name. One that is too long for them becomes one that no netdev has.
std::string stored_name(std::string_view name);

std::string_view name_of(const bvs_port_entry &entry);
std::string_view name_of(const bvs_bridge_entry &entry);

} // namespace bvs::compile
