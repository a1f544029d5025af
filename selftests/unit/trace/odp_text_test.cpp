// SPDX-License-Identifier: Apache-2.0
#include "ofagent/text/match.h"
#include "switch/odp_text.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace bvs::daemon {
namespace {

model::FlowWords words_of(const std::string &text) {
    return text::parse_match(text, text::nameless())->words();
}

bvs_flow flow_of(const std::string &text) {
    bvs_flow flow = {};
    std::ranges::copy(words_of(text).value, flow.word);
    return flow;
}

TEST(OdpText, OfFlows) {
    EXPECT_EQ(odp_flow(words_of("in_port=1,tcp,nw_src=10.0.0.0/8,tp_dst=80"), "2"),
              "recirc_id(0),in_port(2),eth_type(0x0800),"
              "ipv4(src=10.0.0.0/255.0.0.0,proto=6),tcp(dst=80)");
    EXPECT_EQ(odp_flow(words_of("dl_vlan=10,dl_vlan_pcp=3,arp,arp_op=1"), ""),
              "recirc_id(0),eth_type(0x8100),vlan(vid=10,pcp=3),encap(eth_type(0x0806),arp(op=1))");
    EXPECT_EQ(odp_flow(words_of("icmp6,icmp_type=135,nd_target=fe80::1"), ""),
              "recirc_id(0),eth_type(0x86dd),ipv6(proto=58),icmpv6(type=135),nd(target=fe80::1)");
    EXPECT_EQ(
        odp_flow(words_of("tun_id=7,tun_ipv6_dst=2001:db8::1,tun_gbp_id=5,tun_flags=oam"), ""),
        "recirc_id(0),tunnel(tun_id=0x7,ipv6_dst=2001:db8::1,gbp_id=5,flags=0x1)");
    EXPECT_EQ(odp_flow({}, ""), "recirc_id(0)");
}

TEST(OdpText, OfRewrites) {
    const auto *before = "tcp,dl_dst=02:00:00:00:00:01,nw_dst=10.0.0.1,nw_ttl=64,tp_dst=80";
    const auto *after = "tcp,dl_dst=02:00:00:00:00:02,nw_dst=10.0.0.1,nw_ttl=63,tp_dst=80";
    OdpActions actions(words_of(before));
    actions.look(flow_of(before), flow_of(after));
    actions.add("3");
    EXPECT_EQ(actions.text(), "set(eth(dst=02:00:00:00:00:02)),set(ipv4(ttl=63)),3");
}

TEST(OdpText, OfTags) {
    OdpActions actions(words_of("ip"));
    actions.look(flow_of("ip"), flow_of("ip,dl_vlan=10,dl_vlan_pcp=2"));
    actions.look(flow_of("ip,dl_vlan=10,dl_vlan_pcp=2"), flow_of("ip,dl_vlan=11,dl_vlan_pcp=2"));
    actions.look(flow_of("ip,dl_vlan=11,dl_vlan_pcp=2"), flow_of("ip"));
    EXPECT_EQ(actions.text(), "push_vlan(vid=10,pcp=2),pop_vlan,push_vlan(vid=11,pcp=2),pop_vlan");
}

} // namespace
} // namespace bvs::daemon
