// SPDX-License-Identifier: Apache-2.0
//
// Which rule a packet matches: every kind of field, priorities, tables, generations, and the same
// answer from the cache.
#include "selftests/fixture/rules.h"
#include "selftests/prog/headers.h"

#include <gtest/gtest.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/pkt_cls.h>

using namespace bvs::fixture;

namespace {

Bytes ip4(const Bytes &payload) {
    return Frame{.type = ETH_P_IP, .payload = payload}.bytes();
}
Bytes ip6(const Bytes &payload) {
    return Frame{.type = ETH_P_IPV6, .payload = payload}.bytes();
}
const auto k_tcp = ip4(ipv4(IPPROTO_TCP, tcp(0x12)));

TEST(PipelineMatch, SendsToOnePort) {
    Lab lab({{}, {}, {}});
    Rules rules(lab);
    const auto rule = rules.add({.match = {FIELD(in_port, 1)}, .program = {output(2)}});
    for (unsigned n = 1; n <= 3; ++n) { // from the pipeline, then from the cache
        EXPECT_EQ(lab.send(1, k_tcp), each({2}, k_tcp));
        EXPECT_EQ(rules.packets(rule), n);
    }
    EXPECT_EQ(lab.send(3, k_tcp), Delivery{});
    EXPECT_EQ(lab.counters(3).drops[BVS_DROP_NO_RULE], 1U);
}

struct Case {
    const char *name;
    Bytes frame;
    Match match;
    Match other; // the same, but for a bit
};

void PrintTo(const Case &c, std::ostream *out) {
    *out << c.name;
}

std::string name_of(const testing::TestParamInfo<Case> &info) {
    return info.param.name;
}

class PipelineField : public testing::TestWithParam<Case> {};

TEST_P(PipelineField, IsMatched) {
    const auto &c = GetParam();
    Lab lab({{}, {}, {}});
    Rules rules(lab);
    rules.add({.priority = 10, .match = c.other, .program = {output(3)}});
    rules.add({.priority = 5, .match = c.match, .program = {output(2)}});
    EXPECT_EQ(lab.run(1, c.frame).to, 2U);
    EXPECT_EQ(lab.run(1, c.frame).to, 2U);
}

#define CASE(name, frame, field, value)                                                            \
    Case {                                                                                         \
        name, frame, {FIELD(field, value)}, {                                                      \
            FIELD(field, (value) ^ 1)                                                              \
        }                                                                                          \
    }

INSTANTIATE_TEST_SUITE_P(
    Fields, PipelineField,
    testing::Values(
        CASE("in_port", k_tcp, in_port, 1U), CASE("eth_type", k_tcp, eth_type, 0x0800),
        CASE("eth_dst", k_tcp, eth_dst, mac(2)), CASE("eth_src", k_tcp, eth_src, mac(1)),
        CASE("ip_proto", k_tcp, ip_proto, 6), CASE("ip_tos", k_tcp, ip_tos, 0xb8),
        CASE("ip_ttl", k_tcp, ip_ttl, 64), CASE("ipv4_src", k_tcp, ipv4_src, 0x0a000001),
        CASE("ipv4_dst", k_tcp, ipv4_dst, 0x0a000002), CASE("tp_src", k_tcp, tp_src, 1000),
        CASE("tp_dst", k_tcp, tp_dst, 80), CASE("tcp_flags", k_tcp, tcp_flags, 0x12),
        CASE("ip_frag", ip4(ipv4(IPPROTO_UDP, udp(), 0x10)), ip_frag, BVS_FRAG_LATER),
        CASE("ipv6_src", ip6(ipv6(IPPROTO_UDP, udp())), ipv6_src_low, 1),
        CASE("ipv6_dst", ip6(ipv6(IPPROTO_UDP, udp())), ipv6_dst_high, 0x20010db800000000ULL),
        CASE("ipv6_label", ip6(ipv6(IPPROTO_UDP, udp())), ipv6_label, 0x12345),
        CASE("ipv6_exthdr", ip6(ipv6(IPPROTO_HOPOPTS, extension(IPPROTO_UDP, 8) + udp())),
             ipv6_exthdr, 1 << 6),
        CASE("nd_target", ip6(ipv6(IPPROTO_ICMPV6, neighbour(135, 1))), nd_target_low, 9),
        CASE("nd_sll", ip6(ipv6(IPPROTO_ICMPV6, neighbour(135, 1))), arp_sha, mac(9)),
        CASE("nd_tll", ip6(ipv6(IPPROTO_ICMPV6, neighbour(136, 2))), arp_tha, mac(9)),
        CASE("icmp_code", ip4(ipv4(IPPROTO_ICMP, icmp(3, 4))), tp_dst, 4),
        CASE("arp_op", (Frame{.type = ETH_P_ARP, .payload = arp()}.bytes()), arp_op, 2),
        CASE("arp_spa", (Frame{.type = ETH_P_ARP, .payload = arp()}.bytes()), ipv4_src, 0x0a000001),
        CASE("vlan", (Frame{.tags = {{ETH_P_8021Q, 10}}}.bytes()), vlan_tci, 10 | BVS_VLAN_PRESENT),
        CASE("inner_vlan", (Frame{.tags = {{ETH_P_8021AD, 10}, {ETH_P_8021Q, 20}}}.bytes()),
             inner_vlan_tci, 20 | BVS_VLAN_PRESENT)),
    name_of);

TEST(PipelineMatch, TakesTheHighestPriority) {
    Lab lab({{}, {}, {}, {}});
    Rules rules(lab);
    rules.add({.priority = 1, .match = {FIELD(ip_proto, 6)}, .program = {output(2)}});
    rules.add({.priority = 3, .match = {FIELD(eth_type, 0x800)}, .program = {output(3)}});
    rules.add({.priority = 2, .match = {FIELD(tp_dst, 80)}, .program = {output(4)}});
    rules.add({.priority = 1, .match = {FIELD(eth_type, 0x800)}, .program = {output(4)}});
    EXPECT_EQ(lab.run(1, k_tcp).to, 3U);
}

TEST(PipelineMatch, OnMoreWordsThanARuleHolds) {
    Lab lab({{}, {}, {}});
    Rules rules(lab);
    const Match match = {FIELD(in_port, 1),         FIELD(eth_dst, mac(2)),
                         FIELD(eth_src, mac(1)),    FIELD(ipv6_src_high, 0x20010db800000000ULL),
                         FIELD(ipv6_src_low, 1),    FIELD(ipv6_dst_high, 0x20010db800000000ULL),
                         FIELD(ipv6_dst_low, 2),    FIELD(tp_src, 1000),
                         FIELD(ipv6_label, 0x12345)};
    auto other = match;
    other.back() = FIELD(ipv6_label, 0x12344);
    rules.add({.priority = 2, .match = other, .program = {output(3)}});
    rules.add({.priority = 1, .match = match, .program = {output(2)}});
    const auto frame = ip6(ipv6(IPPROTO_UDP, udp()));
    EXPECT_EQ(lab.run(1, frame).to, 2U);
    EXPECT_EQ(lab.run(1, frame).to, 2U);
}

TEST(PipelineMatch, SeesAChangeAtOnce) {
    Lab lab({{}, {}, {}});
    Rules rules(lab);
    rules.add({.priority = 1, .program = {output(2)}});
    EXPECT_EQ(lab.run(1, k_tcp).to, 2U);
    const auto better = rules.add({.priority = 2, .program = {output(3)}});
    EXPECT_EQ(lab.run(1, k_tcp).to, 3U);
    EXPECT_EQ(rules.packets(better), 1U);
    rules.remove(better);
    EXPECT_EQ(lab.run(1, k_tcp).to, 2U);
}

TEST(PipelineMatch, KeepsWhatAChangeElsewhereDoesNotTouch) {
    Lab lab({{}, {}, {}});
    Rules rules(lab);
    const auto rule = rules.add({.program = {output(2)}});
    lab.run(1, k_tcp);
    const auto made = rules.trajectories();
    rules.add({.table = 7, .program = {output(3)}});
    EXPECT_EQ(lab.run(1, k_tcp).to, 2U);
    EXPECT_EQ(rules.trajectories(), made);
    EXPECT_EQ(rules.packets(rule), 2U);
}

TEST(PipelineMatch, FragmentsHaveNoPorts) {
    Lab lab({{}, {}, {}});
    Rules rules(lab);
    rules.add({.priority = 2, .match = {FIELD(tp_dst, 80)}, .program = {output(2)}});
    rules.add({.priority = 1, .program = {output(3)}});
    rules.look_at({FIELD(ip_frag, 0xff)});
    const auto first = ip4(ipv4(IPPROTO_UDP, udp(), 0x2000));
    EXPECT_EQ(lab.run(1, first).to, 3U);
    rules.set_flags(BVS_PIPELINE_FRAGMENTS_NX_MATCH);
    EXPECT_EQ(lab.run(1, first).to, 2U);
    rules.set_flags(BVS_PIPELINE_FRAGMENTS_DROP);
    EXPECT_EQ(lab.run(1, first).verdict, TC_ACT_SHOT);
    EXPECT_EQ(lab.counters(1).drops[BVS_DROP_FRAGMENT], 1U);
}

} // namespace
