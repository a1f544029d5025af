// SPDX-License-Identifier: Apache-2.0
//
// What a tunnel says of a packet beside its frame: out of the outer header into the flow, where
// rules see it, and from the flow into the next outer header.
#include "selftests/prog/headers.h"
#include "selftests/prog/tunnel_lab.h"

#include <gtest/gtest.h>
#include <linux/in.h>
#include <linux/pkt_cls.h>

using namespace bvs::fixture;

namespace {

constexpr std::uint64_t k_prefix = 0x20010db800000000;
const auto k_tcp = Frame{.type = ETH_P_IP, .payload = ipv4(IPPROTO_TCP, tcp(2))}.bytes();
const Outer k_control = {.type = BVS_TUNNEL_GENEVE, .flags = 0x80};
const Outer k_policy = {.flags = 0xffff ^ 0x0800, .group = 0x1234}; // all flags there are

Match ends(bool ipv6) {
    return {
        FIELD(tunnel_ipv6_src_high, ipv6 ? k_prefix : 0), FIELD(tunnel_ipv6_src_low, ipv6 ? 1 : 0),
        FIELD(tunnel_ipv6_dst_high, ipv6 ? k_prefix : 0), FIELD(tunnel_ipv6_dst_low, ipv6 ? 2 : 0),
        FIELD(tunnel_src, ipv6 ? 0 : 0xc0000201),         FIELD(tunnel_dst, ipv6 ? 0 : 0xc0000202)};
}

Match policy(unsigned id, unsigned flags) {
    return {FIELD(tunnel_gbp_id, id), FIELD(tunnel_gbp_flags, flags), FIELD(tunnel_flags, 0)};
}

void know_policy(TunnelLab &tunnels, std::uint32_t port) {
    auto tunnel = tunnels.lab.maps().tunnels.get(port);
    tunnel.flags |= BVS_TUNNEL_GBP;
    tunnels.lab.maps().tunnels.set(port, tunnel);
}

// The second time from the cache.
void expect_to(TunnelLab &tunnels, std::uint32_t port, const Outer &outer) {
    for (int times = 0; times < 2; ++times)
        EXPECT_EQ(tunnels.run(outer.around(k_tcp)).to, port);
}

TEST(TunnelFields, HaveTheEndsOfThisPacket) {
    TunnelLab tunnels;
    tunnels.rules.add({.match = ends(true), .program = {output(1)}});
    tunnels.rules.add({.match = ends(false), .program = {output(2)}});
    for (const auto type : {BVS_TUNNEL_VXLAN, BVS_TUNNEL_GENEVE, BVS_TUNNEL_GRE}) {
        tunnels.add_end({.type = type, .ipv6 = true});
        tunnels.add_end({.type = type});
        for (int times = 0; times < 2; ++times) {
            expect_to(tunnels, 1, {.type = type, .ipv6 = true});
            expect_to(tunnels, 2, {.type = type});
        }
    }
}

TEST(TunnelFields, AreNoneOfAPacketThatComesOtherwise) {
    TunnelLab tunnels;
    tunnels.rules.add({.match = ends(true), .program = {output(1)}});
    tunnels.rules.add(
        {.match = {FIELD(tunnel_ipv6_src_low, 0), FIELD(in_port, 1)}, .program = {output(2)}});
    tunnels.add_end({.ipv6 = true});
    expect_to(tunnels, 1, {.ipv6 = true});
    EXPECT_EQ(tunnels.lab.run(1, k_tcp).to, 2U);
}

TEST(TunnelFields, TellControlMessages) {
    TunnelLab tunnels;
    tunnels.rules.add(
        {.match = {FIELD(tunnel_flags, BVS_FLOW_TUNNEL_OAM)}, .program = {output(1)}});
    tunnels.rules.add({.match = {FIELD(tunnel_flags, 0)}, .program = {output(2)}});
    tunnels.add_end(k_control);
    expect_to(tunnels, 1, k_control);
    expect_to(tunnels, 2, {.type = BVS_TUNNEL_GENEVE});
}

TEST(TunnelFields, HaveTheGroupPolicyWhereItIsKnown) {
    TunnelLab tunnels(2);
    tunnels.rules.add({.match = policy(0x1234, 0x48), .program = {output(1)}});
    tunnels.rules.add({.match = policy(0, 0), .program = {output(2)}});
    auto other = k_policy;
    other.key = 8;
    tunnels.add_end(k_policy, 3);
    tunnels.add_end(other, 4);
    know_policy(tunnels, 3);
    expect_to(tunnels, 1, k_policy);
    expect_to(tunnels, 2, {.group = 0x1234}); // without the bit that says that there is one
    expect_to(tunnels, 2, other);
}

TEST(TunnelFields, StayBehindAtAPatchPort) {
    TunnelLab tunnels(3);
    for (const std::uint32_t port : {4U, 5U}) {
        auto entry = tunnels.lab.maps().ports.get(port);
        entry.flags = BVS_PORT_UP | BVS_PORT_PATCH | BVS_PORT_PIPELINE;
        entry.peer = port ^ 1;
        tunnels.lab.maps().ports.set(port, entry);
    }
    tunnels.rules.add(
        {.match = {FIELD(in_port, 3), FIELD(tunnel_flags, 1)}, .program = {output(4)}});
    tunnels.rules.add(
        {.match = {FIELD(in_port, 5), FIELD(tunnel_flags, 0)}, .program = {output(2)}});
    tunnels.add_end(k_control);
    expect_to(tunnels, 2, k_control);
}

// Where things are in a packet that was wrapped.
Bytes part(const Bytes &packet, std::size_t at, std::size_t bytes) {
    return at + bytes <= packet.size() ? Bytes(packet.begin() + static_cast<long>(at),
                                               packet.begin() + static_cast<long>(at + bytes))
                                       : Bytes();
}
Bytes ends_of_ipv6(const Bytes &packet) {
    return part(packet, ETH_HLEN + 8, 32);
}
Bytes ends_of_ipv4(const Bytes &packet) {
    return part(packet, ETH_HLEN + 12, 8);
}
Bytes tunnel_header(const Bytes &packet) {
    return part(packet, ETH_HLEN + 20 + 8, 8);
}

PortSettings tunnel_port(bvs_tunnel_type type, unsigned flags) {
    return {.flags = BVS_PORT_UP | BVS_PORT_TUNNEL,
            .mtu = 65535,
            .tunnel = {.remote = flags & BVS_TUNNEL_REMOTE_FLOW ? bvs_address{}
                                                                : bvs_address_v4(0xc0000201),
                       .key = 7,
                       .flags = static_cast<__u16>(BVS_TUNNEL_DF | flags),
                       .dst_port = static_cast<__u16>(type == BVS_TUNNEL_VXLAN ? 4789 : 6081),
                       .type = static_cast<__u8>(type),
                       .ttl = 64}};
}

Program to_ipv6(std::uint64_t low) {
    return {load(FIELD(tunnel_ipv6_dst_high, k_prefix)), load(FIELD(tunnel_ipv6_dst_low, low))};
}

TEST(TunnelFields, SayWhereToSend) {
    const auto flags = BVS_TUNNEL_REMOTE_FLOW | BVS_TUNNEL_LOCAL_FLOW;
    Lab lab({{}, tunnel_port(BVS_TUNNEL_VXLAN, flags), {}, {}});
    Rules rules(lab);
    const auto v4 = load(FIELD(tunnel_dst, 0xc0000277));
    const Program from = {load(FIELD(tunnel_ipv6_src_high, k_prefix)),
                          load(FIELD(tunnel_ipv6_src_low, 0x99))};
    rules.add({.match = {FIELD(in_port, 1)}, .program = to_ipv6(0x77) + Program{output(2)}});
    rules.add({.match = {FIELD(in_port, 3)}, .program = to_ipv6(0x77) + from + Program{output(2)}});
    rules.add(
        {.match = {FIELD(in_port, 4)}, .program = to_ipv6(0x77) + from + Program{v4, output(2)}});
    for (int times = 0; times < 2; ++times) {
        EXPECT_EQ(ends_of_ipv6(lab.run(1, k_tcp).frame), ipv6_address(2) + ipv6_address(0x77));
        EXPECT_EQ(ends_of_ipv6(lab.run(3, k_tcp).frame), ipv6_address(0x99) + ipv6_address(0x77));
        EXPECT_EQ(ends_of_ipv4(lab.run(4, k_tcp).frame), (Bytes{192, 0, 2, 2, 192, 0, 2, 0x77}));
    }
}

TEST(TunnelFields, MustBeOfTheLocalAddressesFamily) {
    auto port = tunnel_port(BVS_TUNNEL_VXLAN, BVS_TUNNEL_REMOTE_FLOW);
    port.tunnel.local = bvs_address_v4(0xc0000202);
    Lab lab({{}, port});
    Rules rules(lab);
    rules.add({.program = to_ipv6(0x77) + Program{output(2)}});
    EXPECT_EQ(lab.run(1, k_tcp).verdict, TC_ACT_SHOT);
    EXPECT_EQ(lab.counters(2).drops[BVS_DROP_TUNNEL_REMOTE], 1U);
}

TEST(TunnelFields, BecomeAControlMessage) {
    Lab lab({{}, tunnel_port(BVS_TUNNEL_GENEVE, 0), tunnel_port(BVS_TUNNEL_VXLAN, 0), {}});
    Rules rules(lab);
    const auto control = load(FIELD(tunnel_flags, BVS_FLOW_TUNNEL_OAM));
    rules.add({.match = {FIELD(in_port, 1)}, .program = {control, output(2)}});
    rules.add({.match = {FIELD(in_port, 4)}, .program = {control, output(3)}});
    EXPECT_EQ(tunnel_header(lab.run(1, k_tcp).frame), (Bytes{0, 0x80, 0x65, 0x58, 0, 0, 7, 0}));
    EXPECT_EQ(tunnel_header(lab.run(4, k_tcp).frame), (Bytes{8, 0, 0, 0, 0, 0, 7, 0}));
}

TEST(TunnelFields, BecomeAGroupPolicyWhereItIsKnown) {
    Lab lab({{},
             tunnel_port(BVS_TUNNEL_VXLAN, BVS_TUNNEL_GBP),
             tunnel_port(BVS_TUNNEL_VXLAN, 0),
             {},
             {}});
    Rules rules(lab);
    const Program group = {load(FIELD(tunnel_gbp_id, 0x1234)), load(FIELD(tunnel_gbp_flags, 0xff))};
    rules.add({.match = {FIELD(in_port, 1)}, .program = group + Program{output(2)}});
    rules.add({.match = {FIELD(in_port, 4)}, .program = group + Program{output(3)}});
    rules.add({.match = {FIELD(in_port, 5)}, .program = {output(2)}});
    EXPECT_EQ(tunnel_header(lab.run(1, k_tcp).frame), (Bytes{0x88, 0x48, 0x12, 0x34, 0, 0, 7, 0}));
    for (const std::uint32_t port : {4U, 5U})
        EXPECT_EQ(tunnel_header(lab.run(port, k_tcp).frame), (Bytes{8, 0, 0, 0, 0, 0, 7, 0}));
}

} // namespace
