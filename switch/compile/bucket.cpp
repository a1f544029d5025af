// SPDX-License-Identifier: Apache-2.0
#include "switch/compile/bucket.h"

#include "maps/abi.h"

#include <algorithm>

namespace bvs::compile {

namespace {

constexpr std::uint64_t k_second = 1'000'000'000ULL << BVS_METER_CLOCK_SHIFT;

}

Bucket bucket_of(std::uint64_t rate, std::uint64_t burst, std::uint64_t parts) {
    const auto seconds = static_cast<double>(burst) / static_cast<double>(rate);
    const auto most = static_cast<double>(BVS_METER_CLOCK);
    return {.burst =
                static_cast<std::uint64_t>(std::min(seconds * static_cast<double>(k_second), most)),
            .price = (k_second << BVS_METER_PRICE_SHIFT) / parts / rate};
}

} // namespace bvs::compile
