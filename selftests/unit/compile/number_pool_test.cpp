// SPDX-License-Identifier: Apache-2.0
#include "switch/compile/number_pool.h"

#include <gtest/gtest.h>

namespace bvs::compile {
namespace {

TEST(NumberPool, GivesTheLowestFreeNumber) {
    NumberPool pool(1000);
    EXPECT_EQ(pool.take(), 1u);
    EXPECT_EQ(pool.take(), 2u);
    EXPECT_EQ(pool.take(), 3u);
    pool.give_back(2);
    EXPECT_EQ(pool.take(), 2u);
    EXPECT_EQ(pool.take(), 4u);
}

TEST(NumberPool, PassesByThoseThatWereAskedFor) {
    NumberPool pool(1000);
    EXPECT_TRUE(pool.take(2));
    EXPECT_FALSE(pool.take(2));
    EXPECT_TRUE(pool.take(1000));
    EXPECT_EQ(pool.take(), 1u);
    EXPECT_EQ(pool.take(), 3u);
}

TEST(NumberPool, CrossesWords) {
    NumberPool pool(200);
    for (std::uint32_t expected = 1; expected <= 200; ++expected)
        ASSERT_EQ(pool.take(), expected);
    EXPECT_FALSE(pool.take());
    pool.give_back(64);
    pool.give_back(65);
    EXPECT_EQ(pool.take(), 64u);
    EXPECT_EQ(pool.take(), 65u);
    EXPECT_FALSE(pool.take());
}

TEST(NumberPool, KnowsItsLimits) {
    NumberPool pool(10);
    EXPECT_FALSE(pool.take(0));
    EXPECT_FALSE(pool.take(11));
    pool.give_back(0);
    pool.give_back(70000);
    EXPECT_EQ(pool.take(), 1u);
}

} // namespace
} // namespace bvs::compile
