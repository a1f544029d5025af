// SPDX-License-Identifier: Apache-2.0
//
// Does anybody answer? An ICMP echo request every millisecond, and when the first answer came.
#pragma once

#include "base/result.h"

#include <string>

namespace bvs::bench {

struct AnswersOptions {
    std::string from; // network namespace
    std::string address;
    double seconds = 10; // at most
    bool first = false;  // stop at the first answer
};

// JSON: first (CLOCK_MONOTONIC, null if none came), sent, answered, longest_gap_ms between answers.
Result<std::string> answers(const AnswersOptions &options);

} // namespace bvs::bench
