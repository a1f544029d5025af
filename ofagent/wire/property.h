// SPDX-License-Identifier: Apache-2.0
//
// Properties, as OpenFlow 1.3 and newer append them: a type, a length, what it says, and zeros up
// to the next multiple of eight bytes, which the length does not count.
#pragma once

#include "ofagent/wire/bytes.h"
#include "switch/model/openflow_error.h"

#include <functional>

namespace bvs::wire {

inline constexpr std::uint16_t k_experimenter_property = 0xffff;

struct Property {
    std::uint16_t type;
    Reader body;
};

// Hands the properties up to the end of the reader to `take` until it refuses one.
model::Answer<> read_properties(Reader &reader,
                                const std::function<model::Answer<>(Property &)> &take);

// Begins a property; the result is for end_property().
std::size_t begin_property(Writer &writer, std::uint16_t type);
void end_property(Writer &writer, std::size_t begun);

} // namespace bvs::wire
