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

TEST(Output, CountsBytesWithoutTheOutermostTag) {
    auto lab = two_ports({});
    lab.add_static(2, mac(2), 10);
    lab.send(1, Frame{.dst = mac(2), .tags = {{ETH_P_8021Q, 10}}});
    EXPECT_EQ(lab.counters(2).tx_packets, 1U);
    EXPECT_EQ(lab.counters(2).tx_bytes, of_size(46).size());
}

TEST(Output, OfTheSmallestFrame) {
    auto lab = two_ports({});
    EXPECT_EQ(lab.send(1, of_size(0)), each({2}, of_size(0)));
}

} // namespace
