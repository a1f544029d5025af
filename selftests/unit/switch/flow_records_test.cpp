// SPDX-License-Identifier: Apache-2.0
//
// What the datapath has counted, as collectors are told of it.
#include "switch/flow_records.h"

#include <gtest/gtest.h>

namespace bvs::daemon {
namespace {

using netflow::FlowKey;

constexpr std::uint64_t k_source = 0x0200'0000'0001, k_destination = 0x0200'0000'0002;

// TCP from port 1 of bridge 3, VLAN 10, priority 3.
bvs_account_key tcp_key() {
    return {.src = {0, 0x0a000001},
            .dst = {0, 0x0a000002},
            .transport = 1000 | 80U << 16 | 6ULL << 32 | 0xb8ULL << 40 | 3ULL << 48,
            .eth_dst = k_destination | 1ULL << 48,
            .eth_src = k_source | 0x700aULL << 48,
            .network = 0x0800 | 0x8100ULL << 48,
            .tunnel_id = 0,
            .tunnel_ends = 0};
}

FlowPort ports(std::uint16_t bridge, std::uint32_t ofport) {
    return {.ifindex = bridge * 100 + ofport};
}

FlowPort tunnel_ports(std::uint16_t, std::uint32_t) {
    return {.ifindex = 0, .tunnel = netflow::TunnelType::vxlan, .tunnel_port = 4789};
}

TEST(FlowRecords, HaveAllThatTheKeyHas) {
    const auto flow = flow_key(tcp_key(), 2, ports);
    EXPECT_EQ(flow.in_port, 1U);
    EXPECT_EQ(flow.out_port, 2U);
    EXPECT_EQ(flow.in_ifindex, 301U);
    EXPECT_EQ(flow.out_ifindex, 302U);
    EXPECT_EQ(model::to_number(flow.source_mac), k_source);
    EXPECT_EQ(model::to_number(flow.destination_mac), k_destination);
    EXPECT_TRUE(flow.tagged);
    EXPECT_EQ(flow.vlan, 10);
    EXPECT_EQ(flow.priority, 3);
    EXPECT_EQ(model::to_string(flow.source), "10.0.0.1");
    EXPECT_EQ(model::to_string(flow.destination), "10.0.0.2");
    EXPECT_EQ(flow.protocol, 6);
    EXPECT_EQ(flow.tos, 0xb8);
    EXPECT_EQ(flow.source_port, 1000);
    EXPECT_EQ(flow.destination_port, 80);
    EXPECT_EQ(flow.tunnel, netflow::OuterHeaders());
}

TEST(FlowRecords, SayWherePacketsWent) {
    EXPECT_EQ(flow_key(tcp_key(), BVS_OUTPUT_NONE, ports).out_port, netflow::k_out_dropped);
    EXPECT_EQ(flow_key(tcp_key(), BVS_OUTPUT_FLOOD, ports).out_port, netflow::k_out_flood);
    EXPECT_EQ(flow_key(tcp_key(), BVS_OUTPUT_SEVERAL, ports).out_port, netflow::k_out_several);
    EXPECT_EQ(flow_key(tcp_key(), std::nullopt, ports).out_port, 0U);
    EXPECT_EQ(flow_key(tcp_key(), BVS_OUTPUT_NONE, ports).out_ifindex, 0U);
}

TEST(FlowRecords, KnowIcmp) {
    auto key = tcp_key();
    key.transport = 8 | 5U << 16 | 1ULL << 32;
    const auto flow = flow_key(key, 2, ports);
    EXPECT_EQ(flow.icmp_type, 8);
    EXPECT_EQ(flow.icmp_code, 5);
    EXPECT_EQ(flow.source_port, 0);
}

TEST(FlowRecords, KnowIpv6) {
    auto key = tcp_key();
    key.network = 0x86dd | 0x12345ULL << 16;
    key.src[0] = 0x20010db8ULL << 32;
    const auto flow = flow_key(key, 2, ports);
    EXPECT_EQ(model::to_string(flow.source), "2001:db8::a00:1");
    EXPECT_EQ(flow.label, 0x12345U);
}

// ARP's addresses stand where IP's do.
TEST(FlowRecords, SayOfOthersOnlyTheirType) {
    auto key = tcp_key();
    key.network = 0x0806;
    const auto flow = flow_key(key, 2, ports);
    EXPECT_EQ(flow.ethertype, 0x0806);
    EXPECT_EQ(flow.source, model::IpAddress());
    EXPECT_EQ(flow.destination_port, 0);
}

TEST(FlowRecords, KnowTheTunnelThatPacketsCameOutOf) {
    auto key = tcp_key();
    key.tunnel_id = 7;
    key.tunnel_ends = 0xac100009 | 0xac1000feULL << 32;
    const auto tunnel = flow_key(key, 2, tunnel_ports).tunnel;
    EXPECT_EQ(tunnel.type, netflow::TunnelType::vxlan);
    EXPECT_EQ(tunnel.key, 7U);
    EXPECT_EQ(model::to_string(tunnel.source), "172.16.0.9");
    EXPECT_EQ(model::to_string(tunnel.destination), "172.16.0.254");
    EXPECT_EQ(tunnel.destination_port, 4789);
    EXPECT_EQ(flow_key(key, 2, ports).tunnel, netflow::OuterHeaders());
}

TEST(FlowRecords, CountInMilliseconds) {
    const auto traffic = traffic_of({.packets = 3, .bytes = 300, .ip_bytes = 258}, 1'999'999,
                                    7'000'000, netflow::k_tcp_fin);
    EXPECT_EQ(traffic.packets, 3U);
    EXPECT_EQ(traffic.octets, 300U);
    EXPECT_EQ(traffic.ip_octets, 258U);
    EXPECT_EQ(traffic.first, netflow::Time(1));
    EXPECT_EQ(traffic.last, netflow::Time(7));
    EXPECT_EQ(traffic_of({}, 0, 7'000'000, 0).first, netflow::Time(7));
}

} // namespace
} // namespace bvs::daemon
