// SPDX-License-Identifier: Apache-2.0
#include "bench/tools/rounds.h"

#include <fmt/ranges.h>

namespace bvs::bench {

Result<std::string> in_rounds(const std::vector<Cost> &costs, std::uint32_t rounds,
                              unsigned decimals) {
    std::vector<std::vector<double>> measured(costs.size());
    for (std::uint32_t round = 0; round <= rounds; ++round)
        for (std::size_t i = 0; i < costs.size(); ++i) {
            const auto cost = costs[i].measure();
            if (!cost)
                return fail("{}: {}", costs[i].name, cost.error().message);
            if (round > 0)
                measured[i].push_back(*cost);
        }
    std::string json;
    for (std::size_t i = 0; i < costs.size(); ++i)
        json += fmt::format(R"({}"{}": [{:.{}f}])", i ? ", " : "", costs[i].name,
                            fmt::join(measured[i], ", "), decimals);
    return "{" + json + "}";
}

} // namespace bvs::bench
