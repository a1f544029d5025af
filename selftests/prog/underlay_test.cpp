// SPDX-License-Identifier: Apache-2.0
//
// Packets for tunnels of ours: the inner frame comes in at the tunnel port as it was sent, whatever
// it was wrapped in; what is not for a tunnel stays the host's, and what is wrong ends.
#include "selftests/prog/headers.h"
#include "selftests/prog/packet.h"
#include "selftests/prog/tunnel_lab.h"

#include <gtest/gtest.h>
#include <linux/icmp.h>
#include <linux/in.h>
#include <linux/pkt_cls.h>

using namespace bvs::fixture;

namespace {

const auto k_tcp = Frame{.type = ETH_P_IP, .payload = ipv4(IPPROTO_TCP, tcp(2))}.bytes();

std::string name_of(const Outer &outer) {
    return fmt::format("type {}, IPv{}, flags {:x}", static_cast<int>(outer.type),
                       outer.ipv6 ? 6 : 4, outer.flags);
}

// Both of the ports get the frame, and it counts as the inner frame.
void expect_inner(TunnelLab &tunnels, const Bytes &packet, const Bytes &frame) {
    const auto before = tunnels.counters(3);
    const auto run = tunnels.run(packet);
    EXPECT_EQ(run.verdict, TC_ACT_REDIRECT);
    EXPECT_EQ(run.to, 2U);
    EXPECT_EQ(run.copies, each({1}, frame));
    const auto after = tunnels.counters(3);
    EXPECT_EQ(after.rx_packets - before.rx_packets, 1U);
    EXPECT_EQ(after.rx_bytes - before.rx_bytes, frame.size());
}

// Tunnels whose frames go to both ports.
class ToBoth : public TunnelLab {
  public:
    explicit ToBoth(const Outer &like) {
        rules.add({.program = {output(1), output(2)}});
        add_end(like);
    }
};

TEST(Underlay, BringsTheInnerFrame) {
    const std::vector<std::vector<bvs_vlan_tag>> each_tags = {
        {}, {{ETH_P_8021Q, 0x600a}}, {{ETH_P_8021AD, 20}, {ETH_P_8021Q, 10}}};
    for (const auto &outer : each_outer()) {
        ToBoth tunnels(outer);
        for (const auto &tags : each_tags) {
            SCOPED_TRACE(fmt::format("{}, {} tags", name_of(outer), tags.size()));
            for (const auto &frame :
                 {Packet{.tags = tags}.bytes(),
                  Packet{.tags = tags, .ipv6 = true, .from = ipv6_address(1), .to = ipv6_address(2)}
                      .bytes(),
                  Frame{.tags = tags, .type = ETH_P_ARP, .payload = arp()}.bytes(),
                  Frame{.tags = tags, .payload = Bytes(1500, 0xa5)}.bytes()})
                expect_inner(tunnels, outer.around(frame), frame);
        }
    }
}

// Shorter than what the kernel leaves behind an Ethernet header.
TEST(Underlay, BringsShortFrames) {
    for (const auto &outer : each_outer()) {
        ToBoth tunnels(outer);
        for (std::size_t size = 0; size <= 44; ++size) {
            SCOPED_TRACE(fmt::format("{}, {} bytes", name_of(outer), size));
            Bytes payload(size);
            for (std::size_t i = 0; i < size; ++i)
                payload[i] = static_cast<std::uint8_t>(0x81 + i);
            const auto frame = Frame{.payload = payload}.bytes();
            expect_inner(tunnels, outer.around(frame), frame);
        }
    }
}

TEST(Underlay, TakesWhatIsToBeTolerated) {
    const Bytes record_route = {7, 15, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    const Bytes options = {1, 2, 0x70, 1, 0, 0, 0, 7, 1, 2, 1, 0};
    for (const auto &outer : {
             Outer{.ip_options = record_route},
             Outer{.type = BVS_TUNNEL_GRE, .ip_options = Bytes(40, 1)},
             Outer{.ttl = 1},
             Outer{.fragment = 0x4000}, // may not be fragmented
             Outer{.flags = 0x8000, .group = 77},
             Outer{.flags = 0xf7ff, .group = 0xffff},
             Outer{.type = BVS_TUNNEL_GENEVE, .options = options},
             Outer{.type = BVS_TUNNEL_GENEVE, .ip_options = Bytes(40, 1), .options = Bytes(252)},
             Outer{.type = BVS_TUNNEL_GENEVE, .ipv6 = true, .options = Bytes(252)},
             Outer{.type = BVS_TUNNEL_GRE, .flags = k_gre_sequence},
             Outer{.type = BVS_TUNNEL_GRE, .flags = k_gre_checksum},
             Outer{.type = BVS_TUNNEL_GRE,
                   .ipv6 = true,
                   .flags = k_gre_checksum | k_gre_key | k_gre_sequence},
             Outer{.type = BVS_TUNNEL_GRE, .flags = 0x03f8}, // reserved
             Outer{.src_port = 0},
             Outer{.dst_port = 8472},
         }) {
        SCOPED_TRACE(name_of(outer));
        ToBoth tunnels(outer);
        expect_inner(tunnels, outer.around(k_tcp), k_tcp);
    }
}

TEST(Underlay, TakesPaddingAway) {
    for (const auto &outer : each_outer()) {
        ToBoth tunnels(outer);
        SCOPED_TRACE(name_of(outer));
        expect_inner(tunnels, outer.around(k_tcp) + Bytes(10, 0xa5), k_tcp);
    }
}

TEST(Underlay, TakesAnySumOfUdp) {
    ToBoth tunnels({});
    auto packet = Outer().around(k_tcp);
    put(packet, ETH_HLEN + 20 + 6, {0xab, 0xcd});
    expect_inner(tunnels, packet, k_tcp);
}

TEST(Underlay, ShowsTheTunnelToRules) {
    for (const auto &outer : each_outer()) {
        SCOPED_TRACE(name_of(outer));
        TunnelLab tunnels;
        const auto rule = tunnels.rules.add(
            {.match = {FIELD(in_port, 3),
                       FIELD(tunnel_id, outer.type != BVS_TUNNEL_GRE || outer.flags ? 7 : 0),
                       FIELD(tunnel_src, outer.ipv6 ? 0 : 0xc0000201),
                       FIELD(tunnel_dst, outer.ipv6 ? 0 : 0xc0000202)},
             .program = {output(1)}});
        tunnels.add_end(outer, 3,
                        BVS_PRECISION_ANY_KEY | BVS_PRECISION_ANY_REMOTE | BVS_PRECISION_ANY_LOCAL);
        EXPECT_EQ(tunnels.run(outer.around(k_tcp)).to, 1U);
        EXPECT_EQ(tunnels.rules.packets(rule), 1U);
    }
}

TEST(Underlay, HasTheKeyOfEachPacketInTheFlow) {
    TunnelLab tunnels;
    tunnels.rules.add({.match = {FIELD(tunnel_id, 0xffffff)}, .program = {output(1)}});
    tunnels.rules.add({.match = {FIELD(tunnel_id, 0xfffffe)}, .program = {output(2)}});
    tunnels.add_end({}, 3, BVS_PRECISION_ANY_KEY);
    for (int times = 0; times < 2; ++times) {
        EXPECT_EQ(tunnels.run(Outer{.key = 0xffffff}.around(k_tcp)).to, 1U);
        EXPECT_EQ(tunnels.run(Outer{.key = 0xfffffe}.around(k_tcp)).to, 2U);
    }
}

// Each precision has a port, and once it is gone the next one gets the packet.
TEST(Underlay, PrefersTheMorePreciseEnd) {
    const std::uint32_t most = BVS_PRECISIONS - 1;
    for (std::uint32_t first = 0; first <= most; ++first) {
        TunnelLab tunnels(BVS_PRECISIONS);
        for (std::uint32_t precision = first; precision <= most; ++precision)
            tunnels.add_end({}, 3 + precision, precision);
        tunnels.run(Outer().around(k_tcp));
        for (std::uint32_t precision = 0; precision <= most; ++precision)
            EXPECT_EQ(tunnels.counters(3 + precision).rx_packets, precision == first ? 1U : 0U)
                << "precision " << precision << " of those from " << first;
    }
}

TEST(Underlay, TakesAnEndByEachOfItsFields) {
    TunnelLab tunnels;
    tunnels.add_end({});
    tunnels.add_local(Outer{.to = {192, 0, 2, 9}}.local());
    for (const auto &other :
         {Outer{.key = 8}, Outer{.from = {192, 0, 2, 8}}, Outer{.to = {192, 0, 2, 9}}})
        EXPECT_EQ(tunnels.run(other.around(k_tcp)).verdict, TC_ACT_SHOT);
    EXPECT_EQ(tunnels.counters(0).drops[BVS_DROP_TUNNEL_KEY], 3U);
    EXPECT_EQ(tunnels.counters(3).rx_packets, 0U);
}

// Of the tags that the kernel has taken off the outer frame, one with a VLAN is for that VLAN's
// netdev; one with but a priority is for us, and does not stay with the inner frame.
TEST(Underlay, LooksAtTheOuterTag) {
    for (const auto &outer : each_outer())
        for (const std::uint16_t inner : {0, 10}) {
            SCOPED_TRACE(fmt::format("{}, inner VLAN {}", name_of(outer), inner));
            ToBoth tunnels(outer);
            auto frame = Packet().bytes();
            if (inner)
                frame = Packet{.tags = {{ETH_P_8021Q, inner}}}.bytes();
            auto of_vlan = outer, of_priority = outer;
            of_vlan.tags = {{ETH_P_8021Q, 20}};
            of_priority.tags = {{ETH_P_8021Q, 0xe000}};
            EXPECT_EQ(
                tunnels.lab.send_underlay({of_vlan.around(frame), of_priority.around(frame)}, 2),
                each({1, 2}, frame));
            EXPECT_EQ(tunnels.counters(3).rx_packets, 1U);
        }
}

// A CPU remembers whose packets are until what the daemon says has changed.
TEST(Underlay, FollowsTheDaemonAtOnce) {
    Lab lab({{},
             {},
             {.flags = BVS_PORT_UP | BVS_PORT_TUNNEL},
             {.flags = BVS_PORT_UP | BVS_PORT_TUNNEL}});
    lab.add_static(1, mac(1));
    const auto end = bvs_tunnel_end{.remote = Outer().remote(),
                                    .local = Outer().local(),
                                    .key = Outer().key,
                                    .dst_port = 4789,
                                    .type = BVS_TUNNEL_VXLAN};
    const auto packet = Outer().around(Frame{.dst = mac(1), .src = mac(9)}.bytes());
    auto &maps = lab.maps();
    EXPECT_EQ(lab.run_underlay(packet).verdict, TC_ACT_UNSPEC);
    ASSERT_TRUE(maps.local_addresses.set(end.local, 1));
    for (const std::uint32_t port : {3U, 4U}) {
        ASSERT_TRUE(maps.tunnel_ends.set(end, port));
        EXPECT_EQ(lab.run_underlay(packet).to, 1U);
        EXPECT_EQ(lab.counters(port).rx_packets, 1U);
    }
    ASSERT_TRUE(maps.local_addresses.set(end.remote, 1));
    EXPECT_EQ(lab.run_underlay(packet).verdict, TC_ACT_SHOT);
    ASSERT_TRUE(maps.local_addresses.erase(end.remote));
    EXPECT_EQ(lab.run_underlay(packet).to, 1U);
    ASSERT_TRUE(maps.local_addresses.erase(end.local));
    EXPECT_EQ(lab.run_underlay(packet).verdict, TC_ACT_UNSPEC);
    EXPECT_TRUE(maps.tunnel_ends.erase(end));
}

// In a bridge without rules, of which most tunnel ports are.
TEST(Underlay, LearnsBehindTheTunnel) {
    Lab lab({{}, {}, {.flags = BVS_PORT_UP | BVS_PORT_TUNNEL}});
    const auto end =
        bvs_tunnel_end{.dst_port = 4789, .type = BVS_TUNNEL_VXLAN, .precision = BVS_PRECISIONS - 1};
    ASSERT_TRUE(lab.maps().tunnel_ends.set(end, 3));
    ASSERT_TRUE(lab.maps().local_addresses.set(Outer().local(), 1));
    lab.add_static(1, mac(1));
    EXPECT_EQ(lab.run_underlay(Outer().around(Frame{.dst = mac(1), .src = mac(9)}.bytes())).to, 1U);
    const auto found = lab.maps().fdb.find(1, mac(9), 0);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->port, 3U);
    EXPECT_TRUE(lab.maps().tunnel_ends.erase(end));
    EXPECT_TRUE(lab.maps().local_addresses.erase(Outer().local()));
}

} // namespace
