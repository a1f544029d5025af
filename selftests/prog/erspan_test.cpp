// SPDX-License-Identifier: Apache-2.0
//
// ERSPAN: the headers of both versions, the numbers of frames, and what is cut off; and which of
// what comes in is none. That it comes in as others do, underlay_test and gather_test say.
#include "selftests/prog/packet.h"
#include "selftests/prog/tunnel_lab.h"

#include <gtest/gtest.h>
#include <linux/pkt_cls.h>

using namespace bvs::fixture;

namespace {

constexpr std::size_t k_gre_at = ETH_HLEN + 20;
constexpr std::size_t k_head_at = k_gre_at + 8;

PortSettings erspan(std::uint16_t version, std::uint32_t settings) {
    return {.flags = BVS_PORT_UP | BVS_PORT_TUNNEL,
            .mtu = 65535,
            .tunnel = {.remote = bvs_address_v4(0xc0000201),
                       .key = 5,
                       .flags = BVS_TUNNEL_DF | BVS_TUNNEL_KEY_OUT | BVS_TUNNEL_SEQUENCE,
                       .dst_port = version,
                       .type = BVS_TUNNEL_ERSPAN,
                       .ttl = 64,
                       .erspan = settings}};
}

Bytes part(const Bytes &packet, std::size_t from, std::size_t size) {
    const auto begin = packet.begin() + static_cast<std::ptrdiff_t>(from);
    return {begin, begin + static_cast<std::ptrdiff_t>(size)};
}

Bytes wrapped(Lab &lab, const Bytes &frame) {
    return lab.wrapped(1, [&] { lab.send(1, frame); }).at(0);
}

TEST(Erspan, HasTheHeaderOfVersion1) {
    Lab lab({{}, erspan(BVS_ERSPAN_1, 0x12345)});
    const auto frame = Packet().bytes();
    const auto first = wrapped(lab, frame), second = wrapped(lab, frame);
    EXPECT_EQ(part(first, k_gre_at, 4), (Bytes{0x10, 0, 0x88, 0xbe}));
    EXPECT_EQ(part(first, k_head_at, 8), (Bytes{0x10, 0, 0, 5, 0, 1, 0x23, 0x45}));
    EXPECT_EQ(part(first, k_head_at + 8, frame.size()), frame);
    const auto number = [](const Bytes &packet) { return packet[k_gre_at + 7]; };
    EXPECT_EQ(number(second), static_cast<std::uint8_t>(number(first) + 1));
}

TEST(Erspan, HasTheHeaderOfVersion2) {
    Lab lab({{}, erspan(BVS_ERSPAN_2, 0x8018)});
    const auto frame = Packet().bytes();
    const auto packet = wrapped(lab, frame);
    EXPECT_EQ(part(packet, k_gre_at, 4), (Bytes{0x10, 0, 0x22, 0xeb}));
    EXPECT_EQ(part(packet, k_head_at, 4), (Bytes{0x20, 0, 0, 5}));
    EXPECT_EQ(part(packet, k_head_at + 8, 4), (Bytes{0, 0, 0x80, 0x18}));
    EXPECT_EQ(part(packet, k_head_at + 12, frame.size()), frame);
}

// And has it in the frame still.
TEST(Erspan, TellsTheVlan) {
    Lab lab({{}, erspan(BVS_ERSPAN_1, 0)});
    const auto frame = Packet{.tags = {{ETH_P_8021Q, 0xa00a}}}.bytes();
    const auto packet = wrapped(lab, frame);
    EXPECT_EQ(part(packet, k_head_at, 4), (Bytes{0x10, 0x0a, 0xb8, 5}));
    EXPECT_EQ(part(packet, k_head_at + 8, frame.size()), frame);
}

TEST(Erspan, CutsOffWhatTheWayDoesNotTake) {
    Lab lab({{}, erspan(BVS_ERSPAN_1, 0)});
    const auto frame = Frame{.type = ETH_P_IP, .payload = ipv4(253, Bytes(1480, 0xa5))}.bytes();
    const auto packet = wrapped(lab, frame);
    EXPECT_EQ(packet.size(), ETH_HLEN + 1500U);
    EXPECT_EQ(part(packet, k_head_at, 4), (Bytes{0x10, 0, 4, 5}));
    const auto rest = packet.size() - k_head_at - 8;
    EXPECT_EQ(part(packet, k_head_at + 8, rest), part(frame, 0, rest));
    EXPECT_EQ(lab.counters(2).tx_packets, 1U);
}

TEST(Erspan, IsNotWhatLacksItsHeader) {
    const Outer right = {.type = BVS_TUNNEL_ERSPAN, .key = 5};
    const auto frame = Packet().bytes();
    TunnelLab tunnels;
    tunnels.rules.add({.program = {output(1)}});
    tunnels.add_end(right);
    EXPECT_EQ(tunnels.run(right.around(frame)).to, 1U);
    auto unnumbered = right;
    unnumbered.flags = k_gre_sequence;
    auto other_version = right.around(frame);
    other_version[k_head_at] = 0x20;
    for (const auto &wrong :
         {unnumbered.around(frame), other_version, part(right.around(frame), 0, k_head_at + 4)})
        EXPECT_EQ(tunnels.run(wrong).verdict, TC_ACT_SHOT);
    EXPECT_EQ(tunnels.counters(0).drops[BVS_DROP_TUNNEL_HEADER], 3U);
    EXPECT_EQ(
        tunnels
            .run(Outer{.type = BVS_TUNNEL_ERSPAN, .key = 5, .dst_port = BVS_ERSPAN_2}.around(frame))
            .verdict,
        TC_ACT_UNSPEC); // nobody has asked for that
}

} // namespace
