// SPDX-License-Identifier: Apache-2.0
//
// Costs that are to be compared: measured in turn, round after round, so that what else happens on
// the machine meets all of them.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace bvs::bench {

struct Cost {
    const char *name;
    std::function<Result<double>()> measure; // once; nanoseconds
};

// JSON: for each a list with as many decimals, one a round. A round before them warms up.
Result<std::string> in_rounds(const std::vector<Cost> &costs, std::uint32_t rounds,
                              unsigned decimals);

} // namespace bvs::bench
