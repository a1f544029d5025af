// SPDX-License-Identifier: Apache-2.0
#include "switch/model/tunnel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bvs::model {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class TunnelTest : public testing::Test {
  protected:
    Result<Tunnel> read(bvs_tunnel_type type, StringMap options) {
        options.try_emplace("remote_ip", "192.0.2.1");
        return settle_tunnel(type, "t", options, warnings);
    }
    Tunnel vxlan(const StringMap &options) {
        auto tunnel = read(BVS_TUNNEL_VXLAN, options);
        EXPECT_TRUE(tunnel) << (tunnel ? "" : tunnel.error().message);
        return tunnel.value_or(Tunnel());
    }
    std::string refusal(const StringMap &options, bvs_tunnel_type type = BVS_TUNNEL_VXLAN) {
        const auto tunnel = read(type, options);
        return tunnel ? "" : tunnel.error().message;
    }
    Warnings warnings;
};

TEST_F(TunnelTest, HasTheDefaultsOfOpenVSwitch) {
    const auto tunnel = vxlan({});
    EXPECT_EQ(to_string(tunnel.remote.fixed), "192.0.2.1");
    EXPECT_TRUE(tunnel.local.fixed.is_none());
    EXPECT_EQ(tunnel.dst_port, 4789);
    EXPECT_EQ(tunnel.ttl, 64);
    EXPECT_EQ(tunnel.tos, 0);
    EXPECT_TRUE(tunnel.dont_fragment);
    EXPECT_EQ(tunnel.in_key, TunnelKey());
    EXPECT_FALSE(tunnel.mark);
    EXPECT_EQ(read(BVS_TUNNEL_GENEVE, {})->dst_port, 6081);
    EXPECT_EQ(read(BVS_TUNNEL_GRE, {})->dst_port, 0);
    EXPECT_THAT(warnings, IsEmpty());
}

TEST_F(TunnelTest, AddressesAreFixedOrTheFlows) {
    const auto fixed = vxlan({{"remote_ip", "2001:db8::1"}, {"local_ip", "2001:db8::2"}});
    EXPECT_EQ(to_string(fixed.remote.fixed), "2001:db8::1");
    EXPECT_EQ(to_string(fixed.local.fixed), "2001:db8::2");
    const auto flow = vxlan({{"remote_ip", "flow"}, {"local_ip", "flow"}});
    EXPECT_TRUE(flow.remote.flow);
    EXPECT_TRUE(flow.remote.fixed.is_none());
    EXPECT_TRUE(flow.local.flow);
}

TEST_F(TunnelTest, RefusesAddressesThatCannotBe) {
    EXPECT_EQ(refusal({{"remote_ip", ""}}), "t: vxlan type requires valid 'remote_ip' argument");
    EXPECT_EQ(refusal({{"remote_ip", "0.0.0.0"}}),
              "t: vxlan type requires valid 'remote_ip' argument");
    EXPECT_THAT(refusal({{"remote_ip", "peer.example"}}),
                HasSubstr("t: bad vxlan 'remote_ip' (peer.example is no IP address"));
    EXPECT_EQ(refusal({{"remote_ip", "224.0.0.9"}}),
              "t: multicast remote_ip=224.0.0.9 not allowed");
    EXPECT_THAT(refusal({{"local_ip", "flow"}}), HasSubstr("requires 'remote_ip=flow'"));
    EXPECT_THAT(refusal({{"local_ip", "2001:db8::2"}}), HasSubstr("same address family"));
}

TEST_F(TunnelTest, KeysAreOfEachDirectionOrOfBoth) {
    const auto both = vxlan({{"key", "0x10"}});
    EXPECT_EQ(both.in_key, (TunnelKey{.fixed = 16, .given = true}));
    EXPECT_EQ(both.out_key, both.in_key);
    const auto each = vxlan({{"key", "7"}, {"in_key", "flow"}});
    EXPECT_EQ(each.in_key, (TunnelKey{.flow = true, .given = true}));
    EXPECT_EQ(each.out_key, (TunnelKey{.fixed = 7, .given = true}));
}

TEST_F(TunnelTest, RefusesKeysThatDoNotFit) {
    EXPECT_EQ(refusal({{"key", "0xffffff"}}), "");
    EXPECT_THAT(refusal({{"key", "0x1000000"}}), HasSubstr("larger than 16777215"));
    EXPECT_EQ(refusal({{"key", "0xffffffff"}}, BVS_TUNNEL_GRE), "");
    EXPECT_THAT(refusal({{"out_key", "4294967296"}}, BVS_TUNNEL_GRE), HasSubstr("'out_key'"));
    for (const auto *text : {"x", "0x", "-1", "7 ", "08"})
        EXPECT_THAT(refusal({{"key", text}}), HasSubstr("is no number")) << text;
}

TEST_F(TunnelTest, TosAndTtlAreFixedOrInherited) {
    const auto fixed = vxlan({{"tos", "0x20"}, {"ttl", "9"}});
    EXPECT_EQ(fixed.tos, 0x20);
    EXPECT_EQ(fixed.ttl, 9);
    const auto inherited = vxlan({{"tos", "inherit"}, {"ttl", "inherit"}});
    EXPECT_TRUE(inherited.tos_inherit);
    EXPECT_TRUE(inherited.ttl_inherit);
    EXPECT_EQ(vxlan({{"ttl", "0"}}).ttl, 64);
    EXPECT_THAT(warnings, IsEmpty());
    EXPECT_EQ(vxlan({{"tos", "0x23"}}).tos, 0x20);
    EXPECT_EQ(vxlan({{"tos", "256"}}).tos, 0);
    EXPECT_EQ(vxlan({{"ttl", "256"}}).ttl, 255);
    EXPECT_EQ(warnings.size(), 3u);
}

TEST_F(TunnelTest, RefusesWhatWouldMakeItAnother) {
    EXPECT_THAT(refusal({{"psk", "secret"}}), HasSubstr("unencrypted"));
    EXPECT_THAT(refusal({{"packet_type", "ptap"}}), HasSubstr("packet_type=ptap"));
    EXPECT_EQ(refusal({{"packet_type", "legacy_l2"}}), "");
}

TEST_F(TunnelTest, WarnsOfWhatItDoesNotKnow) {
    EXPECT_TRUE(read(BVS_TUNNEL_GRE, {{"dst_port", "1"}, {"seq", "true"}}));
    vxlan({{"colour", "blue"}, {"exts", "gpe"}});
    EXPECT_THAT(warnings, ElementsAre("interface t: dst_port=1 is an unknown gre argument",
                                      "interface t: colour=blue is an unknown vxlan argument",
                                      "interface t: exts=gpe is an unknown extension"));
}

TEST_F(TunnelTest, GreMayNumberFrames) {
    EXPECT_FALSE(read(BVS_TUNNEL_GRE, {})->sequence);
    EXPECT_TRUE(read(BVS_TUNNEL_GRE, {{"seq", "true"}})->sequence);
}

TEST_F(TunnelTest, ErspanHasNumbersOfItsOwn) {
    EXPECT_EQ(read(BVS_TUNNEL_ERSPAN, {})->erspan, Erspan());
    EXPECT_EQ(read(BVS_TUNNEL_ERSPAN, {{"erspan_ver", "1"}, {"erspan_idx", "0xfffff"}})->erspan,
              (Erspan{.version = 1, .index = 0xfffff}));
    EXPECT_EQ(
        read(BVS_TUNNEL_ERSPAN, {{"erspan_ver", "2"}, {"erspan_dir", "1"}, {"erspan_hwid", "3f"}})
            ->erspan,
        (Erspan{.version = 2, .direction = 1, .hardware_id = 0x3f}));
    EXPECT_THAT(warnings, IsEmpty());
    EXPECT_THAT(refusal({{"erspan_ver", "3"}}, BVS_TUNNEL_ERSPAN), HasSubstr("version 3"));
    EXPECT_THAT(refusal({{"erspan_idx", "100000"}}, BVS_TUNNEL_ERSPAN), HasSubstr("20 bits"));
    EXPECT_THAT(refusal({{"erspan_dir", "2"}}, BVS_TUNNEL_ERSPAN), HasSubstr("1 bits"));
    EXPECT_THAT(refusal({{"erspan_hwid", "x"}}, BVS_TUNNEL_ERSPAN), HasSubstr("hexadecimal"));
    EXPECT_THAT(refusal({{"key", "1024"}}, BVS_TUNNEL_ERSPAN), HasSubstr("larger than 1023"));
    read(BVS_TUNNEL_ERSPAN, {{"csum", "true"}});
    EXPECT_THAT(warnings, ElementsAre(HasSubstr("csum=true")));
}

TEST_F(TunnelTest, ListsWhatIsNotTheDefault) {
    EXPECT_EQ(options_of(vxlan({})), (StringMap{{"remote_ip", "192.0.2.1"}}));
    const StringMap all = {
        {"remote_ip", "flow"}, {"local_ip", "192.0.2.2"}, {"in_key", "flow"},
        {"out_key", "5"},      {"dst_port", "8472"},      {"tos", "0x8"},
        {"ttl", "3"},          {"df_default", "false"},   {"egress_pkt_mark", "9"},
        {"exts", "gbp"},       {"csum", "true"}};
    EXPECT_EQ(options_of(vxlan(all)), all);
    EXPECT_THAT(warnings, IsEmpty());
}

TEST(TunnelType, IsWhatTheDatabaseCallsIt) {
    for (const auto *type : {"gre", "erspan", "vxlan", "geneve"})
        EXPECT_EQ(to_string(*parse_tunnel_type(type)), type);
    EXPECT_FALSE(parse_tunnel_type("stt"));
}

TEST(Peer, IsAnotherPort) {
    EXPECT_EQ(settle_peer("a", {{"peer", "b"}}), "b");
    EXPECT_EQ(settle_peer("a", {{"peer", "a"}}).error().message, "a: patch peer must not be self");
    EXPECT_EQ(settle_peer("a", {}).error().message, "a: patch type requires valid 'peer' argument");
    EXPECT_EQ(settle_peer("a", {{"peer", "b"}, {"key", "1"}}).error().message,
              "a: patch type takes only a 'peer' argument");
}

} // namespace
} // namespace bvs::model
