// SPDX-License-Identifier: Apache-2.0
//
// Matches and flow requests, short to write.
#pragma once

#include "switch/model/flow.h"

#include <initializer_list>
#include <utility>

namespace bvs::model {

struct Part {
    Field field;
    std::uint64_t value;
    std::uint64_t mask = ~0ULL; // as far as the field goes
};

inline Match make(std::initializer_list<Part> parts) {
    Match match;
    for (const auto &[field, value, mask] : parts)
        match.set(field, {0, value}, mask == ~0ULL ? all_ones(info(field).bits) : Value{0, mask});
    return match;
}

inline FlowMod request(FlowCommand command, Match match, Actions actions = {}) {
    FlowMod mod{.command = command};
    mod.match = std::move(match);
    mod.instructions.apply = std::move(actions);
    return mod;
}

} // namespace bvs::model
