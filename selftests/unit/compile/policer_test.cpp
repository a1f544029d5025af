// SPDX-License-Identifier: Apache-2.0
#include "switch/compile/policer.h"

#include <gtest/gtest.h>

namespace bvs::compile {
namespace {

constexpr std::uint64_t k_second = 1'000'000'000ULL << BVS_METER_CLOCK_SHIFT;

std::uint64_t time_of(const bvs_rate &rate, std::uint64_t units) {
    return units * rate.price >> BVS_METER_PRICE_SHIFT;
}

TEST(Policer, PaysForBytesAndForPackets) {
    const auto policer = compile_policer({.kilobits = {8000, 4000}, .kilopackets = {2, 1}});
    EXPECT_EQ(time_of(policer.bytes, 1'000'000), k_second);
    EXPECT_EQ(policer.bytes.burst, k_second / 2);
    EXPECT_EQ(time_of(policer.packets, 2000), k_second);
    EXPECT_EQ(policer.packets.burst, k_second / 2);
}

// At 10 Gb/s a byte takes 0.8 ns.
TEST(Policer, IsExactAtHighRates) {
    const auto policer = compile_policer({.kilobits = {10'000'000, 8000}, .kilopackets = {}});
    EXPECT_NEAR(static_cast<double>(time_of(policer.bytes, 1'250'000'000)),
                static_cast<double>(k_second), static_cast<double>(k_second) / 1e5);
    EXPECT_EQ(policer.packets.price, 0U);
}

// Where a bucket would overflow between two ticks, the time is asked for exactly.
TEST(Policer, GoesByTicksIfItsBucketsHoldMany) {
    EXPECT_TRUE(compile_policer({.kilobits = {8000, 800}, .kilopackets = {}}).coarse);
    EXPECT_TRUE(compile_policer({.kilobits = {8000, 800}, .kilopackets = {2, 1}}).coarse);
    EXPECT_FALSE(compile_policer({.kilobits = {8000, 100}, .kilopackets = {}}).coarse);
    EXPECT_FALSE(compile_policer({.kilobits = {10'000'000, 8000}, .kilopackets = {2, 1}}).coarse);
}

} // namespace
} // namespace bvs::compile
