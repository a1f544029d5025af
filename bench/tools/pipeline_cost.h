// SPDX-License-Identifier: Apache-2.0
//
// What a packet costs in the tc program of a bvsd that runs: of a known flow, and the first of one.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>

namespace bvs::bench {

struct PipelineCostOptions {
    std::string netns;         // where bvsd is
    std::string port;          // that UDP to 10.99.0.2 comes in at, to be sent out of one other
    std::uint32_t program = 0; // the kernel's id of the tc program
    std::uint32_t rounds = 9;
    std::uint32_t packets = 500'000;
    std::uint32_t new_flows = 20'000;
};

// JSON: empty, hit, empty_new and first, each a list of nanoseconds, one a round.
Result<std::string> pipeline_cost(const PipelineCostOptions &options);

} // namespace bvs::bench
