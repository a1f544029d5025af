// SPDX-License-Identifier: Apache-2.0
#include "switch/model/bridge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bvs::model {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

TEST(Bridge, HasTheDefaultsOfOpenVswitch) {
    Warnings warnings;
    const auto bridge = settle({.name = "br0"}, warnings);
    EXPECT_EQ(bridge.mac_table_size, 8192u);
    EXPECT_EQ(bridge.mac_aging_time, std::chrono::seconds(300));
    EXPECT_FALSE(bridge.forward_bpdu);
    EXPECT_FALSE(bridge.datapath_id);
    EXPECT_TRUE(bridge.flood_vlans.none());
    EXPECT_TRUE(bridge.refusal.empty());
    EXPECT_THAT(warnings, IsEmpty());
}

TEST(Bridge, FollowsItsSettings) {
    Warnings warnings;
    const auto bridge = settle({.name = "br0",
                                .flood_vlans = {5, 6},
                                .other_config = {{"datapath-id", "00000000deadbeef"},
                                                 {"hwaddr", "02:00:00:00:00:01"},
                                                 {"mac-table-size", "100"},
                                                 {"mac-aging-time", "60"},
                                                 {"forward-bpdu", "true"}}},
                               warnings);
    EXPECT_EQ(bridge.datapath_id, 0xdeadbeefu);
    EXPECT_EQ(bridge.mac, parse_mac("02:00:00:00:00:01"));
    EXPECT_EQ(bridge.mac_table_size, 100u);
    EXPECT_EQ(bridge.mac_aging_time, std::chrono::seconds(60));
    EXPECT_TRUE(bridge.forward_bpdu);
    EXPECT_EQ(bridge.flood_vlans, to_vlan_set({5, 6}));
    EXPECT_THAT(warnings, IsEmpty());
}

TEST(Bridge, KeepsToTheRangesOfOpenVswitch) {
    Warnings warnings;
    const auto bridge = settle({.name = "br0",
                                .other_config = {{"mac-table-size", "1"},
                                                 {"mac-aging-time", "100000"},
                                                 {"datapath-id", "17"}}},
                               warnings);
    EXPECT_EQ(bridge.mac_table_size, 10u);
    EXPECT_EQ(bridge.mac_aging_time, std::chrono::seconds(3600));
    EXPECT_FALSE(bridge.datapath_id);
    EXPECT_EQ(warnings.size(), 3u);
}

TEST(Bridge, RefusesADatapathTypeItDoesNotKnow) {
    Warnings warnings;
    EXPECT_THAT(settle({.name = "br0", .datapath_type = "windows"}, warnings).refusal,
                HasSubstr("windows"));
    EXPECT_THAT(settle({.name = "br0", .datapath_type = "netdev"}, warnings).refusal, IsEmpty());
    EXPECT_THAT(settle({.name = "a-bridge-of-long-name"}, warnings).refusal, HasSubstr("15"));
}

TEST(Bridge, ConcernsItsPortsOnlyWhereTheyHoldACopy) {
    Bridge before{.name = "br0"}, after = before;
    after.mac_aging_time = std::chrono::seconds(20);
    after.datapath_id = 5;
    EXPECT_FALSE(concerns_ports(before, after));
    after.flood_vlans.set(7);
    EXPECT_TRUE(concerns_ports(before, after));
    before.flood_vlans.set(8);
    EXPECT_FALSE(concerns_ports(before, after)) << "ports know only whether there are any";
    after.mac_table_size = 20;
    EXPECT_TRUE(concerns_ports(before, after));
}

} // namespace
} // namespace bvs::model
