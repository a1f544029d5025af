// SPDX-License-Identifier: Apache-2.0
//
// What the kernel would do with the packets of tunnels, in Open vSwitch's words: ovs/route/show,
// ovs/route/lookup, tnl/neigh/show. Asked for at the moment of asking, as nothing is cached.
#pragma once

#include "switch/host/address_table.h"
#include "switch/host/link_table.h"
#include "switch/host/routing.h"

namespace bvs::daemon {

class Commands;

struct RouteSources { // outlive the commands
    const host::LinkTable &links;
    const host::AddressTable &addresses;
    host::Routing &routing;
};

void add_route_commands(Commands &commands, const RouteSources &sources);

// The address that the datapath sends from that way, if a tunnel has none of its own.
model::IpAddress source_of(const host::Route &route, const host::AddressTable &addresses);

} // namespace bvs::daemon
