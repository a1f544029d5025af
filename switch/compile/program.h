// SPDX-License-Identifier: Apache-2.0
//
// From actions and instructions to the programs that the datapath runs (maps/pipeline.h has the
// instructions). Pure.
//
// A program is relocatable: `y` of a DEC_TTL counts from its begin. It ends at its END or GOTO;
// what DEC_TTLs go on with follows, each ended by its own END.
//
// Whether actions make sense for what a rule matches is checked before (switch/model); here only
// that is refused which the datapath cannot do.
#pragma once

#include "maps/abi.h"
#include "switch/compile/rule.h"
#include "switch/model/action.h"
#include "switch/model/openflow_error.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace bvs::compile {

// What the datapath knows groups and meters by; nothing if there is none.
struct Places {
    std::function<std::optional<std::uint32_t>(std::uint32_t group)> group;
    std::function<std::optional<std::uint32_t>(std::uint32_t meter)> meter;
};

struct Program {
    std::vector<bvs_instruction> code;
    FlowMask reads{}; // of the packet, besides what rules match
};

// `table` is the one that a resubmit means that names none.
model::Answer<Program> compile_instructions(const model::Instructions &instructions,
                                            std::uint8_t table, const Places &places);
model::Answer<Program> compile_actions(const model::Actions &actions, const Places &places);
// An action set, in the order in which it is carried out (OpenFlow 1.5.1, 5.6).
model::Answer<Program> compile_bucket(const model::Actions &actions, const Places &places);

} // namespace bvs::compile
