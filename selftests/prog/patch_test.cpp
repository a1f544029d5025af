// SPDX-License-Identifier: Apache-2.0
//
// Patch ports: what is sent to one comes in at its peer, in the same run of the program.
#include "selftests/fixture/rules.h"
#include "selftests/prog/headers.h"

#include <gtest/gtest.h>
#include <linux/in.h>
#include <linux/pkt_cls.h>

using namespace bvs::fixture;

namespace {

const auto k_tcp = Frame{.type = ETH_P_IP, .payload = ipv4(IPPROTO_TCP, tcp(2))}.bytes();
const auto k_to_9 =
    Frame{.dst = mac(9), .type = ETH_P_IP, .payload = ipv4(IPPROTO_TCP, tcp(2))}.bytes();

PortSettings patch(std::uint16_t bridge, std::uint32_t peer, PortSettings settings = {}) {
    settings.bridge = bridge;
    settings.peer = peer;
    settings.flags |= BVS_PORT_PATCH;
    settings.mtu = 65535;
    return settings;
}

void expect_counted(Lab &lab, std::uint32_t port, std::uint64_t rx, std::uint64_t tx) {
    const auto c = lab.counters(port);
    EXPECT_EQ(c.rx_packets, rx) << "port " << port;
    EXPECT_EQ(c.rx_bytes, rx * k_tcp.size()) << "port " << port;
    EXPECT_EQ(c.tx_packets, tx) << "port " << port;
    EXPECT_EQ(c.tx_bytes, tx * k_tcp.size()) << "port " << port;
}

// Ports 1 and 2 of bridges 1 and 2, which are joined by 3 and 4.
std::vector<PortSettings> two_bridges() {
    return {{.bridge = 1}, {.bridge = 2}, patch(1, 4), patch(2, 3)};
}

TEST(Patch, JoinsTwoBridges) {
    Lab lab(two_bridges());
    EXPECT_EQ(lab.send(1, k_tcp), each({2}, k_tcp));
    expect_counted(lab, 1, 1, 0);
    expect_counted(lab, 3, 0, 1);
    expect_counted(lab, 4, 1, 0);
    expect_counted(lab, 2, 0, 1);
    EXPECT_EQ(lab.counters(4).normal_packets, 1U);
}

TEST(Patch, IsLearnedBehindLikeAnyPort) {
    Lab lab({{.bridge = 1}, {.bridge = 2}, patch(1, 4), patch(2, 3), {.bridge = 2}});
    const auto there = Frame{.dst = mac(2), .src = mac(1)}.bytes();
    const auto back = Frame{.dst = mac(1), .src = mac(2)}.bytes();
    EXPECT_EQ(lab.send(1, there), each({2, 5}, there));
    EXPECT_EQ(lab.send(2, back), each({1}, back));
    EXPECT_EQ(lab.send(1, there), each({2}, there));
}

TEST(Patch, HasTheVlanModeOfEachEnd) {
    Lab lab({{.bridge = 1, .mode = BVS_VLAN_ACCESS, .tag = 10},
             {.bridge = 2},
             patch(1, 4, {.vlans = {10}}),
             patch(2, 3, {.mode = BVS_VLAN_NATIVE_UNTAGGED, .tag = 20})});
    EXPECT_EQ(lab.send(1, k_tcp), each({2}, Frame{.tags = {{ETH_P_8021Q, 10}},
                                                  .type = ETH_P_IP,
                                                  .payload = ipv4(IPPROTO_TCP, tcp(2))}
                                                .bytes()));
    EXPECT_EQ(lab.send(2, k_tcp), Delivery{}); // VLAN 20 there, none here
    EXPECT_EQ(lab.counters(3).drops[BVS_DROP_INPUT_VLAN], 1U);
}

TEST(Patch, LeadsFromRulesToRules) {
    Lab lab({{}, {}, patch(1, 4), patch(1, 3)});
    Rules rules(lab);
    const auto metadata = load(FIELD(metadata, 7));
    const auto mark = load(FIELD(pkt_mark, 5)), tunnel = load(FIELD(tunnel_id, 6)),
               control = load(FIELD(tunnel_flags, 1));
    const auto out = rules.add(
        {.match = {FIELD(in_port, 1)},
         .program = {metadata, mark, tunnel, control, load(FIELD(eth_dst, mac(9))), output(3)}});
    const auto in =
        rules.add({.match = {FIELD(in_port, 4), FIELD(metadata, 0), FIELD(pkt_mark, 5),
                             FIELD(tunnel_id, 0), FIELD(tunnel_flags, 0), FIELD(eth_dst, mac(9))},
                   .program = {output(2)}});
    for (int i = 0; i < 2; ++i) // the second time from the cache
        EXPECT_EQ(lab.send(1, k_tcp), each({2}, k_to_9));
    EXPECT_EQ(rules.packets(out), 2U);
    EXPECT_EQ(rules.packets(in), 2U);
    expect_counted(lab, 3, 0, 2);
    expect_counted(lab, 4, 2, 0);
}

TEST(Patch, IsOneInPortAmongOthersToRules) {
    Lab lab(two_bridges());
    Rules rules(lab);
    rules.add({.match = {FIELD(in_port, 3)}, .program = {output(1)}});
    EXPECT_EQ(lab.send(2, k_tcp), each({1}, k_tcp));
    expect_counted(lab, 4, 0, 1);
    expect_counted(lab, 3, 1, 0);
}

// Bridge n has ports 2n - 1 and 2n; the latter leads to the next bridge, but for the last.
std::vector<PortSettings> chain(std::uint16_t bridges) {
    std::vector<PortSettings> ports;
    for (std::uint16_t bridge = 1; bridge <= bridges; ++bridge) {
        const std::uint32_t first = bridge * 2 - 1, second = bridge * 2;
        ports.push_back(bridge == 1 ? PortSettings{} : patch(bridge, first - 1));
        ports.push_back(bridge == bridges ? PortSettings{.bridge = bridge}
                                          : patch(bridge, second + 1));
    }
    return ports;
}

TEST(Patch, ChainsAsLongAsTheyMayBe) {
    Lab lab(chain(BVS_MOST_PATCHES));
    const std::uint32_t last = BVS_MOST_PATCHES * 2;
    EXPECT_EQ(lab.send(1, k_tcp), each({last}, k_tcp));
    for (std::uint32_t port = 2; port < last; ++port)
        expect_counted(lab, port, port % 2, 1 - port % 2);
    EXPECT_EQ(lab.send(last, k_to_9), each({1}, k_to_9));
}

// A patch port and its peer in one bridge, where the rules send all to the former.
TEST(Patch, LoopIsCut) {
    Lab lab({{}, {}, patch(1, 4), patch(1, 3)});
    Rules rules(lab);
    const auto rule = rules.add({.program = {output(3)}});
    EXPECT_EQ(lab.run(1, k_tcp).verdict, TC_ACT_SHOT);
    EXPECT_EQ(rules.packets(rule), 1U + BVS_MOST_PATCHES);
    EXPECT_EQ(lab.counters(4).rx_packets, BVS_MOST_PATCHES);
    EXPECT_EQ(lab.counters(4).drops[BVS_DROP_PATCH_DEPTH], 1U);
    EXPECT_EQ(lab.run(1, k_tcp).verdict, TC_ACT_SHOT); // it leaves nothing behind
    EXPECT_EQ(rules.packets(rule), 2U + 2 * BVS_MOST_PATCHES);
}

} // namespace
