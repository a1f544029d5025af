// SPDX-License-Identifier: Apache-2.0
//
// Many addresses behind many VXLAN tunnels of a bvsd that runs: learning them from what comes in,
// and what a packet from or to any of them costs beside one that is always from or to the same. One
// packet at a time, as in tunnel_cost.h. Tunnel n, counted from 0, has key n and the remote address
// `remote` + n; the addresses behind the tunnels are dealt out to them in turn.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>

namespace bvs::bench {

struct TunnelCrowdOptions {
    std::string netns;
    std::string port;
    std::string guest;         // MAC address behind the port, which bvsd knows
    std::uint32_t program = 0; // the kernel's id of its tc program
    std::string underlay;      // the netdev that the tunnels' packets come in at
    std::string underlay_mac;
    std::uint32_t underlay_program = 0;
    std::string local; // IPv4, of this host
    std::string remote;
    std::uint32_t tunnels = 1000;
    std::uint32_t addresses = 100'000;
    std::uint32_t rounds = 9;
};

// JSON, nanoseconds: learn, the median of the packets that each bring a new address; then, of one
// and of any, unwrap_one, unwrap_any, wrap_one and wrap_any, each a list with one a round.
Result<std::string> tunnel_crowd(const TunnelCrowdOptions &options);

} // namespace bvs::bench
