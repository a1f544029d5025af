// SPDX-License-Identifier: Apache-2.0
#include "switch/compile/meter.h"

#include <gtest/gtest.h>

namespace bvs::compile {
namespace {

using model::Band;
using model::BandType;
using model::MeterConfig;

constexpr std::uint64_t k_second = 1'000'000'000ULL << BVS_METER_CLOCK_SHIFT;

std::uint64_t time_of(const bvs_meter_band &band, std::uint64_t units) {
    return units * band.price >> BVS_METER_PRICE_SHIFT;
}

TEST(Meter, OfPacketsIsPaidByPacket) {
    const auto bands = compile_meter(
        {.flags = {.packets = true, .burst = true}, .bands = {{.rate = 100, .burst = 50}}});
    ASSERT_EQ(bands.bands, 1U);
    EXPECT_TRUE(bands.of_packets);
    EXPECT_EQ(time_of(bands.band[0], 1), k_second / 100);
    EXPECT_EQ(bands.band[0].burst, k_second / 2);
    EXPECT_EQ(bands.band[0].rate, 100U);
    EXPECT_EQ(bands.band[0].type, BVS_BAND_DROP);
}

TEST(Meter, OfKilobitsIsPaidByByte) {
    const auto bands = compile_meter({.flags = {.kbps = true}, .bands = {{.rate = 1000}}});
    EXPECT_FALSE(bands.of_packets);
    EXPECT_EQ(time_of(bands.band[0], 125'000), k_second);
}

TEST(Meter, IsExactAtHighRates) {
    const auto bands = compile_meter({.flags = {.kbps = true}, .bands = {{.rate = 400'000'000}}});
    EXPECT_NEAR(static_cast<double>(time_of(bands.band[0], 1'500)), 1'500 * 8 / 400. * 16, 1);
}

TEST(Meter, MayBurstForASecondUnlessItSaysOtherwise) {
    for (const auto &[flags, burst] : {std::pair{model::MeterFlags{.packets = true}, 7U},
                                       {{.packets = true, .burst = true}, 0U}})
        EXPECT_EQ(
            compile_meter({.flags = flags, .bands = {{.rate = 9, .burst = burst}}}).band[0].burst,
            k_second);
}

TEST(Meter, AnEndlessBurstHasAnEnd) {
    const auto bands = compile_meter(
        {.flags = {.packets = true, .burst = true}, .bands = {{.rate = 1, .burst = 0xffffffff}}});
    EXPECT_EQ(bands.band[0].burst, BVS_METER_CLOCK);
}

TEST(Meter, RemarksAsItSays) {
    const auto bands = compile_meter(
        {.flags = {.packets = true},
         .bands = {{.rate = 1}, {.type = BandType::dscp_remark, .rate = 2, .precedence = 3}}});
    ASSERT_EQ(bands.bands, 2U);
    EXPECT_EQ(bands.band[1].type, BVS_BAND_DSCP_REMARK);
    EXPECT_EQ(bands.band[1].precedence, 3);
}

} // namespace
} // namespace bvs::compile
