// SPDX-License-Identifier: Apache-2.0
#include "ofagent/text/duration.h"

#include <fmt/format.h>

namespace bvs::text {

std::string format_duration(std::chrono::nanoseconds duration) {
    constexpr std::int64_t k_second = 1'000'000'000, k_milli = 1'000'000, k_micro = 1'000;
    const auto seconds = duration.count() / k_second, rest = duration.count() % k_second;
    if (rest == 0)
        return fmt::format("{}s", seconds);
    if (rest % k_milli == 0)
        return fmt::format("{}.{:03}s", seconds, rest / k_milli);
    if (rest % k_micro == 0)
        return fmt::format("{}.{:06}s", seconds, rest / k_micro);
    return fmt::format("{}.{:09}s", seconds, rest);
}

} // namespace bvs::text
