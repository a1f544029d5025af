// SPDX-License-Identifier: Apache-2.0
//
// What a policer lets pass, as the datapath's buckets count it, with a clock of our own: within 3 %
// of the rate from 1 Mb/s to 10 Gb/s, of small frames and super-frames alike.
#include "selftests/fuzz/datapath/native_bucket.h"
#include "switch/compile/policer.h"

#include <cmath>
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace bvs::compile {
namespace {

constexpr std::uint64_t k_second = 1'000'000'000;
constexpr std::uint64_t k_since_boot = 5000 * k_second;

// Bytes or packets that pass in so many seconds, once the bucket is empty, of three times the rate.
// The clock goes by ticks.
double passed_in(bvs_rate rate, double wanted_a_second, std::uint64_t units, double seconds,
                 std::uint64_t tick = 1) {
    const auto gap = static_cast<double>(units) / wanted_a_second / 3 * k_second;
    double now = k_since_boot, passed = 0;
    while (bvs_native_rate_take(&rate, units, static_cast<std::uint64_t>(now)))
        ;
    for (const auto end = now + seconds * k_second; now < end; now += gap)
        passed += bvs_native_rate_take(&rate, units, static_cast<std::uint64_t>(now) / tick * tick)
                      ? units
                      : 0;
    return passed;
}

TEST(Rate, OfBytesIsExact) {
    for (const std::uint64_t kilobits :
         {1'000ULL, 10'000ULL, 99'999ULL, 1'000'000ULL, 10'000'000ULL})
        for (const std::uint64_t bytes : {60, 1514, 65226}) {
            SCOPED_TRACE(fmt::format("{} kbit/s, frames of {} bytes", kilobits, bytes));
            const auto policer = compile_policer(
                {.kilobits = {.rate = kilobits, .burst = kilobits / 10 + 1000}, .kilopackets = {}});
            const auto wanted = static_cast<double>(kilobits) * 125;
            const auto seconds = 200.0 * static_cast<double>(bytes) / wanted;
            EXPECT_NEAR(passed_in(policer.bytes, wanted, bytes, seconds) / seconds / wanted, 1,
                        0.03);
        }
}

TEST(Rate, IsExactByTicks) {
    constexpr std::uint64_t tick = k_second / 100;
    for (const std::uint64_t kilobits : {1'000ULL, 100'000ULL})
        for (const std::uint64_t bytes : {60, 1514}) {
            SCOPED_TRACE(fmt::format("{} kbit/s, frames of {} bytes", kilobits, bytes));
            const auto policer =
                compile_policer({.kilobits = {.rate = kilobits, .burst = kilobits / 20}});
            ASSERT_TRUE(policer.coarse);
            const auto wanted = static_cast<double>(kilobits) * 125;
            EXPECT_NEAR(passed_in(policer.bytes, wanted, bytes, 10, tick) / 10 / wanted, 1, 0.01);
        }
}

TEST(Rate, OfPacketsIsExact) {
    for (const std::uint64_t kilopackets : {1ULL, 100ULL, 14'880ULL})
        for (const std::uint64_t packets : {1, 44}) {
            SCOPED_TRACE(fmt::format("{} kpkts, {} at once", kilopackets, packets));
            const auto policer = compile_policer(
                {.kilobits = {}, .kilopackets = {.rate = kilopackets, .burst = kilopackets}});
            const auto wanted = static_cast<double>(kilopackets) * 1000;
            const auto seconds = 200.0 * static_cast<double>(packets) / wanted;
            EXPECT_NEAR(passed_in(policer.packets, wanted, packets, seconds) / seconds / wanted, 1,
                        0.03);
        }
}

} // namespace
} // namespace bvs::compile
