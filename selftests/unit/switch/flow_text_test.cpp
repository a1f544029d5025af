// SPDX-License-Identifier: Apache-2.0
#include "switch/flow_text.h"

#include <arpa/inet.h>
#include <cstring>
#include <gtest/gtest.h>
#include <netinet/in.h>

namespace bvs::daemon {
namespace {

bvs_flow_key frame() {
    bvs_flow_key key{};
    const __u8 source[6] = {2, 0, 0, 0, 0, 1}, destination[6] = {2, 0, 0, 0, 0, 2};
    std::memcpy(key.eth_src, source, 6);
    std::memcpy(key.eth_dst, destination, 6);
    return key;
}

TEST(FlowText, TellsOfTcpInAVlan) {
    auto key = frame();
    key.layers = BVS_LAYER_VLAN | BVS_LAYER_IPV4 | BVS_LAYER_L4;
    key.vlan = {.tpid = 0x8100, .tci = 3 << 13 | 10};
    key.eth_type = htons(0x0800);
    key.ip_proto = IPPROTO_TCP;
    key.ip_ttl = 64;
    inet_pton(AF_INET, "10.0.0.1", key.ip_src);
    inet_pton(AF_INET, "10.0.0.2", key.ip_dst);
    key.tp_src = htons(1234);
    key.tp_dst = htons(80);
    EXPECT_EQ(flow_text(key, 1),
              "in_port=1,dl_vlan=10,dl_vlan_pcp=3,dl_src=02:00:00:00:00:01,"
              "dl_dst=02:00:00:00:00:02,tcp,nw_src=10.0.0.1,nw_dst=10.0.0.2,nw_tos=0,nw_ecn=0,"
              "nw_ttl=64,tp_src=1234,tp_dst=80");
}

TEST(FlowText, TellsOfNeighbourDiscovery) {
    auto key = frame();
    key.layers = BVS_LAYER_IPV6 | BVS_LAYER_L4 | BVS_LAYER_ND;
    key.eth_type = htons(0x86dd);
    key.ip_proto = IPPROTO_ICMPV6;
    key.ip_ttl = 255;
    inet_pton(AF_INET6, "fe80::1", key.ip_src);
    inet_pton(AF_INET6, "ff02::1:ff00:2", key.ip_dst);
    inet_pton(AF_INET6, "fe80::2", key.nd_target);
    key.tp_src = htons(135);
    EXPECT_EQ(flow_text(key, 65534),
              "in_port=LOCAL,dl_src=02:00:00:00:00:01,dl_dst=02:00:00:00:00:02,icmp6,"
              "ipv6_src=fe80::1,ipv6_dst=ff02::1:ff00:2,nw_tos=0,nw_ecn=0,nw_ttl=255,"
              "icmp_type=135,icmp_code=0,nd_target=fe80::2");
}

TEST(FlowText, TellsOfFragmentsAndOtherProtocols) {
    auto key = frame();
    key.layers = BVS_LAYER_IPV4;
    key.eth_type = htons(0x0800);
    key.ip_proto = 47;
    key.ip_frag = BVS_FRAG_LATER;
    EXPECT_EQ(flow_text(key, 2),
              "in_port=2,dl_src=02:00:00:00:00:01,dl_dst=02:00:00:00:00:02,ip,nw_proto=47,"
              "nw_src=0.0.0.0,nw_dst=0.0.0.0,nw_tos=0,nw_ecn=0,nw_ttl=0,nw_frag=later");
}

TEST(FlowText, TellsOfWhatItDoesNotKnow) {
    auto key = frame();
    key.eth_type = htons(0x88cc);
    EXPECT_EQ(flow_text(key, 2),
              "in_port=2,dl_src=02:00:00:00:00:01,dl_dst=02:00:00:00:00:02,dl_type=0x88cc");
    key = {};
    key.layers = BVS_LAYER_TRUNCATED;
    EXPECT_EQ(flow_text(key, 2), "in_port=2");
}

} // namespace
} // namespace bvs::daemon
