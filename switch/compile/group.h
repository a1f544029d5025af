// SPDX-License-Identifier: Apache-2.0
//
// From a group to what the datapath runs. Pure. The group is as the model's table lets it in: not
// too many buckets, weights, and words to hash.
#pragma once

#include "switch/compile/program.h"
#include "switch/model/group.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace bvs::compile {

struct CompiledGroup {
    bvs_group group{};                              // without the buckets' code and counters
    std::vector<std::vector<bvs_instruction>> code; // by bucket
    FlowMask looks_at{};                            // its choice and its buckets
};

// The datapath's number of an OpenFlow port; nothing if there is none.
using PortOf = std::function<std::optional<std::uint32_t>(std::uint32_t ofport)>;

// Ports that are watched need not be there; they are not live then. Groups need to.
model::Answer<CompiledGroup> compile_group(const model::GroupDescription &description,
                                           const Places &places, const PortOf &port_of);

} // namespace bvs::compile
