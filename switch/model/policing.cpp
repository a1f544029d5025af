// SPDX-License-Identifier: Apache-2.0
#include "switch/model/policing.h"

#include <algorithm>

namespace bvs::model {

namespace {

// Where a burst is not given.
constexpr std::uint64_t k_kilobits = 8000;
constexpr std::uint64_t k_kilopackets = 16;

std::uint64_t positive(std::optional<std::int64_t> number) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(number.value_or(0), 0));
}

Limit limit_of(std::optional<std::int64_t> rate, std::optional<std::int64_t> burst,
               std::uint64_t otherwise) {
    if (!positive(rate))
        return {};
    return {.rate = positive(rate), .burst = positive(burst) ? positive(burst) : otherwise};
}

} // namespace

Policing settle(const PolicingRequest &request) {
    return {.kilobits = limit_of(request.rate, request.burst, k_kilobits),
            .kilopackets = limit_of(request.kpkts_rate, request.kpkts_burst, k_kilopackets)};
}

} // namespace bvs::model
