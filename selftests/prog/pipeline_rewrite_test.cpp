// SPDX-License-Identifier: Apache-2.0
//
// Rewrites, byte by byte: the frame that comes out is the frame that somebody would have built with
// the new values, checksums included.
#include "selftests/prog/packet.h"

#include <gtest/gtest.h>

using namespace bvs::fixture;

namespace {

const Packet k_ipv6 = {.ipv6 = true, .from = ipv6_address(1), .to = ipv6_address(2)};

Packet with_proto(Packet packet, std::uint8_t proto) {
    packet.proto = proto;
    return packet;
}

TEST(PipelineRewrite, Ethernet) {
    auto out = Packet{};
    out.dst = mac(9);
    out.src = mac(8);
    expect_rewritten(Packet{}, {load(FIELD(eth_dst, mac(9))), load(FIELD(eth_src, mac(8)))}, out);
}

TEST(PipelineRewrite, Ipv4AddressesUnderEachProtocol) {
    for (const std::uint8_t proto : {IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP, IPPROTO_GRE}) {
        const auto in = with_proto({}, proto);
        auto out = in;
        out.from = {192, 168, 7, 1};
        out.to = {172, 16, 0, 9};
        expect_rewritten(in, {load(FIELD(ipv4_src, 0xc0a80701)), load(FIELD(ipv4_dst, 0xac100009))},
                         out);
    }
}

TEST(PipelineRewrite, UdpWithoutChecksumStaysWithout) {
    const Packet in = {.proto = IPPROTO_UDP, .checksum = false};
    auto out = in;
    out.to = {172, 16, 0, 9};
    out.tp_dst = 53;
    expect_rewritten(in, {load(FIELD(ipv4_dst, 0xac100009)), load(FIELD(tp_dst, 53))}, out);
}

TEST(PipelineRewrite, TosAndTtl) {
    auto out = Packet{};
    out.tos = 0xb8;
    out.ttl = 9;
    expect_rewritten(Packet{}, {load(FIELD(ip_tos, 0xb8)), load(FIELD(ip_ttl, 9))}, out);
    auto six = k_ipv6;
    six.tos = 0xb8;
    six.ttl = 9;
    six.label = 0x12345;
    expect_rewritten(
        k_ipv6,
        {load(FIELD(ip_tos, 0xb8)), load(FIELD(ip_ttl, 9)), load(FIELD(ipv6_label, 0x12345))}, six);
}

TEST(PipelineRewrite, OneLessToLive) {
    auto out = Packet{};
    out.ttl = 63;
    expect_rewritten(Packet{}, {instruction(BVS_OP_DEC_TTL)}, out);
}

TEST(PipelineRewrite, Ipv6AddressesUnderEachProtocol) {
    for (const std::uint8_t proto : std::initializer_list<std::uint8_t>{
             IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMPV6, IPPROTO_GRE}) {
        const auto in = with_proto(k_ipv6, proto);
        auto out = in;
        out.from = ipv6_address(77);
        out.to = Bytes{0xfd} + Bytes(14) + Bytes{3};
        expect_rewritten(in,
                         {load(FIELD(ipv6_src_low, 77)),
                          load(FIELD(ipv6_dst_high, 0xfd00000000000000ULL)),
                          load(FIELD(ipv6_dst_low, 3))},
                         out);
    }
}

TEST(PipelineRewrite, Ports) {
    for (const std::uint8_t proto : {IPPROTO_TCP, IPPROTO_UDP})
        for (const auto &packet : {Packet{}, k_ipv6}) {
            const auto in = with_proto(packet, proto);
            auto out = in;
            out.tp_src = 4321;
            out.tp_dst = 8080;
            expect_rewritten(in, {load(FIELD(tp_src, 4321)), load(FIELD(tp_dst, 8080))}, out);
        }
}

TEST(PipelineRewrite, IcmpTypeAndCode) {
    auto in = with_proto({}, IPPROTO_ICMP);
    in.tp_src = 8;
    in.tp_dst = 0;
    auto out = in;
    out.tp_src = 3;
    out.tp_dst = 4;
    expect_rewritten(in, {load(FIELD(tp_src, 3)), load(FIELD(tp_dst, 4))}, out);
}

TEST(PipelineRewrite, NoPortsInLaterFragments) {
    const Packet in = {.proto = IPPROTO_UDP, .fragment = 0x10};
    auto out = in;
    out.from = {192, 168, 7, 1};
    auto expected = out.bytes();
    // The checksum is in the first fragment.
    const auto data = in.bytes();
    std::copy(data.begin() + 34, data.end(), expected.begin() + 34);
    expect_rewritten(in.bytes(), {load(FIELD(ipv4_src, 0xc0a80701)), load(FIELD(tp_dst, 8080))},
                     expected);
}

// What no rule can see is not written either, and least of all as zeros.
TEST(PipelineRewrite, NoPortsInFirstFragments) {
    const Packet in = {.proto = IPPROTO_UDP, .fragment = 0x2000};
    auto out = in;
    out.to = {172, 16, 0, 9};
    expect_rewritten(in, {load(FIELD(ipv4_dst, 0xac100009)), load(FIELD(tp_dst, 8080))}, out);
}

TEST(PipelineRewrite, TcpFlags) {
    for (const auto &in : {Packet{}, k_ipv6}) {
        auto out = in;
        out.tcp_flags = 0x0a12;
        expect_rewritten(in, {load(FIELD(tcp_flags, 0x0a12))}, out);
        out.tp_dst = 8080;
        expect_rewritten(in, {load(FIELD(tcp_flags, 0x0a12)), load(FIELD(tp_dst, 8080))}, out);
    }
}

// The payload, and with it any checksum in it, is the other protocol's business.
TEST(PipelineRewrite, Protocol) {
    for (const auto &in : {with_proto({}, IPPROTO_GRE), with_proto(k_ipv6, IPPROTO_GRE)})
        expect_rewritten(in.bytes(), {load(FIELD(ip_proto, 99))}, [&] {
            auto out = in.bytes();
            const auto header = with_proto(in, 99).bytes();
            std::copy_n(header.begin(), out.size() - 9, out.begin());
            return out;
        }());
}

TEST(PipelineRewrite, Arp) {
    const Frame in = {.type = ETH_P_ARP, .payload = arp()};
    auto out = in;
    out.payload = Bytes{0, 1, 8, 0, 6, 4, 0, 1} + big_endian(mac(7), 6) + Bytes{10, 0, 0, 77} +
                  big_endian(mac(6), 6) + Bytes{10, 0, 0, 66};
    expect_rewritten(in.bytes(),
                     {load(FIELD(arp_op, 1)), load(FIELD(arp_sha, mac(7))),
                      load(FIELD(arp_tha, mac(6))), load(FIELD(ipv4_src, 0x0a00004d)),
                      load(FIELD(ipv4_dst, 0x0a000042))},
                     out.bytes());
}

Bytes solicitation(std::uint8_t target, std::uint64_t link) {
    auto message =
        Bytes{135, 0, 0, 0} + Bytes(4) + ipv6_address(target) + Bytes{1, 1} + big_endian(link, 6);
    const auto pseudo = sum(ipv6_address(1) + ipv6_address(2) + big_endian(message.size(), 4) +
                            big_endian(IPPROTO_ICMPV6, 4));
    put(message, 2, big_endian(static_cast<std::uint16_t>(~sum(message, pseudo)), 2));
    return Frame{.type = ETH_P_IPV6, .payload = ipv6(IPPROTO_ICMPV6, message)}.bytes();
}

TEST(PipelineRewrite, NeighbourDiscovery) {
    expect_rewritten(solicitation(9, mac(9)),
                     {load(FIELD(nd_target_low, 5)), load(FIELD(arp_sha, mac(5)))},
                     solicitation(5, mac(5)));
}

TEST(PipelineRewrite, VlanTags) {
    Packet untagged, one, two;
    one.tags = {{ETH_P_8021Q, 0x6000 | 10}};
    two.tags = {{ETH_P_8021AD, 20}, {ETH_P_8021Q, 0x6000 | 10}};
    const auto vid = [](std::uint16_t n) { return load(MASKED_FIELD(vlan_tci, 0x0fff, n)); };
    const auto push = instruction(BVS_OP_PUSH_VLAN, ETH_P_8021Q);
    auto priority = load(MASKED_FIELD(vlan_tci, 0xe000, 0x6000));
    expect_rewritten(untagged, {push, vid(10), priority}, one);
    expect_rewritten(one, {instruction(BVS_OP_POP_VLAN)}, untagged);
    expect_rewritten(two, {instruction(BVS_OP_POP_VLAN)}, one);
    expect_rewritten(two, {instruction(BVS_OP_POP_VLAN), instruction(BVS_OP_POP_VLAN)}, untagged);
    auto copied = two; // priority and VLAN of the tag below
    copied.tags[0].tci = 0x6000 | 10;
    expect_rewritten(one, {instruction(BVS_OP_PUSH_VLAN, ETH_P_8021AD)}, copied);
    auto other = two;
    other.tags[0].tci = 30;
    expect_rewritten(two, {vid(30)}, other);
    auto set = instruction(BVS_OP_SET_VLAN);
    set.a = 0x0fffULL << BVS_LOWEST_vlan_tci;
    set.b = 10ULL << BVS_LOWEST_vlan_tci;
    auto made = one;
    made.tags[0].tci = 10;
    expect_rewritten(untagged, {set}, made);
}

TEST(PipelineRewrite, PortsBehindTagsThatComeAndGo) {
    Packet in, out;
    in.tags = {{ETH_P_8021AD, 20}, {ETH_P_8021Q, 10}};
    out.tp_dst = 8080;
    out.to = {172, 16, 0, 9};
    expect_rewritten(in,
                     {instruction(BVS_OP_POP_VLAN), load(FIELD(tp_dst, 8080)),
                      instruction(BVS_OP_POP_VLAN), load(FIELD(ipv4_dst, 0xac100009))},
                     out);
}

TEST(PipelineRewrite, EveryCopyAsItWasWhenItWasSent) {
    Lab lab({{}, {}, {}, {}});
    Rules rules(lab);
    rules.add(
        {.program = {instruction(BVS_OP_PUSH_VLAN, ETH_P_8021Q),
                     load(MASKED_FIELD(vlan_tci, 0xfff, 10)), output(2), load(FIELD(tp_dst, 81)),
                     instruction(BVS_OP_POP_VLAN), output(3), load(FIELD(tp_dst, 82)), output(4)}});
    Packet first, second, third;
    first.tags = {{ETH_P_8021Q, 10}};
    second.tp_dst = 81;
    third.tp_dst = 82;
    EXPECT_EQ(lab.send(1, Packet{}.bytes()),
              (Delivery{{2, {first.bytes()}}, {3, {second.bytes()}}, {4, {third.bytes()}}}));
}

} // namespace
