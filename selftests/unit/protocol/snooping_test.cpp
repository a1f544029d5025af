// SPDX-License-Identifier: Apache-2.0
#include "switch/protocol/snooping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bvs::protocol {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

model::IpAddress ip(std::string_view text) {
    return *model::parse_ip_address(text);
}

class SnoopingTest : public testing::Test {
  protected:
    GroupDelivery report(PortId port, std::string_view group, bool joins = true,
                         std::uint16_t vlan = 0) {
        return table.receive(vlan, port, {.changes = {{ip(group), joins}}}, now);
    }
    void query(PortId port, std::string_view source = "192.0.2.1", std::string_view group = "::") {
        const auto delivery = table.receive(0, port,
                                            {.kind = GroupMessage::Kind::query,
                                             .source = ip(source),
                                             .group = ip(group),
                                             .max_response = 1s},
                                            now);
        EXPECT_TRUE(delivery.everywhere);
    }
    std::set<PortId> ports(std::string_view group, std::uint16_t vlan = 0) {
        const auto delivery = table.deliver(vlan, ip(group));
        EXPECT_FALSE(delivery.everywhere);
        return delivery.ports;
    }
    bool floods(std::string_view group, std::uint16_t vlan = 0) {
        return table.deliver(vlan, ip(group)).everywhere;
    }
    void pass(std::chrono::seconds span) {
        now += span;
        table.run(now);
    }
    Time now{std::chrono::hours(1)};
    Snooping table{{}};
};

TEST_F(SnoopingTest, AGroupGoesToWhoReportedItInItsVlan) {
    EXPECT_TRUE(floods("239.1.1.1"));
    report(1, "239.1.1.1");
    report(2, "239.1.1.1");
    report(3, "239.1.1.1", true, 10);
    EXPECT_THAT(ports("239.1.1.1"), ElementsAre(1, 2));
    EXPECT_THAT(ports("239.1.1.1", 10), ElementsAre(3));
    EXPECT_TRUE(floods("239.1.1.2"));
    report(2, "239.1.1.1", false);
    EXPECT_THAT(ports("239.1.1.1"), ElementsAre(1));
    report(1, "239.1.1.1", false);
    EXPECT_TRUE(floods("239.1.1.1"));
}

TEST_F(SnoopingTest, RoutersGetAllAndReports) {
    query(9);
    table.receive(0, 8, {.kind = GroupMessage::Kind::router, .source = ip("192.0.2.2")}, now);
    EXPECT_THAT(report(1, "239.1.1.1").ports, ElementsAre(8, 9));
    EXPECT_THAT(ports("239.1.1.1"), ElementsAre(1, 8, 9));
    EXPECT_THAT(report(1, "239.1.1.1", true, 5).ports, IsEmpty());
    pass(179s);
    query(9);
    pass(1s);
    EXPECT_THAT(ports("239.1.1.1"), ElementsAre(1, 9));
    EXPECT_EQ(table.next(), now + 120s);
}

TEST_F(SnoopingTest, WhoAsksForNobodyIsNoRouter) {
    query(9, "0.0.0.0");
    EXPECT_THAT(report(1, "239.1.1.1").ports, IsEmpty());
}

TEST_F(SnoopingTest, UnregisteredGroupsNeedNotBeFlooded) {
    table.configure({.flood_unregistered = false});
    EXPECT_THAT(ports("239.1.1.1"), IsEmpty());
    query(9);
    table.set_port(7, true, false);
    table.set_port(6, false, true);
    EXPECT_THAT(ports("239.1.1.1"), ElementsAre(7, 9));
    EXPECT_THAT(report(1, "239.1.1.1").ports, ElementsAre(6, 9));
    EXPECT_TRUE(floods("224.0.0.251"));
    EXPECT_TRUE(floods("ff02::1"));
}

TEST_F(SnoopingTest, TheLinksOwnGroupsAreNotLearned) {
    report(1, "224.0.0.251");
    EXPECT_THAT(table.groups(), IsEmpty());
    EXPECT_TRUE(floods("224.0.0.251"));
}

TEST_F(SnoopingTest, MembershipAges) {
    report(1, "239.1.1.1");
    pass(200s);
    report(2, "239.1.1.1");
    EXPECT_EQ(table.next(), now + 100s);
    pass(100s);
    EXPECT_THAT(ports("239.1.1.1"), ElementsAre(2));
    report(2, "239.1.1.1");
    pass(299s);
    EXPECT_THAT(ports("239.1.1.1"), ElementsAre(2));
    pass(1s);
    EXPECT_TRUE(floods("239.1.1.1"));
    EXPECT_EQ(table.next(), std::nullopt);
}

TEST_F(SnoopingTest, ALeavingPortMayBeGivenTime) {
    table.configure({.leave_at_once = false});
    report(1, "239.1.1.1");
    report(2, "239.1.1.1");
    report(1, "239.1.1.1", false);
    pass(1s);
    EXPECT_THAT(ports("239.1.1.1"), ElementsAre(1, 2));
    report(1, "239.1.1.1"); // somebody else behind it
    pass(100s);
    EXPECT_THAT(ports("239.1.1.1"), ElementsAre(1, 2));
    query(9, "192.0.2.1", "239.1.1.1");
    report(2, "239.1.1.1");
    pass(2s);
    EXPECT_THAT(ports("239.1.1.1"), ElementsAre(2, 9));
}

TEST_F(SnoopingTest, TheOldestMakesRoom) {
    table.configure({.table_size = 10});
    for (int i = 0; i < 10; i++) {
        report(1, fmt::format("239.0.0.{}", i));
        now += 1s;
    }
    report(1, "239.0.0.0"); // is the newest now
    report(1, "239.0.1.0");
    EXPECT_EQ(table.groups().size(), 10u);
    EXPECT_TRUE(floods("239.0.0.1"));
    EXPECT_FALSE(floods("239.0.0.0"));
    EXPECT_FALSE(floods("239.0.1.0"));
    table.configure({.table_size = 3});
    EXPECT_EQ(table.groups().size(), 3u);
}

TEST_F(SnoopingTest, WhatIsConfiguredStays) {
    table.configure({.table_size = 2});
    EXPECT_TRUE(table.add_static(0, ip("239.0.0.1"), 1));
    report(1, "239.0.0.1", false);
    report(2, "239.0.0.1");
    pass(1000s);
    table.flush();
    EXPECT_THAT(ports("239.0.0.1"), ElementsAre(1));
    EXPECT_TRUE(table.add_static(0, ip("239.0.0.2"), 1));
    EXPECT_EQ(table.add_static(0, ip("239.0.0.3"), 1).error().message,
              "no room for 239.0.0.3: 2 groups are configured already");
    report(1, "239.0.0.3");
    EXPECT_EQ(table.groups().size(), 2u);
    EXPECT_EQ(table.add_static(0, ip("10.0.0.1"), 1).error().message,
              "10.0.0.1 is not a group that can be joined");
    EXPECT_TRUE(table.remove_static(0, ip("239.0.0.1"), 1));
    EXPECT_EQ(table.remove_static(0, ip("239.0.0.1"), 1).error().message,
              "239.0.0.1 is not configured at that port in VLAN 0");
    EXPECT_TRUE(floods("239.0.0.1"));
}

TEST_F(SnoopingTest, WhatWasHeardCanBecomeConfigured) {
    report(1, "239.0.0.1");
    EXPECT_TRUE(table.add_static(0, ip("239.0.0.1"), 1));
    report(1, "239.0.0.1");
    EXPECT_EQ(table.next(), std::nullopt);
    pass(1000s);
    EXPECT_THAT(ports("239.0.0.1"), ElementsAre(1));
}

TEST_F(SnoopingTest, APortThatGoesIsForgotten) {
    report(1, "239.0.0.1");
    report(2, "239.0.0.1");
    query(1);
    table.set_port(1, true, true);
    table.remove_port(1);
    EXPECT_THAT(ports("239.0.0.1"), ElementsAre(2));
}

TEST_F(SnoopingTest, TheRevisionTellsOfChangesOnly) {
    const auto changes = [&](auto act) {
        const auto before = table.revision();
        act();
        return table.revision() != before;
    };
    EXPECT_TRUE(changes([&] { report(1, "239.0.0.1"); }));
    EXPECT_FALSE(changes([&] { report(1, "239.0.0.1"); }));
    EXPECT_TRUE(changes([&] { query(9); }));
    EXPECT_FALSE(changes([&] { query(9); }));
    EXPECT_FALSE(changes([&] { pass(10s); }));
    EXPECT_TRUE(changes([&] { pass(1000s); }));
    EXPECT_FALSE(changes([&] { table.configure({}); }));
    EXPECT_TRUE(changes([&] { table.flush(); }));
}

TEST_F(SnoopingTest, ShowsWhatOpenVSwitchShows) {
    report(1, "239.1.1.1");
    report(1, "239.1.1.2", true, 10);
    EXPECT_TRUE(table.add_static(10, ip("ff05::7"), 65534));
    now += 1s;
    query(3);
    now += 1s;
    const auto name = [](PortId port) {
        return port == 65534 ? std::string("LOCAL") : std::to_string(port);
    };
    EXPECT_EQ(table.show(now, name), " port  VLAN  GROUP                Age\n"
                                     "    1     0  239.1.1.1           2\n"
                                     "    1    10  239.1.1.2           2\n"
                                     "LOCAL    10  ff05::7         static\n"
                                     "    3     0  querier               1\n");
}

TEST_F(SnoopingTest, SettingsAreKeptReasonable) {
    model::Warnings warnings;
    EXPECT_EQ(settle_snooping("br0", {}, warnings), SnoopingSettings());
    EXPECT_THAT(warnings, IsEmpty());
    EXPECT_EQ(
        settle_snooping("br0",
                        {{"mcast-snooping-aging-time", "1"},
                         {"mcast-snooping-table-size", "2000000"},
                         {"mcast-snooping-disable-flood-unregistered", "true"}},
                        warnings),
        (SnoopingSettings{.ageing = 15s, .table_size = 1'000'000, .flood_unregistered = false}));
    EXPECT_EQ(warnings.size(), 2u);
}

TEST_F(SnoopingTest, SettingsOfPortsAreFloodingAndStaticMembers) {
    model::Warnings warnings;
    const auto settle = [&](const model::StringMap &other_config) {
        return settle_snooping_port("p1", other_config, warnings);
    };
    EXPECT_EQ(settle({}), SnoopingPort());
    EXPECT_EQ(settle({{"mcast-snooping-flood", "true"},
                      {"mcast-snooping-static", "239.1.1.1,ff15::1@10"}}),
              (SnoopingPort{.flood = true,
                            .flood_reports = false,
                            .groups = {{0, ip("239.1.1.1")}, {10, ip("ff15::1")}}}));
    EXPECT_THAT(warnings, IsEmpty());
    EXPECT_EQ(
        settle({{"mcast-snooping-flood-reports", "true"},
                {"mcast-snooping-static", "10.0.0.1,,224.0.0.5,239.1.1.1@4096,x@,239.0.0.1"}}),
        (SnoopingPort{.flood = false, .flood_reports = true, .groups = {{0, ip("239.0.0.1")}}}));
    EXPECT_EQ(warnings.size(), 5u);
}

TEST_F(SnoopingTest, EntriesAreMembersAndRouters) {
    report(1, "239.1.1.1");
    ASSERT_TRUE(table.add_static(10, ip("239.1.1.2"), 2));
    query(3);
    using Entry = Snooping::Entry;
    EXPECT_THAT(table.entries(),
                ElementsAre(Entry{{0, ip("239.1.1.1")}, 1, now},
                            Entry{{10, ip("239.1.1.2")}, 2, std::nullopt}, Entry{{0, {}}, 3, now}));
}

TEST_F(SnoopingTest, VlansAreThoseWithGroups) {
    EXPECT_THAT(table.vlans(), IsEmpty());
    report(1, "239.1.1.1", true, 10);
    report(2, "ff15::1", true, 10);
    report(2, "ff15::1", true, 11);
    report(1, "239.1.1.1", true, 4095);
    report(1, "239.1.1.1");
    EXPECT_THAT(table.vlans(), ElementsAre(0, 10, 11, 4095));
    report(1, "239.1.1.1", false);
    EXPECT_THAT(table.vlans(), ElementsAre(10, 11, 4095));
}

TEST_F(SnoopingTest, OnlyAChangeIsOne) {
    table.set_port(1, true, false);
    const auto revision = table.revision();
    table.set_port(1, true, false);
    EXPECT_EQ(table.revision(), revision);
    table.set_port(1, true, true);
    EXPECT_NE(table.revision(), revision);
}

} // namespace
} // namespace bvs::protocol
