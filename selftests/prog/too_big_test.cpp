// SPDX-License-Identifier: Apache-2.0
//
// Who sends what a tunnel's way does not take is told so, by an answer that comes in at the tunnel
// port and goes back like any packet from there.
#include "selftests/prog/headers.h"
#include "selftests/prog/packet.h"

#include <gtest/gtest.h>
#include <linux/in.h>
#include <linux/pkt_cls.h>

using namespace bvs::fixture;

namespace {

constexpr std::uint16_t k_df = 0x4000;
constexpr std::uint16_t k_inner_mtu = 1500 - 20 - 8 - 8 - 14; // VXLAN over IPv4, no tag

PortSettings vxlan() {
    return {.flags = BVS_PORT_UP | BVS_PORT_TUNNEL,
            .mtu = 65535,
            .tunnel = {.remote = bvs_address_v4(0xc0000201),
                       .key = 7,
                       .flags = BVS_TUNNEL_DF,
                       .dst_port = 4789,
                       .type = BVS_TUNNEL_VXLAN,
                       .ttl = 64}};
}

Bytes large(bool ipv6_inside, std::vector<bvs_vlan_tag> tags = {}, std::uint16_t fragment = k_df,
            std::uint8_t protocol = IPPROTO_TCP) {
    auto rest = tcp(2);
    rest.resize((ipv6_inside ? 1460U : 1480U) - 4 * tags.size());
    return Frame{.tags = std::move(tags),
                 .type = static_cast<std::uint16_t>(ipv6_inside ? ETH_P_IPV6 : ETH_P_IP),
                 .payload = ipv6_inside ? ipv6(protocol, rest) : ipv4(protocol, rest, fragment)}
        .bytes();
}

// What the sender of `frame` is told.
Bytes answer(const Bytes &frame, std::uint32_t mtu, std::vector<bvs_vlan_tag> tags = {}) {
    const auto l3 = static_cast<long>(ETH_HLEN + 4 * tags.size());
    const Bytes quote(frame.begin() + l3, frame.begin() + l3 + 128);
    const bool v4 = quote[0] >> 4 == 4;
    auto icmp = (v4 ? Bytes{3, 4, 0, 0} : Bytes{2, 0, 0, 0}) + big_endian(mtu, 4) + quote;
    Bytes ip;
    if (v4) {
        put(icmp, 2, big_endian(static_cast<std::uint16_t>(~sum(icmp)), 2));
        ip =
            Bytes{0x45, 0, 0, 156, 0, 0, 0x40, 0, 64, IPPROTO_ICMP, 0, 0, 10, 0, 0, 2, 10, 0, 0, 1};
        put(ip, 10, big_endian(static_cast<std::uint16_t>(~sum(ip)), 2));
    } else {
        const auto ends = ipv6_address(2) + ipv6_address(1);
        const auto pseudo = ends + big_endian(136, 4) + big_endian(IPPROTO_ICMPV6, 4);
        put(icmp, 2, big_endian(static_cast<std::uint16_t>(~sum(pseudo + icmp)), 2));
        ip = Bytes{0x60, 0, 0, 0, 0, 136, IPPROTO_ICMPV6, 64} + ends;
    }
    return Frame{.dst = mac(1),
                 .src = mac(2),
                 .tags = std::move(tags),
                 .type = static_cast<std::uint16_t>(v4 ? ETH_P_IP : ETH_P_IPV6),
                 .payload = ip + icmp}
        .bytes();
}

void expect_answer(Lab &lab, const Bytes &frame, const Bytes &told) {
    await_next_tick();
    const auto run = lab.run(1, frame);
    EXPECT_EQ(run.to, 1U);
    EXPECT_EQ(run.frame, told);
    EXPECT_EQ(lab.send(1, frame), each({1}, told));
    EXPECT_EQ(lab.counters(2).drops[BVS_DROP_TUNNEL_MTU], 2U);
    EXPECT_EQ(lab.counters(2).tx_packets, 0U);
    EXPECT_EQ(lab.counters(2).rx_packets, 2U);
}

TEST(TooBig, IsToldToTheSender) {
    for (const bool inside : {false, true}) {
        Lab lab({{}, vxlan()});
        lab.add_static(1, mac(1));
        const auto frame = large(inside);
        expect_answer(lab, frame, answer(frame, k_inner_mtu));
    }
}

TEST(TooBig, IsToldThroughRulesAsOfTheFarEnd) {
    Lab lab({{}, vxlan()});
    Rules rules(lab);
    rules.add({.match = {FIELD(in_port, 1)}, .program = {output(2)}});
    rules.add({.match = {FIELD(in_port, 2), FIELD(tunnel_id, 7), FIELD(tunnel_src, 0xc0000201)},
               .program = {output(1)}});
    const auto frame = large(false);
    expect_answer(lab, frame, answer(frame, k_inner_mtu));
}

TEST(TooBig, IsToldThroughAPatch) {
    auto tunnel = vxlan();
    tunnel.bridge = 2;
    const auto patch = [](std::uint16_t bridge, std::uint32_t peer) {
        return PortSettings{
            .bridge = bridge, .flags = BVS_PORT_UP | BVS_PORT_PATCH, .mtu = 65535, .peer = peer};
    };
    Lab lab({{}, tunnel, patch(1, 4), patch(2, 3)});
    const auto frame = large(false);
    expect_answer(lab, frame, answer(frame, k_inner_mtu));
}

TEST(TooBig, IsToldInTheSendersVlan) {
    const std::vector<bvs_vlan_tag> tags = {{ETH_P_8021Q, 10}};
    const auto tagged = large(false, tags);
    {
        Lab lab({{}, vxlan()});
        lab.add_static(1, mac(1), 10);
        expect_answer(lab, tagged, answer(tagged, k_inner_mtu - 4, tags));
    }
    Lab lab({{.mode = BVS_VLAN_ACCESS, .tag = 10}, vxlan()});
    lab.add_static(1, mac(1), 10);
    const auto frame = large(false);
    await_next_tick();
    EXPECT_EQ(lab.send(1, frame), each({1}, answer(frame, k_inner_mtu - 4)));
}

TEST(TooBig, IsToldASmallMtuOnlyAsFarAsIpHasIt) {
    auto tunnel = vxlan();
    tunnel.tunnel.remote = {.high = 0x20010db800000000, .low = 1};
    Lab lab({{}, tunnel});
    lab.add_static(1, mac(1));
    const auto frame = large(true);
    expect_answer(lab, frame, answer(frame, 1500 - 40 - 8 - 8 - 14));
}

TEST(TooBig, FitsWhenItIsAsLargeAsWasTold) {
    Lab lab({{}, vxlan()});
    auto rest = tcp(2);
    rest.resize(k_inner_mtu - 20);
    const auto fits = Frame{.type = ETH_P_IP, .payload = ipv4(IPPROTO_TCP, rest, k_df)}.bytes();
    EXPECT_EQ(lab.wrapped(1, [&] { lab.send(1, fits); }).size(), 1U);
    rest.resize(rest.size() + 1);
    const auto more = Frame{.type = ETH_P_IP, .payload = ipv4(IPPROTO_TCP, rest, k_df)}.bytes();
    lab.run(1, more);
    EXPECT_EQ(lab.counters(2).drops[BVS_DROP_TUNNEL_MTU], 1U);
}

// RFC 1812, 4.3.2.7, and RFC 4443, 2.4.
TEST(TooBig, HasNoAnswerWhereTheStandardsForbidOne) {
    Lab lab({{}, vxlan()});
    lab.add_static(1, mac(1));
    auto to_many = large(false), from_many = large(false), v6_from_many = large(true);
    to_many[ETH_HLEN + 16] = 224;
    from_many[ETH_HLEN + 12] = 255;
    v6_from_many[ETH_HLEN + 8] = 0xff;
    auto broadcast = large(false);
    std::fill_n(broadcast.begin(), 6, 0xff);
    auto error = large(false, {}, k_df, IPPROTO_ICMP),
         v6_error = large(true, {}, 0, IPPROTO_ICMPV6);
    error[ETH_HLEN + 20] = 3;
    v6_error[ETH_HLEN + 40] = 2;
    std::uint64_t packets = 0;
    for (const auto &frame :
         {large(false, {}, 0), large(false, {}, k_df | 1), to_many, from_many, v6_from_many,
          broadcast, error, v6_error, Frame{.payload = Bytes(1480)}.bytes()}) {
        await_next_tick();
        EXPECT_EQ(lab.run(1, frame).verdict, TC_ACT_SHOT);
        EXPECT_EQ(lab.counters(2).drops[BVS_DROP_TUNNEL_MTU], ++packets);
    }
    EXPECT_EQ(lab.counters(2).rx_packets, 0U);
}

TEST(TooBig, AnswersAreFew) {
    Lab lab({{}, vxlan()});
    lab.add_static(1, mac(1));
    await_next_tick();
    for (int i = 0; i < 30; ++i)
        lab.run(1, large(false));
    EXPECT_EQ(lab.counters(2).drops[BVS_DROP_TUNNEL_MTU], 30U);
    EXPECT_GE(lab.counters(2).rx_packets, 10U);
    EXPECT_LE(lab.counters(2).rx_packets, 20U); // a tick may end meanwhile
}

} // namespace
