// SPDX-License-Identifier: Apache-2.0
//
// What ovs-vswitchd makes of table Mirror.
#include "switch/model/mirror.h"

#include <gtest/gtest.h>

namespace bvs::model {
namespace {

TEST(MirrorSettings, SelectsWhatItNames) {
    const auto mirror = settle(
        {.name = "m", .select_src_port = {"a"}, .select_dst_port = {"b"}, .output_port = "o"});
    EXPECT_EQ(mirror.refusal, "");
    EXPECT_TRUE(mirror.selects_received("a"));
    EXPECT_FALSE(mirror.selects_received("b"));
    EXPECT_TRUE(mirror.selects_sent("b"));
    EXPECT_FALSE(mirror.selects_sent("a"));
    EXPECT_FALSE(mirror.vlans);
}

TEST(MirrorSettings, SelectsAllPortsOrSomeVlans) {
    const auto mirror =
        settle({.name = "m", .select_all = true, .select_vlan = {10, 20}, .output_vlan = 99});
    EXPECT_TRUE(mirror.selects_received("any"));
    EXPECT_TRUE(mirror.selects_sent("any"));
    ASSERT_TRUE(mirror.vlans);
    EXPECT_EQ(mirror.vlans->count(), 2U);
    EXPECT_EQ(mirror.output_vlan, 99);
}

TEST(MirrorSettings, PrefersThePortToTheVlan) {
    const auto mirror = settle({.name = "m", .output_port = "o", .output_vlan = 99});
    EXPECT_EQ(mirror.output_port, "o");
    EXPECT_EQ(mirror.output_vlan, 0);
}

TEST(MirrorSettings, DoesNotMirrorItsOwnPort) {
    const auto mirror = settle(
        {.name = "m", .select_src_port = {"o", "a"}, .select_dst_port = {"o"}, .output_port = "o"});
    EXPECT_TRUE(mirror.selects_received("a"));
    EXPECT_FALSE(mirror.selects_received("o"));
    EXPECT_FALSE(mirror.selects_sent("o"));
}

TEST(MirrorSettings, KeepsLengthsWithinWhatIsPossible) {
    EXPECT_EQ(settle({.output_port = "o", .snaplen = 1}).snaplen, 14);
    EXPECT_EQ(settle({.output_port = "o", .snaplen = 100}).snaplen, 100);
    EXPECT_EQ(settle({.output_port = "o"}).snaplen, 0);
}

TEST(MirrorSettings, SaysWhyThereAreNoCopies) {
    EXPECT_NE(settle({.name = "m"}).refusal, "");
    EXPECT_NE(settle({.name = "m", .output_vlan = 4095}).refusal, "");
    EXPECT_NE(settle({.name = "m", .lost_output_port = true, .output_vlan = 9}).refusal, "");
}

} // namespace
} // namespace bvs::model
