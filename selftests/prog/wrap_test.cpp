// SPDX-License-Identifier: Apache-2.0
//
// Frames into tunnels: the very bytes that leave, held against headers put together here.
#include "selftests/prog/headers.h"
#include "selftests/prog/packet.h"

#include <gtest/gtest.h>
#include <linux/in.h>
#include <linux/pkt_cls.h>

using namespace bvs::fixture;

namespace {

const Bytes k_near = {192, 0, 2, 2}, k_far = {192, 0, 2, 1};

// Behind the outer link header.
struct Wrapped {
    bvs_tunnel_type type = BVS_TUNNEL_VXLAN;
    bool ipv6 = false;
    std::uint32_t key = 7;
    bool with_key = false; // of GRE
    std::uint8_t tos = 0, ttl = 64;
    Bytes from = {}, to = {}; // none: u0's, its neighbour's
    std::uint16_t src_port = 0;
    bool with_sum = false;

    bool gre() const { return type == BVS_TUNNEL_GRE; }
    std::uint8_t proto() const { return gre() ? IPPROTO_GRE : IPPROTO_UDP; }
    Bytes addresses() const {
        return ipv6 ? ipv6_address(2) + ipv6_address(1)
                    : (from.empty() ? k_near : from) + (to.empty() ? k_far : to);
    }

    Bytes around(const Bytes &frame) const {
        auto payload = tunnel(frame);
        if (with_sum)
            put(payload, gre() ? 4 : 6, big_endian(checksum(payload), 2));
        if (ipv6)
            return Bytes{static_cast<std::uint8_t>(0x60 | tos >> 4),
                         static_cast<std::uint8_t>(tos << 4), 0, 0} +
                   big_endian(payload.size(), 2) + Bytes{proto(), ttl} + addresses() + payload;
        auto header = Bytes{0x45, tos} + big_endian(20 + payload.size(), 2) +
                      Bytes{0, 0, 0x40, 0, ttl, proto(), 0, 0} + addresses();
        put(header, 10, big_endian(static_cast<std::uint16_t>(~sum(header)), 2));
        return header + payload;
    }

    // RFC 768, and for IPv6 RFC 8200, 8.1; RFC 2784 without pseudo-header.
    std::uint16_t checksum(const Bytes &payload) const {
        const auto pseudo =
            gre() ? Bytes() : addresses() + big_endian(payload.size(), 4) + Bytes{0, proto()};
        const auto folded = static_cast<std::uint16_t>(~sum(pseudo + payload));
        return folded || gre() ? folded : 0xffff;
    }

    Bytes tunnel(const Bytes &frame) const {
        if (gre())
            return big_endian((with_sum ? 0x8000 : 0) | (with_key ? 0x2000 : 0), 2) +
                   Bytes{0x65, 0x58} + Bytes(with_sum ? 4 : 0) +
                   (with_key ? big_endian(key, 4) : Bytes()) + frame;
        const bool vxlan = type == BVS_TUNNEL_VXLAN;
        return big_endian(src_port, 2) + big_endian(vxlan ? 4789 : 6081, 2) +
               big_endian(16 + frame.size(), 2) + Bytes{0, 0} +
               (vxlan ? Bytes{8, 0, 0, 0} : Bytes{0, 0, 0x65, 0x58}) + big_endian(key << 8, 4) +
               frame;
    }
};

bvs_tunnel tunnel_of(const Wrapped &outer) {
    return {.remote = outer.ipv6 ? bvs_address{.high = 0x20010db800000000, .low = 1}
                                 : bvs_address_v4(0xc0000201),
            .key = outer.key,
            .flags = static_cast<__u16>(BVS_TUNNEL_DF | (outer.with_key ? BVS_TUNNEL_KEY_OUT : 0) |
                                        (outer.with_sum ? BVS_TUNNEL_CSUM : 0)),
            .dst_port = static_cast<__u16>(outer.type == BVS_TUNNEL_VXLAN    ? 4789
                                           : outer.type == BVS_TUNNEL_GENEVE ? 6081
                                                                             : 0),
            .type = static_cast<__u8>(outer.type),
            .ttl = 64};
}

PortSettings port_of(const bvs_tunnel &tunnel) {
    return {.flags = BVS_PORT_UP | BVS_PORT_TUNNEL, .mtu = 65535, .tunnel = tunnel};
}

// Behind the outer link header, with the source port that it has.
void expect_wrapped(const Bytes &packet, Wrapped outer, const Bytes &frame) {
    const std::size_t at = ETH_HLEN + (outer.ipv6 ? 40 : 20);
    ASSERT_GE(packet.size(), at + 2);
    if (outer.type != BVS_TUNNEL_GRE) {
        outer.src_port = static_cast<std::uint16_t>(packet[at] << 8 | packet[at + 1]);
        EXPECT_GE(outer.src_port, 32768);
        EXPECT_LT(outer.src_port, 61000);
    }
    EXPECT_EQ(Bytes(packet.begin() + 12, packet.end()),
              big_endian(outer.ipv6 ? ETH_P_IPV6 : ETH_P_IP, 2) + outer.around(frame));
}

std::vector<Wrapped> each_wrapped() {
    std::vector<Wrapped> all;
    for (const bool ipv6 : {false, true})
        for (const auto &outer :
             {Wrapped{.type = BVS_TUNNEL_GRE}, Wrapped{.type = BVS_TUNNEL_GRE, .with_key = true},
              Wrapped{.type = BVS_TUNNEL_VXLAN}, Wrapped{.type = BVS_TUNNEL_GENEVE}}) {
            all.push_back(outer);
            all.back().ipv6 = ipv6;
        }
    return all;
}

const auto k_tcp = Frame{.type = ETH_P_IP, .payload = ipv4(IPPROTO_TCP, tcp(2))}.bytes();

// Of each kind that goes its own way, with up to three tags.
std::vector<Bytes> each_frame() {
    std::vector<Bytes> all;
    for (const auto &frame : {Frame{.type = ETH_P_IP, .payload = ipv4(IPPROTO_TCP, tcp(2))},
                              Frame{.type = ETH_P_IPV6, .payload = ipv6(IPPROTO_TCP, tcp(2))},
                              Frame{.type = ETH_P_ARP, .payload = arp()}, Frame{.dst = k_broadcast},
                              Frame{.payload = Bytes(2)}})
        for (const auto &tags : std::vector<std::vector<bvs_vlan_tag>>{
                 {},
                 {{ETH_P_8021Q, 0x2005}},
                 {{ETH_P_8021AD, 5}, {ETH_P_8021Q, 0x6006}},
                 {{ETH_P_8021AD, 5}, {ETH_P_8021Q, 6}, {ETH_P_8021Q, 7}}}) {
            all.push_back(frame.bytes());
            const auto tagged = Frame{.tags = tags}.bytes();
            all.back().insert(all.back().begin() + 12, tagged.begin() + 12,
                              tagged.begin() + 12 + static_cast<long>(4 * tags.size()));
        }
    return all;
}

void expect_each_frame_wrapped(const Wrapped &outer) {
    Lab lab({{}, port_of(tunnel_of(outer))});
    std::uint64_t packets = 0, bytes = 0;
    for (const auto &frame : each_frame()) {
        const auto run = lab.run(1, frame); // the tags are in the frame
        EXPECT_EQ(run.verdict, TC_ACT_REDIRECT);
        expect_wrapped(run.frame, outer, frame);
        const auto sent = lab.wrapped(1, [&] { lab.send(1, frame); }); // beside it
        ASSERT_EQ(sent.size(), 1U);
        expect_wrapped(sent[0], outer, frame);
        packets += 2;
        bytes += 2 * frame.size();
    }
    EXPECT_EQ(lab.counters(2).tx_packets, packets);
    EXPECT_EQ(lab.counters(2).tx_bytes, bytes);
}

TEST(Wrap, PutsHeadersInFrontOfAnyFrame) {
    for (const auto &outer : each_wrapped()) {
        SCOPED_TRACE(fmt::format("type {}, IPv{}, key {}", static_cast<int>(outer.type),
                                 outer.ipv6 ? 6 : 4, outer.with_key));
        expect_each_frame_wrapped(outer);
    }
}

// Written by scapy: IP(src="192.0.2.2", dst="192.0.2.1", flags="DF", id=0) / UDP(sport=0,
// dport=4789, chksum=0) / VXLAN(vni=7) / Ether(dst="02::2", src="02::1", type=0x88b5) / b"frame!"
TEST(Wrap, IsHeldAgainstHeadersAsOthersHaveThem) {
    const Bytes scapy = {0x45, 0x00, 0x00, 0x38, 0x00, 0x00, 0x40, 0x00, 0x40, 0x11, 0xb6, 0xb1,
                         0xc0, 0x00, 0x02, 0x02, 0xc0, 0x00, 0x02, 0x01, 0x00, 0x00, 0x12, 0xb5,
                         0x00, 0x24, 0x00, 0x00, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x07, 0x00,
                         0x02, 0x00, 0x00, 0x00, 0x00, 0x02, 0x02, 0x00, 0x00, 0x00, 0x00, 0x01,
                         0x88, 0xb5, 0x66, 0x72, 0x61, 0x6d, 0x65, 0x21};
    EXPECT_EQ(Wrapped().around(Frame{.payload = {'f', 'r', 'a', 'm', 'e', '!'}}.bytes()), scapy);
}

// By way of the onward device's far end, which a test run does not reach.
void expect_sums(Wrapped outer) {
    outer.with_sum = true;
    Lab lab({{}, port_of(tunnel_of(outer))});
    auto frames = each_frame();
    for (const auto &payload :
         {ipv4(IPPROTO_UDP, udp()), ipv4(IPPROTO_ICMP, icmp(8, 0)),
          ipv4(IPPROTO_UDP, Bytes(9, 0xab), 0x2000), ipv4(IPPROTO_UDP, Bytes(1301, 0xfe), 0x00b9)})
        frames.push_back(Frame{.type = ETH_P_IP, .payload = payload}.bytes());
    frames.push_back(Frame{.type = ETH_P_IPV6, .payload = ipv6(IPPROTO_UDP, udp())}.bytes());
    for (std::size_t bytes = 255; bytes < 515; bytes += 3)
        frames.push_back(Frame{.payload = Bytes(bytes, 0x3d)}.bytes());
    for (const auto &frame : frames) {
        const auto sent = lab.wrapped(1, [&] { lab.send(1, frame); });
        ASSERT_EQ(sent.size(), 1U);
        expect_wrapped(sent[0], outer, frame);
    }
    EXPECT_EQ(lab.counters(2).tx_packets, frames.size());
}

TEST(Wrap, SumsUpAnyFrame) {
    for (const auto &outer : each_wrapped()) {
        SCOPED_TRACE(fmt::format("type {}, IPv{}, key {}", static_cast<int>(outer.type),
                                 outer.ipv6 ? 6 : 4, outer.with_key));
        expect_sums(outer);
    }
}

// A sum of UDP that happens to be 0 is sent as 0xffff, since 0 is none.
TEST(Wrap, HasNoSumOfZero) {
    for (auto outer : each_wrapped()) {
        outer.with_sum = true;
        Lab lab({{}, port_of(tunnel_of(outer))});
        auto frame = Frame().bytes();
        const auto sum_at = ETH_HLEN + (outer.ipv6 ? 40U : 20U) + (outer.gre() ? 4 : 6);
        const auto sum = [&] {
            const auto sent = lab.wrapped(1, [&] { lab.send(1, frame); }).at(0);
            return Bytes(sent.begin() + sum_at, sent.begin() + sum_at + 2);
        };
        put(frame, frame.size() - 2, sum());
        EXPECT_EQ(sum(), outer.gre() ? Bytes(2) : Bytes(2, 0xff));
    }
}

TEST(Wrap, SumsUpCopies) {
    const Wrapped outer = {.with_sum = true};
    Lab lab({{}, {}, port_of(tunnel_of(outer)), {}, port_of(tunnel_of(outer))});
    const auto frame = Frame{.dst = k_broadcast, .tags = {{ETH_P_8021Q, 5}}}.bytes();
    const auto sent = lab.wrapped(2, [&] { lab.send(1, frame); });
    ASSERT_EQ(sent.size(), 2U);
    for (const auto &packet : sent)
        expect_wrapped(packet, outer, frame);
}

TEST(Wrap, TellsFlowsApartByTheSourcePort) {
    Lab lab({{}, port_of(tunnel_of({}))});
    const auto source_port = [&](std::uint16_t inner) {
        const auto frame = lab.run(1, Packet{.tp_src = inner}.bytes()).frame;
        return Bytes(frame.begin() + 34, frame.begin() + 36);
    };
    EXPECT_EQ(source_port(1000), source_port(1000));
    std::set<Bytes> ports;
    for (std::uint16_t inner = 1000; inner < 1020; ++inner)
        ports.insert(source_port(inner));
    EXPECT_GT(ports.size(), 15U);
}

TEST(Wrap, CopiesForOneOfAFlood) {
    const Wrapped outer;
    Lab lab({{}, {}, port_of(tunnel_of(outer)), {}, port_of(tunnel_of(outer))});
    const auto frame = Frame{.dst = k_broadcast, .tags = {{ETH_P_8021Q, 5}}}.bytes();
    Delivery delivery;
    const auto sent = lab.wrapped(2, [&] { delivery = lab.send(1, frame); });
    EXPECT_EQ(delivery, each({2, 4}, frame));
    ASSERT_EQ(sent.size(), 2U);
    for (const auto &packet : sent)
        expect_wrapped(packet, outer, frame);
    for (const std::uint32_t port : {3U, 5U}) {
        EXPECT_EQ(lab.counters(port).tx_packets, 1U);
        EXPECT_EQ(lab.counters(port).tx_bytes, frame.size());
    }
}

TEST(Wrap, IsAtTheEndOfAPatch) {
    const Wrapped outer;
    const auto patch = [](std::uint16_t bridge, std::uint32_t peer) {
        return PortSettings{
            .bridge = bridge, .flags = BVS_PORT_UP | BVS_PORT_PATCH, .mtu = 65535, .peer = peer};
    };
    auto tunnel = port_of(tunnel_of(outer));
    tunnel.bridge = 2;
    Lab lab({{}, patch(1, 3), patch(2, 2), tunnel});
    expect_wrapped(lab.run(1, k_tcp).frame, outer, k_tcp);
}

// Bit 7 and above are not ECN's.
Packet with_tos(std::uint8_t tos, bool ipv6) {
    if (ipv6)
        return {
            .ipv6 = true, .tos = tos, .ttl = 17, .from = ipv6_address(1), .to = ipv6_address(2)};
    return {.tos = tos, .ttl = 17};
}

TEST(Wrap, CarriesCongestionBits) {
    for (const bool inside : {false, true})
        for (const bool outside : {false, true}) {
            auto tunnel = tunnel_of({.ipv6 = outside});
            tunnel.tos = 0x28;
            Lab lab({{}, port_of(tunnel)});
            for (std::uint8_t ecn = 0; ecn < 4; ++ecn) {
                const auto frame = with_tos(0xb8 | ecn, inside).bytes();
                expect_wrapped(lab.run(1, frame).frame,
                               {.ipv6 = outside, .tos = static_cast<std::uint8_t>(0x28 | ecn)},
                               frame);
            }
        }
}

TEST(Wrap, InheritsTosAndTtlOfIp) {
    auto tunnel = tunnel_of({});
    tunnel.flags |= BVS_TUNNEL_TOS_INHERIT | BVS_TUNNEL_TTL_INHERIT;
    tunnel.tos = 0x28;
    Lab lab({{}, port_of(tunnel)});
    for (const bool inside : {false, true}) {
        const auto frame = with_tos(0xb9, inside).bytes();
        expect_wrapped(lab.run(1, frame).frame, {.tos = 0xb9, .ttl = 17}, frame);
    }
    const auto other = Frame().bytes();
    expect_wrapped(lab.run(1, other).frame, {.tos = 0x28, .ttl = 64}, other);
}

TEST(Wrap, WithoutDfHasAnIdentification) {
    auto tunnel = tunnel_of({});
    tunnel.flags = 0;
    Lab lab({{}, port_of(tunnel)});
    std::set<Bytes> ids;
    for (int i = 0; i < 4; ++i) {
        const auto frame = lab.run(1, k_tcp).frame;
        EXPECT_EQ(frame.at(20) & 0x40, 0);
        EXPECT_EQ(sum(Bytes(frame.begin() + 14, frame.begin() + 34)), 0xffff);
        ids.insert(Bytes(frame.begin() + 18, frame.begin() + 20));
    }
    EXPECT_GT(ids.size(), 1U);
}

TEST(Wrap, TakesTheTunnelsMark) {
    auto tunnel = tunnel_of({});
    tunnel.mark = 0x1234;
    Lab lab({{}, port_of(tunnel)});
    EXPECT_EQ(lab.run(1, k_tcp).mark, 0x1234U);
}

TEST(Wrap, TakesItsEndsAndKeyFromTheFlow) {
    auto tunnel = tunnel_of({});
    tunnel.remote = {};
    tunnel.flags |= BVS_TUNNEL_REMOTE_FLOW | BVS_TUNNEL_LOCAL_FLOW | BVS_TUNNEL_KEY_OUT_FLOW;
    Lab lab({{}, port_of(tunnel), {}});
    Rules rules(lab);
    const Program way = {load(FIELD(tunnel_id, 0xabcdef)), load(FIELD(tunnel_dst, 0xc0000277))};
    rules.add({.match = {FIELD(in_port, 1)}, .program = way + Program{output(2)}});
    rules.add(
        {.match = {FIELD(in_port, 3)},
         .program = way + Program{load(FIELD(tunnel_src, 0xc0000299)), output(1), output(2)}});
    Wrapped outer = {.key = 0xabcdef, .to = {192, 0, 2, 0x77}};
    for (int i = 0; i < 2; ++i) // the second time from the cache
        expect_wrapped(lab.run(1, k_tcp).frame, outer, k_tcp);
    outer.from = {192, 0, 2, 0x99};
    expect_wrapped(lab.run(3, k_tcp).frame, outer, k_tcp);
}

TEST(Wrap, HasItsOwnLocalAddress) {
    auto tunnel = tunnel_of({});
    tunnel.local = bvs_address_v4(0xc0000244);
    Lab lab({{}, port_of(tunnel)});
    expect_wrapped(lab.run(1, k_tcp).frame, {.from = {192, 0, 2, 0x44}}, k_tcp);
}

} // namespace
