// SPDX-License-Identifier: Apache-2.0
//
// The kernel's ticks as the daemon measures them: the same each time.
#include "loader/clock.h"

#include <cstdlib>
#include <gtest/gtest.h>
#include <unistd.h>

namespace {

TEST(Clock, HasOneOriginWheneverItIsRead) {
    const auto first = bvs::loader::read_clock();
    ASSERT_TRUE(first) << first.error().message;
    EXPECT_GE(first->tick_ns, 900'000U); // of 1000 Hz
    EXPECT_LE(first->tick_ns, 10'000'000U);
    for (int i = 0; i < 5; ++i) {
        ::usleep(33'333);
        const auto again = bvs::loader::read_clock();
        ASSERT_TRUE(again) << again.error().message;
        const auto apart = static_cast<std::int64_t>(again->origin - first->origin);
        // Time is steered, ticks are not: by up to 500 parts in a million.
        EXPECT_LE(std::abs(apart),
                  static_cast<std::int64_t>(first->tick_ns + first->tick_ns / 2000));
    }
}

} // namespace
