// SPDX-License-Identifier: Apache-2.0
#include "switch/statistics.h"

#include <gtest/gtest.h>

namespace bvs::daemon {
namespace {

TEST(Statistics, CountDropsOnTheSideWhereTheyHappened) {
    bvs_port_counters counters{
        .rx_packets = 10, .rx_bytes = 1000, .tx_packets = 5, .tx_bytes = 500};
    counters.drops[BVS_DROP_INPUT_VLAN] = 2;
    counters.drops[BVS_DROP_NO_RECEIVER] = 3;
    counters.drops[BVS_DROP_OUTPUT_MTU] = 7;
    const auto sum = totals(counters);
    EXPECT_EQ(sum.rx_packets, 10u);
    EXPECT_EQ(sum.tx_bytes, 500u);
    EXPECT_EQ(sum.rx_dropped, 5u);
    EXPECT_EQ(sum.tx_dropped, 7u);
}

TEST(Statistics, AddWhatTheNetdevLost) {
    bvs_port_counters counters{.rx_packets = 10};
    counters.drops[BVS_DROP_RUNT] = 1;
    const auto map = statistics_of(counters, {.rx_packets = 999, .rx_dropped = 4, .rx_crc_err = 6});
    EXPECT_EQ(map.at("rx_packets"), 10) << "the switch's own count";
    EXPECT_EQ(map.at("rx_dropped"), 5);
    EXPECT_EQ(map.at("rx_crc_err"), 6);
    EXPECT_EQ(map.at("collisions"), 0);
    EXPECT_EQ(map.size(), 13u);
}

} // namespace
} // namespace bvs::daemon
