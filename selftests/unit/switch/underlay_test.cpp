// SPDX-License-Identifier: Apache-2.0
#include "switch/underlay.h"

#include <gmock/gmock.h>
#include <linux/if_addr.h>

namespace bvs::daemon {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

model::IpAddress ip(std::string_view text) {
    return model::parse_ip_address(text).value();
}

class Needs : public testing::Test {
  protected:
    void link(int ifindex, const std::string &name, bool loopback = false) {
        links.apply({.link = {.ifindex = ifindex, .name = name, .loopback = loopback}});
    }
    void address(int ifindex, std::string_view text, std::uint32_t flags = 0) {
        addresses.apply(
            {{.ifindex = ifindex, .address = ip(text), .prefix_length = 24, .flags = flags}});
    }
    UnderlayNeeds needs() const {
        return needs_of(addresses, links, [this](int ifindex) { return ifindex == port; });
    }

    host::LinkTable links;
    host::AddressTable addresses;
    int port = 0;
};

TEST_F(Needs, NothingOfAHostWithoutAddresses) {
    link(1, "lo", true);
    link(2, "eth0");
    EXPECT_EQ(needs(), UnderlayNeeds());
}

TEST_F(Needs, EveryAddressIsLocalAndOneIsTheSource) {
    link(2, "eth0");
    address(2, "10.0.0.1");
    address(2, "10.0.0.2", IFA_F_SECONDARY);
    address(2, "fd00::1");
    EXPECT_THAT(needs().local, ElementsAre(ip("10.0.0.1"), ip("10.0.0.2"), ip("fd00::1")));
    EXPECT_THAT(needs().sources, ElementsAre(Pair(Pair(2, false), ip("10.0.0.1")),
                                             Pair(Pair(2, true), ip("fd00::1"))));
    EXPECT_THAT(needs().netdevs, ElementsAre(2));
}

TEST_F(Needs, TheLoopbackDevicesAddressesAreOursButNothingComesInThere) {
    link(1, "lo", true);
    link(3, "eth0");
    address(1, "192.0.2.1");
    address(3, "fe80::1");
    EXPECT_TRUE(needs().local.contains(ip("192.0.2.1")));
    EXPECT_THAT(needs().netdevs, ElementsAre(3));
}

TEST_F(Needs, WhatComesInAtAPortIsItsBridges) {
    link(2, "eth0");
    address(2, "10.0.0.1");
    port = 2;
    EXPECT_THAT(needs().netdevs, IsEmpty());
    EXPECT_TRUE(needs().local.contains(ip("10.0.0.1")));
    EXPECT_TRUE(needs().sources.contains({2, false}));
}

// Its address may be told before it is.
TEST_F(Needs, ANetdevThatIsNotKnownIsLeftAlone) {
    address(7, "10.0.0.1");
    EXPECT_THAT(needs().netdevs, IsEmpty());
    link(7, "eth0");
    EXPECT_THAT(needs().netdevs, ElementsAre(7));
}

} // namespace
} // namespace bvs::daemon
