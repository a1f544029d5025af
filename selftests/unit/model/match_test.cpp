// SPDX-License-Identifier: Apache-2.0
#include "switch/model/match.h"

#include "selftests/unit/model/matches.h"
#include "switch/model/compact_match.h"

#include <gtest/gtest.h>

namespace bvs::model {
namespace {

using enum Field;
using Fault = Match::Fault;

TEST(Match, KeepsFieldsInOrderAndOnce) {
    auto match = make({{tcp_dst, 80}, {in_port, 1}, {tcp_dst, 443}});
    ASSERT_EQ(match.fields().size(), 2U);
    EXPECT_EQ(match.fields()[0].field, in_port);
    EXPECT_EQ(match.exact(tcp_dst), (Value{0, 443}));
    match.set(in_port, {}, {});
    EXPECT_EQ(match.find(in_port), nullptr);
    match.set(eth_src, {0, 0xffff}, {0, 0xff00});
    EXPECT_EQ(match.find(eth_src)->value, (Value{0, 0xff00}));
    EXPECT_EQ(match.exact(eth_src), std::nullopt);
}

TEST(Match, FaultsOfOpenFlowsTable) {
    const struct {
        Match match;
        Fault fault;
    } cases[] = {
        {{}, Fault::none},
        {make({{ipv4_src, 1}}), Fault::bad_prerequisite},
        {make({{eth_type, 0x800}, {ipv4_src, 1}}), Fault::none},
        {make({{eth_type, 0x86dd}, {ipv4_src, 1}}), Fault::bad_prerequisite},
        {make({{eth_type, 0x800}, {tcp_src, 1}}), Fault::bad_prerequisite},
        {make({{eth_type, 0x86dd}, {ip_proto, 6}, {tcp_src, 1}}), Fault::none},
        {make({{eth_type, 0x800}, {ip_proto, 17}, {tcp_src, 1}}), Fault::bad_prerequisite},
        {make({{eth_type, 0x800}, {ip_proto, 17}, {ip_frag, 3}, {udp_src, 1}}),
         Fault::bad_prerequisite}, // a later fragment has no ports
        {make({{eth_type, 0x800}, {ip_proto, 17}, {ip_frag, 0, 2}, {udp_src, 1}}), Fault::none},
        {make({{eth_type, 0x800}, {ip_proto, 1}, {icmpv4_type, 8}}), Fault::none},
        {make({{eth_type, 0x86dd}, {ip_proto, 1}, {icmpv4_type, 8}}), Fault::bad_prerequisite},
        {make({{eth_type, 0x86dd}, {ip_proto, 58}, {icmpv6_type, 135}, {nd_sll, 1}}), Fault::none},
        {make({{eth_type, 0x86dd}, {ip_proto, 58}, {icmpv6_type, 135}, {nd_tll, 1}}),
         Fault::bad_prerequisite},
        {make({{eth_type, 0x86dd}, {ip_proto, 58}, {icmpv6_type, 136}, {nd_tll, 1}}), Fault::none},
        {make({{eth_type, 0x86dd}, {ip_proto, 58}, {icmpv6_type, 135}, {nd_target, 1}}),
         Fault::none},
        {make({{eth_type, 0x86dd},
               {ip_proto, 58},
               {icmpv6_type, 135},
               {icmpv6_code, 1},
               {nd_target, 1}}),
         Fault::bad_prerequisite},
        {make({{vlan_pcp, 3}}), Fault::bad_prerequisite},
        {make({{vlan_vid, 0}, {vlan_pcp, 3}}), Fault::bad_prerequisite},
        {make({{vlan_vid, 0x1000, 0x1000}, {vlan_pcp, 3}}), Fault::none},
        {make({{vlan_tci, 0x1005, 0x1fff}, {vlan_pcp, 3}}), Fault::none},
        {make({{vlan_vid, 0x100a}}), Fault::none},
        {make({{eth_type, 0x8847}, {mpls_label, 5}}), Fault::none},
        {make({{mpls_bos, 1}}), Fault::bad_prerequisite},
        {make({{eth_type, 0x88e7}, {pbb_isid, 5}}), Fault::none},
        {make({{arp_op, 1}}), Fault::bad_prerequisite},
        {make({{eth_type, 0x806}, {arp_op, 1}}), Fault::none},
        {make({{in_phy_port, 1}}), Fault::bad_prerequisite},
        {make({{eth_type, 0x5ff}}), Fault::none}, // 802.2 without SNAP
        {make({{eth_type, 0x800, 0xff00}}), Fault::bad_mask},
        {make({{in_port, 1, 1}}), Fault::bad_mask},
        {make({{vlan_vid, 0x2000, 0x2000}}), Fault::bad_value},
        {make({{reg0, 1}, {xreg0, 2}}), Fault::bad_value},
        {make({{reg1, 2}, {xreg0, 2}}), Fault::none},
    };
    for (std::size_t i = 0; i < std::size(cases); ++i)
        EXPECT_EQ(cases[i].match.fault(), cases[i].fault) << i;
}

TEST(Match, MeansItsWords) {
    EXPECT_EQ(make({{vlan_vid, 0}}).words(), make({{vlan_tci, 0, 0x1fff}}).words());
    EXPECT_EQ(make({{vlan_vid, 0x100a}, {vlan_pcp, 5}}).words(),
              make({{vlan_tci, 0xb00a}}).words());
    EXPECT_EQ(make({{reg0, 1}, {reg1, 2}}).words(), make({{xreg0, 0x1'0000'0002}}).words());
    EXPECT_EQ(make({{in_port, 4}}).words(), make({{in_phy_port, 4}}).words());
    EXPECT_NE(make({{ip_dscp, 1}}).words(), make({{ip_ecn, 1}}).words());
    Match wide;
    wide.set(xxreg1, {0x1'0000'0002, 0x3'0000'0004}, all_ones(128));
    EXPECT_EQ(wide.words(), make({{reg4, 1}, {reg5, 2}, {reg6, 3}, {reg7, 4}}).words());
}

TEST(Match, CoversAndOverlaps) {
    const auto ip = make({{eth_type, 0x800}}).words();
    const auto web = make({{eth_type, 0x800}, {ip_proto, 6}, {tcp_dst, 80}}).words();
    const auto port = make({{in_port, 1}}).words();
    const auto arp = make({{eth_type, 0x806}}).words();
    EXPECT_TRUE(covers(ip, web));
    EXPECT_FALSE(covers(web, ip));
    EXPECT_TRUE(covers({}, web));
    EXPECT_TRUE(covers(web, web));
    EXPECT_TRUE(overlap(ip, port));
    EXPECT_FALSE(overlap(ip, arp));
}

TEST(CompactMatch, GivesBackWhatItWasMadeOf) {
    auto match = make({{in_port, 7}, {eth_type, 0x86dd}, {vlan_vid, 0x100a}, {vlan_pcp, 5}});
    match.set(ipv6_src, {1ULL << 60, 3}, {0xffULL << 56, 0xff});
    match.set(xxreg2, {5, 6}, all_ones(128));
    const auto words = match.words();
    const CompactMatch compact(std::make_shared<const MatchShape>(shape_of(match, words)), words);
    EXPECT_EQ(compact.match(), match);
    EXPECT_EQ(compact.words(), words);
}

} // namespace
} // namespace bvs::model
