// SPDX-License-Identifier: Apache-2.0
//
// From a match to what packets are compared with: the words of the flow that it looks at, and their
// values. Pure.
//
// A flow has zeros where the packet has no such header, so a match on a header's fields also asks
// for the header to be there (enum bvs_layers).
#pragma once

#include "maps/abi.h"
#include "switch/model/match.h"
#include "switch/model/openflow_error.h"

#include <array>
#include <cstdint>

namespace bvs::compile {

using FlowMask = std::array<std::uint64_t, BVS_FLOW_WORDS>;

struct CompiledMatch {
    bvs_subtable mask{}; // max_priority 0
    bvs_flow value{};    // no bit outside the mask

    FlowMask looks_at() const;
};

// Refused if it looks at more words than a subtable has.
model::Answer<CompiledMatch> compile_match(const model::Match &match);

} // namespace bvs::compile
