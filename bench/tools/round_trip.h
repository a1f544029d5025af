// SPDX-License-Identifier: Apache-2.0
//
// Request and response over TCP, one byte each, one at a time: how many a second, and how long the
// slow ones take.
#pragma once

#include "base/result.h"

#include <string>

namespace bvs::bench {

struct RoundTripOptions {
    std::string from; // network namespace of the asker, on CPU 0
    std::string to;   // of the answerer, on CPU 1
    std::string address;
    double seconds = 1;
};

// JSON: per_second, p50_us, p99_us, p999_us.
Result<std::string> round_trip(const RoundTripOptions &options);

} // namespace bvs::bench
