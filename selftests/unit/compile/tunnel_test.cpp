// SPDX-License-Identifier: Apache-2.0
#include "switch/compile/tunnel.h"

#include <gtest/gtest.h>

namespace bvs::compile {
namespace {

model::Tunnel tunnel(bvs_tunnel_type type, model::StringMap options) {
    options.try_emplace("remote_ip", "192.0.2.1");
    model::Warnings warnings;
    auto read = model::settle_tunnel(type, "t", options, warnings);
    EXPECT_TRUE(read);
    return read.value_or(model::Tunnel());
}

unsigned flags(bvs_tunnel_type type, const model::StringMap &options) {
    return compile_tunnel(tunnel(type, options)).flags;
}

unsigned precision(const model::StringMap &options) {
    return compile_end(tunnel(BVS_TUNNEL_VXLAN, options)).precision;
}

TEST(TunnelEntry, SaysHowToWrap) {
    const auto entry = compile_tunnel(tunnel(BVS_TUNNEL_VXLAN, {{"local_ip", "192.0.2.2"},
                                                                {"in_key", "6"},
                                                                {"out_key", "5"},
                                                                {"tos", "0x20"},
                                                                {"ttl", "9"},
                                                                {"egress_pkt_mark", "3"}}));
    EXPECT_EQ(entry.type, BVS_TUNNEL_VXLAN);
    EXPECT_EQ(entry.remote.low, bvs_address_v4(0xc0000201).low);
    EXPECT_EQ(entry.local.low, bvs_address_v4(0xc0000202).low);
    EXPECT_EQ(entry.key, 5u);
    EXPECT_EQ(entry.dst_port, 4789);
    EXPECT_EQ(entry.tos, 0x20);
    EXPECT_EQ(entry.ttl, 9);
    EXPECT_EQ(entry.mark, 3u);
    EXPECT_EQ(entry.flags, BVS_TUNNEL_KEY_OUT | BVS_TUNNEL_DF);
}

TEST(TunnelEntry, SaysWhatThePacketDecides) {
    EXPECT_EQ(flags(BVS_TUNNEL_GENEVE, {{"remote_ip", "flow"},
                                        {"local_ip", "flow"},
                                        {"key", "flow"},
                                        {"df_default", "false"},
                                        {"csum", "true"},
                                        {"tos", "inherit"},
                                        {"ttl", "inherit"}}),
              BVS_TUNNEL_KEY_OUT | BVS_TUNNEL_KEY_OUT_FLOW | BVS_TUNNEL_REMOTE_FLOW |
                  BVS_TUNNEL_LOCAL_FLOW | BVS_TUNNEL_CSUM | BVS_TUNNEL_TOS_INHERIT |
                  BVS_TUNNEL_TTL_INHERIT);
}

TEST(TunnelEntry, OnlyGreGoesWithoutKey) {
    EXPECT_EQ(flags(BVS_TUNNEL_GRE, {}), BVS_TUNNEL_DF);
    EXPECT_EQ(flags(BVS_TUNNEL_GRE, {{"key", "0"}}), BVS_TUNNEL_DF | BVS_TUNNEL_KEY_OUT);
    EXPECT_EQ(flags(BVS_TUNNEL_GRE, {{"in_key", "1"}}), BVS_TUNNEL_DF);
    EXPECT_EQ(flags(BVS_TUNNEL_GENEVE, {}), BVS_TUNNEL_DF | BVS_TUNNEL_KEY_OUT);
}

TEST(TunnelEntry, TellsTheOuterVersion) {
    const auto v6 = [](const model::StringMap &options) {
        return (flags(BVS_TUNNEL_VXLAN, options) & BVS_TUNNEL_IPV6) != 0;
    };
    EXPECT_FALSE(v6({}));
    EXPECT_TRUE(v6({{"remote_ip", "2001:db8::1"}}));
    EXPECT_FALSE(v6({{"remote_ip", "flow"}}));
    EXPECT_TRUE(v6({{"remote_ip", "flow"}, {"local_ip", "2001:db8::1"}}));
}

TEST(TunnelEnd, HasZerosWhereTheFlowDecides) {
    EXPECT_EQ(precision({{"local_ip", "192.0.2.2"}}), 0u);
    EXPECT_EQ(precision({}), BVS_PRECISION_ANY_LOCAL);
    EXPECT_EQ(precision({{"remote_ip", "flow"}}),
              BVS_PRECISION_ANY_LOCAL | BVS_PRECISION_ANY_REMOTE);
    EXPECT_EQ(precision({{"local_ip", "192.0.2.2"}, {"key", "flow"}}), BVS_PRECISION_ANY_KEY);
    const auto end = compile_end(
        tunnel(BVS_TUNNEL_VXLAN, {{"in_key", "6"}, {"out_key", "5"}, {"dst_port", "8472"}}));
    EXPECT_EQ(end.key, 6u);
    EXPECT_EQ(end.remote.low, bvs_address_v4(0xc0000201).low);
    EXPECT_EQ(end.local.low, 0u);
    EXPECT_EQ(end.dst_port, 8472);
    EXPECT_EQ(end.type, BVS_TUNNEL_VXLAN);
}

} // namespace
} // namespace bvs::compile
