// SPDX-License-Identifier: Apache-2.0
#include "switch/tunnel_view.h"

#include <gmock/gmock.h>

namespace bvs::daemon {
namespace {

model::Interface tunnel(bvs_tunnel_type type, std::string_view remote, bool key = true) {
    model::Interface interface{.name = "tun", .bridge = "br0"};
    interface.tunnel = model::Tunnel{.type = type,
                                     .remote = {.fixed = model::parse_ip_address(remote).value()},
                                     .out_key = {.fixed = 5, .given = key}};
    return interface;
}

// 1500 less what a capture of each kind shows between the outer and the inner IP header.
TEST(TunnelView, WhatFitsInside) {
    const auto inner = [](const model::Interface &interface) {
        return TunnelView{.interface = &interface, .underlay_mtu = 1500}.inner_mtu();
    };
    EXPECT_EQ(inner(tunnel(BVS_TUNNEL_VXLAN, "10.0.0.2")), 1450u);
    EXPECT_EQ(inner(tunnel(BVS_TUNNEL_VXLAN, "fd00::2")), 1430u);
    EXPECT_EQ(inner(tunnel(BVS_TUNNEL_GENEVE, "10.0.0.2")), 1450u);
    EXPECT_EQ(inner(tunnel(BVS_TUNNEL_GRE, "10.0.0.2")), 1458u);
    EXPECT_EQ(inner(tunnel(BVS_TUNNEL_GRE, "10.0.0.2", false)), 1462u);
    EXPECT_EQ(inner(tunnel(BVS_TUNNEL_GRE, "fd00::2", false)), 1442u);
    auto with_sum = tunnel(BVS_TUNNEL_GRE, "10.0.0.2");
    with_sum.tunnel->checksum = true;
    EXPECT_EQ(inner(with_sum), 1454u);
}

TEST(TunnelView, NothingFitsInsideWhatIsUnknownOrTiny) {
    const auto vxlan = tunnel(BVS_TUNNEL_VXLAN, "10.0.0.2");
    EXPECT_EQ(TunnelView{.interface = &vxlan}.inner_mtu(), 0u);
    EXPECT_EQ((TunnelView{.interface = &vxlan, .underlay_mtu = 50}).inner_mtu(), 0u);
}

TEST(TunnelView, AHintOnlyWhereSomethingDoesNotFit) {
    const auto vxlan = tunnel(BVS_TUNNEL_VXLAN, "10.0.0.2");
    const TunnelView view{.interface = &vxlan, .underlay_mtu = 1500};
    EXPECT_EQ(mtu_hint(view, 1450), "");
    EXPECT_EQ(mtu_hint(view, 1500),
              "packets of 1451 to 1500 bytes do not fit: give what leads to 10.0.0.2 an MTU of "
              "1550, or the ports of br0 one of 1450");
    EXPECT_EQ(mtu_hint({.interface = &vxlan}, 1500), "") << "nobody knows";
}

} // namespace
} // namespace bvs::daemon
