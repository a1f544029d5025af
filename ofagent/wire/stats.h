// SPDX-License-Identifier: Apache-2.0
//
// OpenFlow 1.5's statistics of a flow, each with a header of its own: OpenFlow 1.5.1, 7.2.4.
#pragma once

#include "ofagent/wire/bytes.h"
#include "ofagent/wire/message.h"

#include <chrono>
#include <optional>

namespace bvs::wire {

struct Stats {
    std::optional<std::chrono::nanoseconds> duration;
    std::optional<std::chrono::nanoseconds> idle;
    std::optional<std::uint32_t> flows;
    std::optional<std::uint64_t> packets;
    std::optional<std::uint64_t> bytes;
};

// With their padding; those that are not known are passed over.
model::Answer<Stats> read_stats(Reader &reader);
void write_stats(Writer &writer, const Stats &stats);

} // namespace bvs::wire
