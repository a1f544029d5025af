// SPDX-License-Identifier: Apache-2.0
//
// A flood reaches each receiver once, and nobody else.
#include "selftests/fixture/lab.h"

#include <gtest/gtest.h>
#include <linux/pkt_cls.h>

using namespace bvs::fixture;

namespace {

const auto k_frame = Frame{.dst = k_broadcast}.bytes();

TEST(Flood, ReachesEveryOtherPortOnce) {
    Lab lab({{}, {}, {}, {}});
    EXPECT_EQ(lab.send(2, k_frame), each({1, 3, 4}, k_frame));
    EXPECT_EQ(lab.counters(2).flooded, 1U);
    EXPECT_EQ(lab.counters(2).tx_packets, 0U);
}

TEST(Flood, OfTwoPortsIsNoneToCount) {
    Lab lab({{}, {}});
    EXPECT_EQ(lab.send(1, k_frame), each({2}, k_frame));
    EXPECT_EQ(lab.counters(1).flooded, 0U);
}

TEST(Flood, IsWhatHappensToUnknownAndMulticastAddresses) {
    Lab lab({{}, {}, {}});
    for (const auto dst : {mac(99), std::uint64_t{0x01005e000001}, std::uint64_t{0x333300000001}}) {
        const auto frame = Frame{.dst = dst}.bytes();
        EXPECT_EQ(lab.send(1, frame), each({2, 3}, frame));
    }
}

TEST(Flood, StaysInItsBridge) {
    Lab lab({{.bridge = 1}, {.bridge = 1}, {.bridge = 2}, {.bridge = 2}});
    EXPECT_EQ(lab.send(1, k_frame), each({2}, k_frame));
    EXPECT_EQ(lab.send(4, k_frame), each({3}, k_frame));
}

TEST(Flood, StaysInItsVlan) {
    const PortSettings access10 = {.mode = BVS_VLAN_ACCESS, .tag = 10};
    const PortSettings access20 = {.mode = BVS_VLAN_ACCESS, .tag = 20};
    Lab lab({access10, access20, access10, {.vlans = {20}}, {.vlans = {10}}});
    const auto tagged = Frame{.dst = k_broadcast, .tags = {{ETH_P_8021Q, 10}}}.bytes();
    EXPECT_EQ(lab.send(1, k_frame), (Delivery{{3, {k_frame}}, {5, {tagged}}}));
}

TEST(Flood, GivesEachReceiverItsOwnTag) {
    Lab lab({{},
             {.mode = BVS_VLAN_ACCESS, .tag = 10},
             {},
             {.mode = BVS_VLAN_NATIVE_UNTAGGED, .tag = 10},
             {.mode = BVS_VLAN_DOT1Q_TUNNEL, .tag = 10},
             {.mode = BVS_VLAN_NATIVE_TAGGED, .tag = 20}});
    const auto tagged = Frame{.dst = k_broadcast, .tags = {{ETH_P_8021Q, 10}}}.bytes();
    const Delivery all = {
        {2, {k_frame}}, {3, {tagged}}, {4, {k_frame}}, {5, {k_frame}}, {6, {tagged}}};
    EXPECT_EQ(lab.send(1, tagged), all);
}

TEST(Flood, LeavesOutPortsThatAreDown) {
    Lab lab({{}, {.flags = 0}, {}});
    EXPECT_EQ(lab.send(1, k_frame), each({3}, k_frame));
    EXPECT_EQ(lab.counters(2).drops[BVS_DROP_OUTPUT_DOWN], 0U);
}

TEST(Flood, DropsWhatIsTooLargeAtThatPortAlone) {
    Lab lab({{.mtu = 2000}, {.mtu = 1500}, {.mtu = 2000}});
    const auto large = Frame{.dst = k_broadcast, .payload = Bytes(1505)}.bytes();
    EXPECT_EQ(lab.send(1, large), each({3}, large));
    EXPECT_EQ(lab.counters(2).drops[BVS_DROP_OUTPUT_MTU], 1U);
    EXPECT_EQ(lab.counters(1).flooded, 0U);
}

// Port 3 comes first and puts a second tag on the frame; ports 2 and 1 decide as port 3 did.
TEST(Flood, MeasuresAFrameForEachPortAlike) {
    Lab lab({{.mtu = 500}, {.mtu = 500}, {.mtu = 500}, {.mode = BVS_VLAN_DOT1Q_TUNNEL, .tag = 10}});
    Frame frame = {.dst = k_broadcast, .tags = {{ETH_P_8021Q, 20}}, .payload = Bytes(500)};
    auto tagged = frame;
    tagged.tags.insert(tagged.tags.begin(), {.tpid = ETH_P_8021AD, .tci = 10});
    EXPECT_EQ(lab.send(4, frame), each({1, 2, 3}, tagged.bytes()));
    frame.payload = Bytes(501);
    EXPECT_EQ(lab.send(4, frame), Delivery{});
    for (const std::uint32_t port : {1, 2, 3})
        EXPECT_EQ(lab.counters(port).drops[BVS_DROP_OUTPUT_MTU], 1U);
}

// Between two writes of the daemon it is still in the list.
TEST(Flood, LeavesOutAPortThatIsAboutToChangeItsBridge) {
    Lab lab({{}, {}, {}});
    lab.the_switch().set_port(2, {.bridge = 2});
    EXPECT_EQ(lab.send(3, k_frame), each({1}, k_frame));
}

TEST(Flood, ThatNobodyTakesEndsAtItsInput) {
    Lab lab({{}, {.flags = 0}, {.vlans = {10}}});
    EXPECT_EQ(lab.send(1, k_frame), Delivery{});
    EXPECT_EQ(lab.counters(1).drops[BVS_DROP_NO_RECEIVER], 1U);
}

TEST(Flood, CountsTheBytesOfEachWire) {
    constexpr PortSettings k_access = {.mode = BVS_VLAN_ACCESS, .tag = 10};
    Lab lab({{}, k_access, {}, k_access});
    lab.send(1, Frame{.dst = k_broadcast, .tags = {{ETH_P_8021Q, 10}}});
    EXPECT_EQ(lab.counters(1).rx_packets, 1U);
    EXPECT_EQ(lab.counters(1).rx_bytes, k_frame.size() + 4);
    for (const std::uint32_t port : {2, 3, 4}) {
        EXPECT_EQ(lab.counters(port).tx_packets, 1U);
        EXPECT_EQ(lab.counters(port).tx_bytes, k_frame.size() + (port == 3 ? 4 : 0));
    }
}

TEST(Flood, GoesToManyPorts) {
    Lab lab(std::vector<PortSettings>(24));
    std::vector<std::uint32_t> others;
    for (std::uint32_t port = 1; port <= 24; ++port)
        if (port != 5)
            others.push_back(port);
    EXPECT_EQ(lab.send(5, k_frame), each(others, k_frame));
}

TEST(Flood, LeavesThePacketItselfToTheLastReceiver) {
    Lab lab({{}, {}, {}});
    const auto run = lab.run(3, k_frame);
    EXPECT_EQ(run.verdict, TC_ACT_REDIRECT);
    EXPECT_EQ(run.to, 1U);
    EXPECT_EQ(run.frame, k_frame);
    EXPECT_EQ(run.copies, each({2}, k_frame));
}

TEST(Flood, ConcernsOnlyNetdevsOfOurs) {
    Lab lab({{}, {}, {}});
    lab.maps().port_index.remove(lab.the_switch().ifindex(1));
    const auto run = lab.run(1, k_frame);
    EXPECT_EQ(run.verdict, TC_ACT_UNSPEC);
    EXPECT_EQ(run.copies, Delivery{});
    EXPECT_EQ(lab.counters(1).rx_packets, 0U);
}

} // namespace
