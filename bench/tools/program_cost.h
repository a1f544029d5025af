// SPDX-License-Identifier: Apache-2.0
//
// What the datapath's programs cost a packet by themselves: BPF_PROG_TEST_RUN on a small switch in
// a namespace of its own. CPU time of the thread, so other processes on the machine do not count.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>

namespace bvs::bench {

struct ProgramCostOptions {
    std::uint32_t rounds = 9; // in each, every case once
    std::uint32_t packets = 400'000;
};

// JSON: for each case a list, ns a packet in each round.
//   empty                a tc program that does nothing
//   known                to a known address, 3 ports and 10 addresses, one flow
//   flood                an unknown address, to 8 ports, their receiving included
//   xdp_empty, xdp_hit   the same two at the XDP hook
//   vary_empty           an empty program behind one that gives each frame other addresses
//   vary_few, vary_many  the switch behind it: 3 ports and 10 addresses, 1,000 ports and 10,000
Result<std::string> program_cost(const ProgramCostOptions &options);

} // namespace bvs::bench
