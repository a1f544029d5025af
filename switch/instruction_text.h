// SPDX-License-Identifier: Apache-2.0
//
// Instructions of the datapath in the words of ovs-actions(7), as traces show them: what was
// compiled of an action, not the action. Pure.
#pragma once

#include "maps/abi.h"
#include "switch/flow_fields.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace bvs::daemon {

// The numbers of OpenFlow for the places of the datapath; nothing if there is none any more.
struct PlaceNames {
    std::function<std::optional<std::uint32_t>(std::uint32_t place)> group;
    std::function<std::optional<std::uint32_t>(std::uint32_t place)> meter;
    std::vector<model::FieldInfo> options; // see OptionFields
};

// For a packet with these headers. Empty: nothing that anybody wrote (the end of a program, or what
// says that an option is there).
std::string instruction_text(const bvs_instruction &instruction, const PlaceNames &names,
                             const model::KnownHeaders &headers);

// What a sample is of, by y, a and b of BVS_OP_SAMPLE, which BVS_EFFECT_SAMPLE has too.
std::string sample_text(std::uint32_t collectors, std::uint64_t where, std::uint64_t how);

} // namespace bvs::daemon
