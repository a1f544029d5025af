// SPDX-License-Identifier: Apache-2.0
#include "switch/query_vlans.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bvs::daemon {
namespace {

using compile::Port;
using testing::ElementsAre;
using testing::IsEmpty;

Port port(bvs_vlan_mode mode, std::uint16_t tag = 0, std::uint32_t flags = BVS_PORT_UP) {
    return {.entry = {.flags = flags, .tag = tag, .vlan_mode = static_cast<__u8>(mode)}};
}

Port with_list(Port port, std::initializer_list<unsigned> vlans) {
    port.entry.vlan_flags = BVS_VLAN_LISTED;
    for (const auto vlan : vlans)
        port.vlans.word[vlan / 64] |= std::uint64_t{1} << vlan % 64;
    return port;
}

std::set<std::uint16_t> vlans(const std::vector<Port> &ports,
                              const std::set<std::uint16_t> &wanted = {}) {
    std::vector<const Port *> all;
    for (const auto &port : ports)
        all.push_back(&port);
    return query_vlans(all, wanted);
}

TEST(QueryVlans, AreThePortsOwn) {
    EXPECT_THAT(vlans({}), IsEmpty());
    EXPECT_THAT(vlans({port(BVS_VLAN_TRUNK)}), ElementsAre(0));
    EXPECT_THAT(vlans({port(BVS_VLAN_ACCESS, 10), port(BVS_VLAN_ACCESS, 4095)}),
                ElementsAre(10, 4095));
    EXPECT_THAT(vlans({port(BVS_VLAN_TRUNK), port(BVS_VLAN_NATIVE_UNTAGGED, 20),
                       port(BVS_VLAN_NATIVE_TAGGED, 30), port(BVS_VLAN_DOT1Q_TUNNEL, 40)}),
                ElementsAre(0, 20, 30, 40));
}

TEST(QueryVlans, AreThoseWithGroupsThatAPortCarries) {
    EXPECT_THAT(vlans({port(BVS_VLAN_TRUNK)}, {10, 63, 64}), ElementsAre(0, 10, 63, 64));
    EXPECT_THAT(vlans({port(BVS_VLAN_ACCESS, 10)}, {10, 20}), ElementsAre(10));
    EXPECT_THAT(vlans({with_list(port(BVS_VLAN_TRUNK), {63, 64})}, {10, 63, 64}),
                ElementsAre(63, 64));
    EXPECT_THAT(vlans({with_list(port(BVS_VLAN_NATIVE_TAGGED, 5), {64})}, {10, 64}),
                ElementsAre(5, 64));
}

TEST(QueryVlans, OfATunnelAreItsOwnIfItTakesWhatHasNoTag) {
    EXPECT_THAT(vlans({with_list(port(BVS_VLAN_DOT1Q_TUNNEL, 40), {7})}, {7}), IsEmpty());
    EXPECT_THAT(vlans({with_list(port(BVS_VLAN_DOT1Q_TUNNEL, 40), {0, 7})}, {7}), ElementsAre(40));
}

TEST(QueryVlans, AreOfPortsThatFloodsReach) {
    EXPECT_THAT(vlans({port(BVS_VLAN_ACCESS, 1, 0)}), IsEmpty());
    for (const auto flag : {BVS_PORT_NO_FORWARD, BVS_PORT_NO_FLOOD, BVS_PORT_MIRROR})
        EXPECT_THAT(vlans({port(BVS_VLAN_ACCESS, 1, BVS_PORT_UP | flag)}), IsEmpty());
    EXPECT_THAT(vlans({port(BVS_VLAN_ACCESS, 1, BVS_PORT_UP | BVS_PORT_MEMBER)}), ElementsAre(1));
}

} // namespace
} // namespace bvs::daemon
