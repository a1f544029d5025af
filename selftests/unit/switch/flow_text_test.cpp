// SPDX-License-Identifier: Apache-2.0
#include "switch/flow_text.h"

#include <arpa/inet.h>
#include <endian.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

namespace bvs::daemon {
namespace {

bvs_flow frame() {
    bvs_flow flow{};
    bvs_flow_set(&flow, eth_src, 0x020000000001);
    bvs_flow_set(&flow, eth_dst, 0x020000000002);
    return flow;
}

void set_ipv6(__u64 *high, const char *address) { // the low half is the next word
    inet_pton(AF_INET6, address, high);
    high[0] = be64toh(high[0]);
    high[1] = be64toh(high[1]);
}

TEST(FlowText, TellsOfTcpInAVlan) {
    auto flow = frame();
    bvs_flow_set(&flow, layers, BVS_LAYER_VLAN | BVS_LAYER_IPV4 | BVS_LAYER_L4);
    bvs_flow_set(&flow, vlan_tci, 3 << 13 | BVS_VLAN_PRESENT | 10);
    bvs_flow_set(&flow, eth_type, 0x0800);
    bvs_flow_set(&flow, ip_proto, IPPROTO_TCP);
    bvs_flow_set(&flow, ip_ttl, 64);
    bvs_flow_set(&flow, ipv4_src, 0x0a000001);
    bvs_flow_set(&flow, ipv4_dst, 0x0a000002);
    bvs_flow_set(&flow, tp_src, 1234);
    bvs_flow_set(&flow, tp_dst, 80);
    EXPECT_EQ(flow_text(flow, 1),
              "in_port=1,dl_vlan=10,dl_vlan_pcp=3,dl_src=02:00:00:00:00:01,"
              "dl_dst=02:00:00:00:00:02,tcp,nw_src=10.0.0.1,nw_dst=10.0.0.2,nw_tos=0,nw_ecn=0,"
              "nw_ttl=64,tp_src=1234,tp_dst=80");
}

TEST(FlowText, TellsOfNeighbourDiscovery) {
    auto flow = frame();
    bvs_flow_set(&flow, layers, BVS_LAYER_IPV6 | BVS_LAYER_L4 | BVS_LAYER_ND);
    bvs_flow_set(&flow, eth_type, 0x86dd);
    bvs_flow_set(&flow, ip_proto, IPPROTO_ICMPV6);
    bvs_flow_set(&flow, ip_ttl, 255);
    set_ipv6(&flow.word[BVS_WORD_ipv6_src_high], "fe80::1");
    set_ipv6(&flow.word[BVS_WORD_ipv6_dst_high], "ff02::1:ff00:2");
    set_ipv6(&flow.word[BVS_WORD_nd_target_high], "fe80::2");
    bvs_flow_set(&flow, tp_src, 135);
    EXPECT_EQ(flow_text(flow, 65534),
              "in_port=LOCAL,dl_src=02:00:00:00:00:01,dl_dst=02:00:00:00:00:02,icmp6,"
              "ipv6_src=fe80::1,ipv6_dst=ff02::1:ff00:2,nw_tos=0,nw_ecn=0,nw_ttl=255,"
              "icmp_type=135,icmp_code=0,nd_target=fe80::2");
}

TEST(FlowText, TellsOfFragmentsAndOtherProtocols) {
    auto flow = frame();
    bvs_flow_set(&flow, layers, BVS_LAYER_IPV4);
    bvs_flow_set(&flow, eth_type, 0x0800);
    bvs_flow_set(&flow, ip_proto, 47);
    bvs_flow_set(&flow, ip_frag, BVS_FRAG_LATER);
    EXPECT_EQ(flow_text(flow, 2),
              "in_port=2,dl_src=02:00:00:00:00:01,dl_dst=02:00:00:00:00:02,ip,nw_proto=47,"
              "nw_src=0.0.0.0,nw_dst=0.0.0.0,nw_tos=0,nw_ecn=0,nw_ttl=0,nw_frag=later");
}

TEST(FlowText, TellsOfWhatItDoesNotKnow) {
    auto flow = frame();
    bvs_flow_set(&flow, eth_type, 0x88cc);
    EXPECT_EQ(flow_text(flow, 2),
              "in_port=2,dl_src=02:00:00:00:00:01,dl_dst=02:00:00:00:00:02,dl_type=0x88cc");
    flow = {};
    bvs_flow_set(&flow, layers, BVS_LAYER_TRUNCATED);
    EXPECT_EQ(flow_text(flow, 2), "in_port=2");
}

} // namespace
} // namespace bvs::daemon
