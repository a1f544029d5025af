// SPDX-License-Identifier: Apache-2.0
//
// The order of steps, as data: what a packet in between may never meet.
#include "switch/compile/steps.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bvs::compile {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Port port(std::uint32_t ifindex = 42, bool xdp = false) {
    Port port{.number = 7, .xdp = xdp};
    port.entry.ifindex = ifindex;
    port.entry.bridge = 1;
    port.entry.ofport = 1;
    return port;
}

Port listed(Port port, std::uint64_t vlans) {
    port.entry.vlan_flags = BVS_VLAN_LISTED;
    port.vlans.word[0] = vlans;
    return port;
}

Port tunnel(std::uint64_t key = 5) {
    auto tunnel = port();
    tunnel.entry.flags = BVS_PORT_TUNNEL;
    tunnel.tunnel.type = tunnel.end.type = BVS_TUNNEL_VXLAN;
    tunnel.tunnel.key = tunnel.end.key = key;
    return tunnel;
}

PortState state(const Port &port) {
    return {.port = port, .attached = port.netdev() != 0, .linked = true};
}

std::vector<Step> change(const Port &before, const Port &after) {
    const auto present = state(before);
    return steps(&present, &after);
}

TEST(Steps, ANewPortIsSeenByOthersLast) {
    const auto wanted = listed(port(), 2);
    EXPECT_THAT(steps(nullptr, &wanted),
                ElementsAre(Step::write_vlans, Step::write, Step::attach, Step::link));
}

TEST(Steps, ANewPortMayHaveNoNetdevYet) {
    const auto wanted = port(0);
    EXPECT_THAT(steps(nullptr, &wanted), ElementsAre(Step::write, Step::link));
}

TEST(Steps, XdpComesAfterTc) {
    const auto wanted = port(42, true);
    EXPECT_THAT(steps(nullptr, &wanted),
                ElementsAre(Step::write, Step::attach, Step::attach_xdp, Step::link));
}

TEST(Steps, ATunnelKnowsHowToWrapBeforeItIsSeen) {
    const auto wanted = tunnel();
    EXPECT_THAT(steps(nullptr, &wanted),
                ElementsAre(Step::write_tunnel, Step::write, Step::open_end, Step::link));
}

TEST(Steps, ATunnelThatLeavesReceivesNothingFromTheFirst) {
    const auto present = state(tunnel());
    EXPECT_THAT(steps(&present, nullptr),
                ElementsAre(Step::close_end, Step::unlink, Step::flush, Step::clear));
}

TEST(Steps, ATunnelChangesInPlaceAndKeepsItsAddresses) {
    EXPECT_THAT(change(tunnel(5), tunnel(5)), IsEmpty());
    EXPECT_THAT(change(tunnel(5), tunnel(6)), ElementsAre(Step::write_tunnel, Step::open_end));
    auto outwards = tunnel(5);
    outwards.tunnel.ttl = 9;
    EXPECT_THAT(change(tunnel(5), outwards), ElementsAre(Step::write_tunnel));
}

TEST(Steps, ATunnelThatBecomesAPatchPortGivesItsEndUp) {
    auto patch = port();
    patch.entry.flags = BVS_PORT_PATCH;
    EXPECT_THAT(change(tunnel(), patch),
                ElementsAre(Step::close_end, Step::write_tunnel, Step::write));
}

TEST(Steps, OnlyANetdevIsAttached) {
    auto patch = port();
    patch.entry.flags = BVS_PORT_PATCH;
    EXPECT_THAT(steps(nullptr, &patch), ElementsAre(Step::write, Step::link));
    EXPECT_THAT(change(port(), patch), ElementsAre(Step::detach, Step::write));
    EXPECT_THAT(change(patch, port()), ElementsAre(Step::write, Step::attach));
}

TEST(Steps, ALeavingPortIsHiddenFirstAndClearedLast) {
    const auto present = state(port(42, true));
    EXPECT_THAT(steps(&present, nullptr), ElementsAre(Step::unlink, Step::detach_xdp, Step::detach,
                                                      Step::flush, Step::clear));
}

TEST(Steps, APortHalfMadeCanLeave) {
    const PortState present{.port = port(0)};
    EXPECT_THAT(steps(&present, nullptr), ElementsAre(Step::flush, Step::clear));
}

TEST(Steps, NoDifferenceNoStep) {
    EXPECT_THAT(change(port(), port()), IsEmpty());
    EXPECT_THAT(change(port(42, true), port(42, true)), IsEmpty());
    EXPECT_THAT(change(listed(port(), 2), listed(port(), 2)), IsEmpty());
    EXPECT_THAT(steps(nullptr, nullptr), IsEmpty());
}

TEST(Steps, AnAdoptedPortIsAttachedAnewAndElseLeftAlone) {
    auto present = state(port());
    present.attached = false;
    const auto wanted = port();
    EXPECT_THAT(steps(&present, &wanted), ElementsAre(Step::attach));
}

TEST(Steps, AnAdoptedPortThatWasNotFinishedIs) {
    const PortState present{.port = port()};
    const auto wanted = port();
    EXPECT_THAT(steps(&present, &wanted), ElementsAre(Step::attach, Step::link));
}

TEST(Steps, AnotherNetdevTakesThePlaceOfTheOld) {
    EXPECT_THAT(change(port(42), port(43)), ElementsAre(Step::detach, Step::write, Step::attach));
}

TEST(Steps, AVanishedNetdevLeavesThePortWhereItIs) {
    EXPECT_THAT(change(port(42, true), port(0)),
                ElementsAre(Step::detach_xdp, Step::detach, Step::write));
    EXPECT_THAT(change(port(0), port(42)), ElementsAre(Step::write, Step::attach));
}

TEST(Steps, TheListIsThereBeforeTheEntryPointsToIt) {
    EXPECT_THAT(change(port(), listed(port(), 2)),
                ElementsAre(Step::write_vlans, Step::write, Step::flush));
}

TEST(Steps, AnotherListAloneIsNoReasonToWriteTheEntry) {
    EXPECT_THAT(change(listed(port(), 2), listed(port(), 4)),
                ElementsAre(Step::write_vlans, Step::flush));
}

TEST(Steps, AListThatIsNotUsedIsNotWritten) {
    EXPECT_THAT(change(listed(port(), 2), port()), ElementsAre(Step::write, Step::flush));
}

TEST(Steps, OnlyVlansMakeAddressesForgotten) {
    auto after = port();
    after.entry.flags = BVS_PORT_UP;
    after.entry.max_frame = 9018;
    EXPECT_THAT(change(port(), after), ElementsAre(Step::write));
    after = port();
    after.entry.tag = 5;
    EXPECT_THAT(change(port(), after), ElementsAre(Step::write, Step::flush));
}

TEST(Steps, TheDscpOfQueuesComesLastAndForgetsNothing) {
    auto marking = port();
    marking.entry.flags = BVS_PORT_QUEUE_DSCP;
    marking.queue_dscp = {{1, 46}};
    EXPECT_THAT(steps(nullptr, &marking),
                ElementsAre(Step::write, Step::attach, Step::link, Step::write_dscp));
    auto other = marking;
    other.queue_dscp = {{1, 10}};
    EXPECT_THAT(change(marking, other), ElementsAre(Step::write_dscp));
    EXPECT_THAT(change(marking, port()), ElementsAre(Step::write, Step::write_dscp));
}

TEST(Steps, XdpCanBeTurnedOnAndOff) {
    EXPECT_THAT(change(port(42), port(42, true)), ElementsAre(Step::attach_xdp));
    EXPECT_THAT(change(port(42, true), port(42)), ElementsAre(Step::detach_xdp));
}

} // namespace
} // namespace bvs::compile
