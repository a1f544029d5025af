// SPDX-License-Identifier: Apache-2.0
//
// What a tunnel adds to a packet, in the programs of two bvsd that run: BPF_PROG_TEST_RUN of one
// packet at a time, since a packet that has been wrapped is not the same packet any more. The
// kernel's clock around a run is in all figures; differences are without it.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>

namespace bvs::bench {

struct TunnelCostOptions {
    std::string netns;         // of the host that wraps
    std::string port;          // there, which `from` is behind
    std::uint32_t program = 0; // the kernel's id of its tc program
    std::string from;          // MAC addresses
    std::string here;          // behind another port of the same host
    std::string there;         // behind the tunnel
    std::string peer_netns;    // of the host that unwraps
    std::string underlay;      // there, the netdev that the tunnel's packets come in at
    std::string underlay_mac;
    std::uint32_t underlay_program = 0;
    std::uint32_t rounds = 9;
    std::uint32_t packets = 20'000;
};

// JSON: plain, wrap and unwrap, each a list of nanoseconds, one a round.
Result<std::string> tunnel_cost(const TunnelCostOptions &options);

} // namespace bvs::bench
