// SPDX-License-Identifier: Apache-2.0
//
// Out to one port: sizes, super-frames, the way past the queue of a veth.
#include "selftests/fixture/lab.h"

#include <gtest/gtest.h>
#include <linux/pkt_cls.h>

using namespace bvs::fixture;

namespace {

Bytes of_size(std::size_t payload) {
    return Frame{.dst = mac(2), .payload = Bytes(payload)}.bytes();
}

// Port 2 has address 2 behind it.
Lab two_ports(const PortSettings &out) {
    Lab lab({{}, out});
    lab.add_static(2, mac(2));
    return lab;
}

TEST(Output, OfTheMtuFitsWithATag) {
    auto lab = two_ports({.mtu = 1000});
    EXPECT_EQ(lab.send(1, of_size(1004)), each({2}, of_size(1004)));
    EXPECT_EQ(lab.send(1, of_size(1005)), Delivery{});
    EXPECT_EQ(lab.counters(2).drops[BVS_DROP_OUTPUT_MTU], 1U);
    EXPECT_EQ(lab.counters(2).tx_packets, 1U);
}

TEST(Output, OfASuperFrameIsLeftToSegmentation) {
    auto lab = two_ports({.mtu = 1000});
    const auto frame = of_size(3000);
    EXPECT_EQ(lab.run(1, frame, 0).verdict, TC_ACT_SHOT);
    const auto run = lab.run(1, frame, 900);
    EXPECT_EQ(run.verdict, TC_ACT_REDIRECT);
    EXPECT_EQ(run.to, 2U);
    EXPECT_EQ(run.frame, frame);
    EXPECT_EQ(lab.counters(2).tx_packets, 1U);
    EXPECT_EQ(lab.counters(2).tx_bytes, frame.size());
}

TEST(Output, OfAFloodedSuperFrameAsWell) {
    Lab lab({{}, {.mtu = 1000}});
    EXPECT_EQ(lab.run(1, of_size(3000), 900).to, 2U);
}

TEST(Output, ToThePeersOwnAddressSkipsTheQueueOnly) {
    auto lab = two_ports({});
    auto entry = lab.maps().ports.get(2);
    entry.peer_mac = mac(2);
    lab.maps().ports.set(2, entry);
    const auto run = lab.run(1, of_size(46));
    EXPECT_EQ(run.verdict, TC_ACT_REDIRECT);
    EXPECT_EQ(run.to, 2U);
    EXPECT_EQ(run.frame, of_size(46));
}

TEST(Output, ToAPortOfAnotherBridgeByItsAddressIsUnknown) {
    Lab lab({{.bridge = 1}, {.bridge = 1}, {.bridge = 2}});
    lab.add_static(3, mac(2));
    EXPECT_EQ(lab.send(1, of_size(46)), each({2}, of_size(46)));
}

TEST(Output, CountsTheBytesOfEachWire) {
    constexpr PortSettings k_access = {.mode = BVS_VLAN_ACCESS, .tag = 10};
    const auto bare = of_size(46).size();
    Lab lab({{}, k_access, {}});
    lab.add_static(2, mac(2), 10);
    lab.add_static(3, mac(3), 10);

    lab.send(1, Frame{.dst = mac(2), .tags = {{ETH_P_8021Q, 10}}});
    EXPECT_EQ(lab.counters(1).rx_bytes, bare + 4);
    EXPECT_EQ(lab.counters(2).tx_bytes, bare);
    lab.send(2, Frame{.dst = mac(3)});
    EXPECT_EQ(lab.counters(2).rx_bytes, bare);
    EXPECT_EQ(lab.counters(3).tx_bytes, bare + 4);
}

TEST(Output, OfTheSmallestFrame) {
    auto lab = two_ports({});
    EXPECT_EQ(lab.send(1, of_size(0)), each({2}, of_size(0)));
}

} // namespace
