// SPDX-License-Identifier: Apache-2.0
#include "switch/compile/entries.h"

#include <gtest/gtest.h>

namespace bvs::compile {
namespace {

const Place k_place = {.port = 7, .bridge = 3, .ofport = 12};
const Netdev k_netdev = {.ifindex = 42, .up = true, .mtu = 1500, .peer_mac = 0x020000000001};

Port compile(const model::Interface &interface, const model::Bridge &bridge = {.name = "br0"},
             const Netdev &netdev = k_netdev) {
    return compile_port(interface, bridge, k_place, netdev);
}

TEST(PortEntry, SaysWhichNetdevIsWhichPort) {
    const auto port = compile({.name = "eth0", .bridge = "br0"});
    EXPECT_EQ(port.number, 7u);
    EXPECT_EQ(port.entry.ifindex, 42u);
    EXPECT_EQ(port.entry.bridge, 3);
    EXPECT_EQ(port.entry.ofport, 12u);
    EXPECT_EQ(port.entry.flags, BVS_PORT_UP);
    EXPECT_EQ(port.entry.max_frame, 1518u);
    EXPECT_EQ(port.entry.peer_mac, 0x020000000001u);
    EXPECT_EQ(port.entry.mac_limit, 8192u);
    EXPECT_EQ(port.entry.next, 0u);
    EXPECT_EQ(name_of(port.entry), "eth0");
}

TEST(PortEntry, WithoutNetdevNobodyIsThere) {
    const auto port = compile({.name = "eth0"}, {.name = "br0"}, {.up = true, .xdp = true});
    EXPECT_EQ(port.entry.ifindex, 0u);
    EXPECT_EQ(port.entry.flags & BVS_PORT_UP, 0);
    EXPECT_FALSE(port.xdp);
    EXPECT_EQ(port.entry.bridge, 3) << "the port keeps its place";
}

TEST(PortEntry, OfAPatchPortNamesItsPeer) {
    const model::Interface patch = {.name = "p", .device = model::Device::patch, .peer = "q"};
    auto place = k_place;
    place.peer = 8;
    const auto port = compile_port(patch, {.name = "br0"}, place, k_netdev);
    EXPECT_EQ(port.entry.flags, BVS_PORT_UP | BVS_PORT_PATCH);
    EXPECT_EQ(port.entry.peer, 8u);
    EXPECT_EQ(port.entry.ifindex, 42u);
    EXPECT_EQ(port.netdev(), 0u) << "that is the onward device's";
    EXPECT_EQ(port.tunnel.type, 0);
}

TEST(PortEntry, OfATunnelSaysHowToWrapAndWhatComesIn) {
    const model::Interface tunnel = {
        .name = "t",
        .device = model::Device::tunnel,
        .tunnel = model::Tunnel{.type = BVS_TUNNEL_GENEVE,
                                .remote = {.fixed = model::IpAddress::v4(0xc0000201)},
                                .dst_port = 6081}};
    const auto port = compile(tunnel);
    EXPECT_EQ(port.entry.flags, BVS_PORT_UP | BVS_PORT_TUNNEL);
    EXPECT_EQ(port.tunnel.type, BVS_TUNNEL_GENEVE);
    EXPECT_EQ(port.end.type, BVS_TUNNEL_GENEVE);
    EXPECT_EQ(port.end.dst_port, 6081);
}

TEST(PortEntry, ALongNameBecomesOneOfItsOwn) {
    EXPECT_EQ(stored_name("a-name-of-15-ch"), "a-name-of-15-ch");
    const std::string one = "patch-br-int-to-provnet-1", two = "patch-br-int-to-provnet-2";
    EXPECT_LT(stored_name(one).size(), std::size_t{BVS_NAME_LEN});
    EXPECT_NE(stored_name(one), stored_name(two));
    EXPECT_TRUE(stored_name(one).starts_with("patch-%"));
    EXPECT_EQ(name_of(compile({.name = one}).entry), stored_name(one));
}

TEST(PortEntry, TellsOfItsBridge) {
    model::Bridge bridge{
        .name = "br0", .mac_table_size = 100, .forward_bpdu = true, .snoops = true};
    bridge.flood_vlans.set(5);
    const auto port = compile({.name = "eth0"}, bridge);
    EXPECT_EQ(port.entry.flags,
              BVS_PORT_UP | BVS_PORT_FORWARD_BPDU | BVS_PORT_SNOOPED | BVS_PORT_FLOOD_VLANS);
    EXPECT_EQ(port.entry.mac_limit, 100u);
    EXPECT_EQ(compile({.name = "eth0", .mac_limit = 9}, bridge).entry.mac_limit, 9u);
}

TEST(PortEntry, TellsOfVlans) {
    model::Interface interface{.name = "eth0"};
    interface.vlan = {.mode = BVS_VLAN_NATIVE_UNTAGGED,
                      .tag = 10,
                      .list = model::to_vlan_set({1, 64, 4095}),
                      .priority_tags = BVS_PRIORITY_TAGS_ALWAYS};
    const auto port = compile(interface);
    EXPECT_EQ(port.entry.vlan_mode, BVS_VLAN_NATIVE_UNTAGGED);
    EXPECT_EQ(port.entry.tag, 10);
    EXPECT_EQ(port.entry.priority_tags, BVS_PRIORITY_TAGS_ALWAYS);
    EXPECT_EQ(port.entry.vlan_flags, BVS_VLAN_LISTED);
    EXPECT_EQ(port.entry.tunnel_tpid, 0);
    EXPECT_EQ(port.vlans.word[0], 2u);
    EXPECT_EQ(port.vlans.word[1], 1u);
    EXPECT_EQ(port.vlans.word[63], 1ULL << 63);
}

TEST(PortEntry, TellsOfTheDscpOfQueuesWhereThereIsANetdev) {
    model::Interface interface{.name = "eth0", .queue_dscp = {{1, 46}}};
    EXPECT_EQ(compile(interface).entry.flags, BVS_PORT_UP | BVS_PORT_QUEUE_DSCP);
    EXPECT_EQ(compile(interface).queue_dscp, interface.queue_dscp);
    interface.bonded = true;
    EXPECT_EQ(compile(interface).entry.flags, BVS_PORT_UP | BVS_PORT_QUEUE_DSCP | BVS_PORT_MEMBER);
    EXPECT_EQ(compile_bond(interface, {.name = "br0"}, k_place, 1).entry.flags, BVS_PORT_BOND);
    interface = {.name = "p", .device = model::Device::patch, .queue_dscp = {{1, 46}}};
    EXPECT_EQ(compile(interface).entry.flags, BVS_PORT_UP | BVS_PORT_PATCH);
    EXPECT_TRUE(compile(interface).queue_dscp.empty());
}

TEST(PortEntry, TellsOfTunnels) {
    model::Interface interface{.name = "eth0"};
    interface.vlan = {.mode = BVS_VLAN_DOT1Q_TUNNEL, .tag = 10, .tunnel_tpid = 0x8100};
    EXPECT_EQ(compile(interface).entry.tunnel_tpid, 0x8100);
    EXPECT_EQ(compile(interface).entry.vlan_flags, 0);
}

TEST(BridgeEntry, HasNoPortsAtFirst) {
    model::Bridge bridge{.name = "br0", .mac_table_size = 77};
    bridge.flood_vlans.set(65);
    const auto entry = compile_bridge(bridge);
    EXPECT_EQ(entry.first_port, 0u);
    EXPECT_EQ(entry.mac_limit, 77u);
    EXPECT_EQ(entry.flood_vlans.word[1], 2u);
    EXPECT_EQ(name_of(entry), "br0");
}

TEST(Names, MayFillTheirPlace) {
    EXPECT_EQ(name_of(compile({.name = "fifteen-letters"}).entry), "fifteen-letters");
}

} // namespace
} // namespace bvs::compile
