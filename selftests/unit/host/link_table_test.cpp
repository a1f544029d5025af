// SPDX-License-Identifier: Apache-2.0
#include "switch/host/link_table.h"

#include <gtest/gtest.h>

namespace bvs::host {
namespace {

using Kind = LinkEvent::Kind;

LinkReport seen(int ifindex, const char *name, std::uint32_t mtu = 1500) {
    return {.link = {.ifindex = ifindex, .name = name, .mtu = mtu}};
}

LinkReport gone(int ifindex) {
    return {.link = {.ifindex = ifindex}, .gone = true};
}

TEST(LinkTable, AppearsOnceAndIsFoundBothWays) {
    LinkTable table;
    const auto event = table.apply(seen(3, "eth0"));
    ASSERT_TRUE(event);
    EXPECT_EQ(event->kind, Kind::appeared);
    EXPECT_FALSE(table.apply(seen(3, "eth0")));
    ASSERT_TRUE(table.find(3));
    EXPECT_EQ(table.find(3), table.find("eth0"));
    EXPECT_FALSE(table.find(4));
    EXPECT_FALSE(table.find("eth1"));
}

TEST(LinkTable, CountersAreKeptWithoutEvent) {
    LinkTable table;
    table.apply(seen(3, "eth0"));
    LinkReport busy = seen(3, "eth0");
    busy.statistics.rx_packets = 5;
    EXPECT_FALSE(table.apply(busy));
    EXPECT_EQ(table.statistics(3)->rx_packets, 5u);
    table.apply(StatisticsReport{3, {.rx_packets = 6}});
    EXPECT_EQ(table.statistics(3)->rx_packets, 6u);
    table.apply(StatisticsReport{4, {.rx_packets = 6}});
    EXPECT_FALSE(table.statistics(4));
}

TEST(LinkTable, AChangeTellsWhatWasBefore) {
    LinkTable table;
    table.apply(seen(3, "eth0"));
    const auto event = table.apply(seen(3, "eth0", 9000));
    ASSERT_TRUE(event);
    EXPECT_EQ(event->kind, Kind::changed);
    EXPECT_EQ(event->before.mtu, 1500u);
    EXPECT_EQ(event->link.mtu, 9000u);
}

TEST(LinkTable, ARenamedLinkIsFoundByItsNewNameOnly) {
    LinkTable table;
    table.apply(seen(3, "eth0"));
    const auto event = table.apply(seen(3, "wan"));
    ASSERT_TRUE(event);
    EXPECT_EQ(event->kind, Kind::renamed);
    EXPECT_EQ(event->before.name, "eth0");
    EXPECT_FALSE(table.find("eth0"));
    EXPECT_EQ(table.find("wan"), table.find(3));
}

TEST(LinkTable, AVanishedLinkIsReportedAsLastKnown) {
    LinkTable table;
    table.apply(seen(3, "eth0"));
    const auto event = table.apply(gone(3));
    ASSERT_TRUE(event);
    EXPECT_EQ(event->kind, Kind::vanished);
    EXPECT_EQ(event->link.name, "eth0");
    EXPECT_FALSE(table.find(3));
    EXPECT_FALSE(table.find("eth0"));
    EXPECT_FALSE(table.apply(gone(3)));
}

TEST(LinkTable, ADumpEndsWhatItDoesNotMention) {
    LinkTable table;
    table.apply(seen(3, "eth0"));
    table.apply(seen(4, "eth1"));
    table.begin_dump();
    EXPECT_FALSE(table.apply(seen(4, "eth1")));
    const auto events = table.end_dump();
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0].kind, Kind::vanished);
    EXPECT_EQ(events[0].link.ifindex, 3);
    EXPECT_EQ(table.entries().size(), 1u);
}

// After a loss, the dump may show a name's new owner before its old one.
TEST(LinkTable, ANameTakenOverStaysWithItsNewOwner) {
    LinkTable table;
    table.apply(seen(3, "eth0"));
    table.begin_dump();
    table.apply(seen(9, "eth0"));
    table.end_dump();
    ASSERT_TRUE(table.find("eth0"));
    EXPECT_EQ(table.find("eth0")->ifindex, 9);
}

TEST(LinkTable, NamesExchangedDuringALoss) {
    LinkTable table;
    table.apply(seen(3, "a"));
    table.apply(seen(4, "b"));
    table.begin_dump();
    table.apply(seen(3, "b"));
    table.apply(seen(4, "a"));
    EXPECT_TRUE(table.end_dump().empty());
    EXPECT_EQ(table.find("a")->ifindex, 4);
    EXPECT_EQ(table.find("b")->ifindex, 3);
}

LinkReport veth(int ifindex, const char *name, int peer, bool elsewhere = false) {
    return {.link = {.ifindex = ifindex,
                     .name = name,
                     .kind = "veth",
                     .peer_ifindex = peer,
                     .peer_other_netns = elsewhere}};
}

TEST(DoubtfulPeer, IsTheEndThatHasNotHeardOfAMove) {
    LinkTable table;
    table.apply(veth(3, "a0", 4));
    table.apply(veth(4, "a1", 3));

    const auto left = table.apply({.link = {.ifindex = 4}, .gone = true});
    ASSERT_TRUE(left);
    EXPECT_EQ(table.doubtful_peer(*left), table.find("a0"));

    table.apply(veth(3, "a0", 4, true));
    const auto back = table.apply(veth(4, "a1", 3));
    ASSERT_TRUE(back);
    EXPECT_EQ(table.doubtful_peer(*back), table.find("a0"));
}

TEST(DoubtfulPeer, IsTheEndThatWasMadeFirst) {
    LinkTable table;
    table.apply(veth(4, "a1", 0));
    const auto made = table.apply(veth(3, "a0", 4));
    ASSERT_TRUE(made);
    EXPECT_EQ(table.doubtful_peer(*made), table.find("a1"));
}

TEST(DoubtfulPeer, IsNoneWhenBothAgreeOrAreStrangers) {
    LinkTable table;
    table.apply(veth(3, "a0", 4));
    const auto agrees = table.apply(veth(4, "a1", 3));
    ASSERT_TRUE(agrees);
    EXPECT_FALSE(table.doubtful_peer(*agrees));

    const auto elsewhere = table.apply(veth(5, "b0", 3, true));
    ASSERT_TRUE(elsewhere);
    EXPECT_FALSE(table.doubtful_peer(*elsewhere)) << "3 is an ifindex of another namespace";

    LinkReport vlan = veth(6, "vlan", 3);
    vlan.link.kind = "vlan";
    const auto above = table.apply(vlan);
    ASSERT_TRUE(above);
    EXPECT_FALSE(table.doubtful_peer(*above));
}

} // namespace
} // namespace bvs::host
