// SPDX-License-Identifier: Apache-2.0
#include "switch/interface_report.h"

#include <gtest/gtest.h>
#include <map>

namespace bvs::daemon {
namespace {

using ovsdb::Datum;

std::map<std::string, Datum> columns(const InterfaceFacts &facts) {
    const auto values = interface_columns(facts);
    return {values.begin(), values.end()};
}

const host::Link k_link = {.ifindex = 7,
                           .mac = {2, 0, 0, 0, 0, 1},
                           .mtu = 1500,
                           .up = true,
                           .carrier = false,
                           .carrier_changes = 3};

TEST(InterfaceReport, TellsOfAPortInUse) {
    const auto row = columns({.ofport = 5,
                              .link = &k_link,
                              .settings = {.speed = 10'000'000'000, .duplex = host::Duplex::full},
                              .driver = {.driver = "veth", .version = "1.0"},
                              .hook = "tcx"});
    EXPECT_EQ(row.at("ofport"), Datum(5));
    EXPECT_EQ(row.at("error"), Datum());
    EXPECT_EQ(row.at("mac_in_use"), Datum("02:00:00:00:00:01"));
    EXPECT_EQ(row.at("mtu"), Datum(1500));
    EXPECT_EQ(row.at("ifindex"), Datum(7));
    EXPECT_EQ(row.at("admin_state"), Datum("up"));
    EXPECT_EQ(row.at("link_state"), Datum("down"));
    EXPECT_EQ(row.at("link_resets"), Datum(3));
    EXPECT_EQ(row.at("link_speed"), Datum(10'000'000'000));
    EXPECT_EQ(row.at("duplex"), Datum("full"));
    EXPECT_EQ(
        row.at("status"),
        Datum(ovsdb::Smap{{"driver_name", "veth"}, {"driver_version", "1.0"}, {"hook", "tcx"}}));
}

TEST(InterfaceReport, TellsOfAPortWithoutNetdev) {
    InterfaceFacts facts = {.ofport = 5, .has_netdev = false, .mac = host::Mac{2, 0, 0, 0, 0, 9}};
    auto row = columns(facts);
    EXPECT_EQ(row.at("ofport"), Datum(5));
    EXPECT_EQ(row.at("mac_in_use"), Datum("02:00:00:00:00:09"));
    EXPECT_EQ(row.at("mtu"), Datum());
    EXPECT_EQ(row.at("ifindex"), Datum(0));
    EXPECT_EQ(row.at("admin_state"), Datum("up"));
    EXPECT_EQ(row.at("link_state"), Datum("up"));
    EXPECT_EQ(row.at("link_speed"), Datum());
    EXPECT_EQ(row.at("status"), Datum(ovsdb::Smap{}));
    facts.egress = Egress{.netdev = "eth0", .carrier = false};
    EXPECT_EQ(columns(facts).at("status"),
              Datum(ovsdb::Smap{{"tunnel_egress_iface", "eth0"},
                                {"tunnel_egress_iface_carrier", "down"}}));
    facts.egress->hook_error = "busy";
    EXPECT_EQ(columns(facts).at("status"),
              Datum(ovsdb::Smap{{"tunnel_egress_iface", "eth0"},
                                {"tunnel_egress_iface_carrier", "down"},
                                {"hook_error", "busy"}}));
    facts.error = "File exists";
    row = columns(facts);
    EXPECT_EQ(row.at("ofport"), Datum(-1));
    EXPECT_EQ(row.at("link_state"), Datum());
    EXPECT_EQ(row.at("mac_in_use"), Datum());
}

TEST(InterfaceReport, TellsNothingButTheErrorOfOneThatIsNot) {
    const auto row = columns({.ofport = 5, .error = "could not open it", .link = &k_link});
    EXPECT_EQ(row.at("ofport"), Datum(-1));
    EXPECT_EQ(row.at("error"), Datum("could not open it"));
    for (const auto *column : {"mac_in_use", "mtu", "ifindex", "admin_state", "link_state",
                               "link_resets", "link_speed", "duplex"})
        EXPECT_EQ(row.at(column), Datum()) << column;
}

TEST(InterfaceReport, PrefersTheAddressOfTheFarEnd) {
    const auto row = columns({.ofport = 5, .link = &k_link, .mac = host::Mac{2, 0, 0, 0, 0, 9}});
    EXPECT_EQ(row.at("mac_in_use"), Datum("02:00:00:00:00:09"));
    EXPECT_EQ(row.at("link_speed"), Datum()) << "unknown is not zero";
}

} // namespace
} // namespace bvs::daemon
