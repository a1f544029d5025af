// SPDX-License-Identifier: Apache-2.0
//
// The kernel's ticks, by which the datapath tells the time where some ms do not matter
// (bpf/clock.h). Needs the privileges that the datapath needs.
#pragma once

#include "base/result.h"

#include <cstdint>

namespace bvs::loader {

struct Clock {
    std::uint64_t tick_ns = 0;
    std::uint64_t origin = 0; // CLOCK_MONOTONIC in ns when the ticks were 0, modulo 2^64
};

// The same at any time since the machine has started, but for a tick.
Result<Clock> read_clock();

} // namespace bvs::loader
