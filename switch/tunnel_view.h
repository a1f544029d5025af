// SPDX-License-Identifier: Apache-2.0
//
// Tunnel ports as they are: what is configured, and what the host would do at this moment with a
// packet to the other end. For those who ask; forwarding asks the kernel by itself.
#pragma once

#include "switch/config.h"
#include "switch/host/address_table.h"
#include "switch/host/link_table.h"
#include "switch/host/routing.h"
#include "switch/port_table.h"
#include "switch/reconciler.h"
#include "switch/underlay.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace bvs::daemon {

struct TunnelView {
    const model::Interface *interface = nullptr; // which has a tunnel
    const LivePort *port = nullptr;              // null: it could not be made
    model::IpAddress local;                      // that frames are sent from; none: nobody knows
    const host::Link *egress = nullptr;          // null: no route, or none before the flow is known
    bool aggregates = false;                     // XDP takes out what comes in at `egress`
    std::uint32_t underlay_mtu = 0;              // of the way to the other end; 0: unknown
    std::string error;                           // why nothing goes through; empty if all is well

    const model::Tunnel &tunnel() const { return *interface->tunnel; }
    std::uint32_t inner_mtu() const; // the largest IP packet inside; 0: unknown
};

struct TunnelSources { // outlive what is made of them
    const Config &config;
    PortTable &table;
    const Reconciler &reconciler;
    const host::LinkTable &links;
    const host::AddressTable &addresses;
    host::Routing &routing;
    const Underlay &underlay;
};

TunnelView view_of(const TunnelSources &sources, const model::Interface &interface);
std::vector<TunnelView> list_tunnels(const TunnelSources &sources); // by bridge and name

// What to do about packets of the bridge's ports that are too large for the tunnel; empty if
// nothing, as packets of so many bytes fit.
std::string mtu_hint(const TunnelView &view, std::uint32_t bridge_mtu);

// By bridge: the largest MTU of its ports that have netdevs.
std::map<std::string, std::uint32_t> largest_mtus(const TunnelSources &sources);
} // namespace bvs::daemon
