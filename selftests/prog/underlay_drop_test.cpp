// SPDX-License-Identifier: Apache-2.0
//
// What comes from the underlay and is no good: left to the host as it was if it is not for a tunnel
// of ours, else ended under its name.
#include "selftests/fuzz/datapath/native_outer.h"
#include "selftests/prog/headers.h"
#include "selftests/prog/packet.h"
#include "selftests/prog/tunnel_lab.h"

#include <gtest/gtest.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/pkt_cls.h>

using namespace bvs::fixture;

namespace {

const auto k_tcp = Frame{.type = ETH_P_IP, .payload = ipv4(IPPROTO_TCP, tcp(2))}.bytes();
constexpr unsigned k_any =
    BVS_PRECISION_ANY_LOCAL | BVS_PRECISION_ANY_REMOTE | BVS_PRECISION_ANY_KEY;

Outer over_ipv6(Outer outer) {
    outer.ipv6 = true;
    return outer;
}

// Listening to everything: tunnels of each type, with any key from anywhere.
class UnderlayDrop : public testing::Test {
  protected:
    UnderlayDrop() {
        tunnels_.rules.add({.program = {output(1)}});
        for (const auto type : {BVS_TUNNEL_GRE, BVS_TUNNEL_VXLAN, BVS_TUNNEL_GENEVE})
            for (const bool ipv6 : {false, true})
                tunnels_.add_end({.type = type, .ipv6 = ipv6}, 3, k_any);
    }

    void expect_host(const Bytes &packet) {
        const auto run = tunnels_.run(packet);
        EXPECT_EQ(run.verdict, TC_ACT_UNSPEC);
        EXPECT_EQ(run.frame, packet);
        expect_counted(BVS_DROP_N, 0, 0);
    }

    void expect_drop(const Bytes &packet, bvs_drop_reason reason, std::uint32_t port = 0,
                     std::uint32_t gso_size = 0) {
        EXPECT_EQ(tunnels_.run(packet, gso_size).verdict, TC_ACT_SHOT);
        expect_counted(reason, port, 1);
    }

    TunnelLab tunnels_;

  private:
    // Since the last time.
    void expect_counted(bvs_drop_reason reason, std::uint32_t port, std::uint64_t n) {
        for (const std::uint32_t p : {0U, 3U}) {
            const auto counters = tunnels_.counters(p);
            for (int r = 0; r < BVS_DROP_N; ++r)
                EXPECT_EQ(counters.drops[r], p == port && r == reason ? n : 0U)
                    << "port " << p << ", reason " << r;
            EXPECT_TRUE(tunnels_.lab.maps().port_counters.clear(p));
        }
    }
};

TEST_F(UnderlayDrop, NotWhatIsForNoTunnel) {
    const auto good = Outer().around(k_tcp);
    for (const auto &other : {
             Outer{.dst_port = 4790},
             Outer{.type = BVS_TUNNEL_GRE, .protocol = ETH_P_IP},
             Outer{.type = BVS_TUNNEL_GRE, .flags = 1, .protocol = 0x880b}, // PPTP
             Outer{.to = {192, 0, 2, 3}},
             Outer{.to = {224, 0, 0, 1}},
             Outer{.ipv6 = true, .to = ipv6_address(3)},
             // Looks like our IPv4 address.
             Outer{.ipv6 = true, .to = Bytes(10) + Bytes{0xff, 0xff, 192, 0, 2, 2}},
             Outer{.dst = mac(7)},
             Outer{.tags = {{ETH_P_8021Q, 10}}},
         })
        expect_host(other.around(k_tcp));
    expect_host(k_tcp);
    expect_host(Frame{.type = ETH_P_ARP, .payload = arp()}.bytes());
    expect_host(Frame{.dst = 0, .type = ETH_P_IPV6, .payload = ipv6(IPPROTO_TCP, tcp(2))}.bytes());
    for (std::size_t size = ETH_HLEN + 20; size < ETH_HLEN + 20 + 8; ++size)
        expect_host({good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size)});
}

TEST_F(UnderlayDrop, NotFragmentsNorWhatTheHostHasToUnderstandFirst) {
    expect_host(Outer{.fragment = 0x2000}.around(k_tcp));
    expect_host(Outer{.fragment = 1}.around(k_tcp));
    const auto whole = over_ipv6({}).around(k_tcp);
    for (const auto &[type, header] : {std::pair{IPPROTO_FRAGMENT, fragment(IPPROTO_UDP, 1)},
                                       std::pair{IPPROTO_DSTOPTS, extension(IPPROTO_UDP, 8)}}) {
        auto packet = Bytes(whole.begin(), whole.begin() + ETH_HLEN + 40) + header +
                      Bytes(whole.begin() + ETH_HLEN + 40, whole.end());
        packet[ETH_HLEN + 6] = static_cast<std::uint8_t>(type);
        expect_host(packet);
    }
}

TEST_F(UnderlayDrop, NotADamagedIpHeader) {
    const auto good = Outer{.ip_options = Bytes(8, 1)}.around(k_tcp);
    for (std::size_t at = 0; at < 28; ++at) {
        auto packet = good;
        packet[ETH_HLEN + at] ^= 0x10;
        expect_host(packet);
    }
}

TEST_F(UnderlayDrop, OfAWrongTunnelHeader) {
    const std::uint16_t critical = 0x40;
    for (const auto &bad : {
             Outer{.flags = 0x0800}, // no VNI
             Outer{.type = BVS_TUNNEL_GENEVE, .flags = 0x4000},
             Outer{.type = BVS_TUNNEL_GENEVE, .flags = critical},
             Outer{.type = BVS_TUNNEL_GENEVE, .protocol = ETH_P_IP},
             Outer{.type = BVS_TUNNEL_GENEVE, .flags = 0x3f00}, // options beyond the packet
             Outer{.type = BVS_TUNNEL_GRE, .flags = 1},
             Outer{.type = BVS_TUNNEL_GRE, .flags = 0x4000},
             Outer{.type = BVS_TUNNEL_GRE, .flags = 0x0800},
             Outer{.type = BVS_TUNNEL_GRE, .flags = 0x0400},
         }) {
        expect_drop(bad.around(k_tcp), BVS_DROP_TUNNEL_HEADER);
        expect_drop(over_ipv6(bad).around(k_tcp), BVS_DROP_TUNNEL_HEADER);
    }
}

TEST_F(UnderlayDrop, OfAWrongLength) {
    for (const auto &bad : {
             Outer{.ip_length = 1},
             Outer{.type = BVS_TUNNEL_GRE, .ip_length = 1},
             Outer{.ip_length = -1}, // so UDP has more than IP
             Outer{.udp_length = 1},
             Outer{.udp_length = -1000},
             Outer{.type = BVS_TUNNEL_GENEVE,
                   .udp_length = 7 - 8 - 8 - static_cast<int>(k_tcp.size())},
         }) {
        expect_drop(bad.around(k_tcp), BVS_DROP_TUNNEL_HEADER);
        expect_drop(over_ipv6(bad).around(k_tcp), BVS_DROP_TUNNEL_HEADER);
    }
}

// Wherever it ends, behind what tells that it is for a tunnel.
TEST_F(UnderlayDrop, OfACutHeader) {
    for (const bool ipv6 : {false, true})
        for (const auto &outer :
             {Outer{.type = BVS_TUNNEL_VXLAN, .ipv6 = ipv6},
              Outer{.type = BVS_TUNNEL_GENEVE, .ipv6 = ipv6, .options = Bytes(16)},
              Outer{.type = BVS_TUNNEL_GRE,
                    .ipv6 = ipv6,
                    .flags = k_gre_checksum | k_gre_key | k_gre_sequence}}) {
            const auto packet = outer.around({});
            const std::size_t told = ETH_HLEN + (ipv6 ? 40 : 20) + (outer.port() ? 8 : 4);
            for (auto size = told; size < packet.size(); ++size)
                expect_drop({packet.begin(), packet.begin() + static_cast<std::ptrdiff_t>(size)},
                            BVS_DROP_TUNNEL_HEADER);
        }
}

TEST_F(UnderlayDrop, OfAnAddressThatNobodySendsFrom) {
    for (const auto &from :
         {Bytes{0, 0, 0, 0}, Bytes{127, 0, 0, 1}, Bytes{127, 255, 0, 1}, Bytes{224, 0, 0, 5},
          Bytes{239, 1, 2, 3}, Bytes{255, 255, 255, 255}, Bytes{192, 0, 2, 2}})
        expect_drop(Outer{.from = from}.around(k_tcp), BVS_DROP_TUNNEL_MARTIAN);
    for (const auto &from : {Bytes(16), Bytes(15) + Bytes{1}, Bytes{0xff, 2} + Bytes(14),
                             ipv6_address(2), Bytes(10) + Bytes{0xff, 0xff, 192, 0, 2, 1}})
        expect_drop(Outer{.ipv6 = true, .from = from}.around(k_tcp), BVS_DROP_TUNNEL_MARTIAN);
}

TEST_F(UnderlayDrop, OfAnUnknownKey) {
    TunnelLab tunnels;
    tunnels.add_end({.dst_port = 4000});
    EXPECT_EQ(tunnels.run(Outer{.key = 8, .dst_port = 4000}.around(k_tcp)).verdict, TC_ACT_SHOT);
    EXPECT_EQ(tunnels.counters(0).drops[BVS_DROP_TUNNEL_KEY], 1U);
}

TEST_F(UnderlayDrop, OfAnInnerRunt) {
    for (std::size_t size = 0; size < ETH_HLEN; ++size)
        for (const auto type : {BVS_TUNNEL_GRE, BVS_TUNNEL_VXLAN, BVS_TUNNEL_GENEVE})
            for (const bool ipv6 : {false, true})
                expect_drop(Outer{.type = type, .ipv6 = ipv6}.around(Bytes(size)), BVS_DROP_RUNT,
                            3);
    tunnels_.run(Outer().around(Bytes(5)));
    EXPECT_EQ(tunnels_.counters(3).rx_packets, 1U);
    EXPECT_EQ(tunnels_.counters(3).rx_bytes, 5U);
}

// Of a super-frame that says nothing of its segments' protocol.
TEST_F(UnderlayDrop, OfWhatTheKernelCannotTakeOff) {
    expect_drop(Outer().around(k_tcp), BVS_DROP_TUNNEL_UNWRAP, 3, 100);
}

// BPF_PROG_TEST_RUN makes no super-frame that the kernel would take, so this asks the parser alone.
bool can_be_cut(const Bytes &frame, const Outer &outer = {}) {
    const auto packet = outer.around(frame);
    bvs_native_outer read;
    bvs_native_parse_outer(packet.data(), packet.data() + packet.size(), BVS_TUNNEL_VXLAN, true,
                           &read);
    EXPECT_TRUE(read.is_tunnel);
    EXPECT_EQ(read.end, packet.size());
    return read.can_be_cut;
}

TEST(UnderlaySuperFrame, CanBeCutIfItIsOneOfTcp) {
    const auto tcp4 = Packet().bytes();
    const auto tcp6 = Packet{.ipv6 = true, .from = ipv6_address(1), .to = ipv6_address(2)}.bytes();
    EXPECT_TRUE(can_be_cut(tcp4));
    EXPECT_TRUE(can_be_cut(tcp6));
    EXPECT_TRUE(can_be_cut(Packet{.tags = {{ETH_P_8021Q, 10}}}.bytes()));
    EXPECT_TRUE(can_be_cut(tcp4, {.ip_length = 5000, .udp_length = -7}));
    EXPECT_FALSE(can_be_cut(Packet{.proto = IPPROTO_UDP}.bytes()));
    EXPECT_FALSE(can_be_cut(Frame{.type = ETH_P_ARP, .payload = arp()}.bytes()));
    EXPECT_FALSE(can_be_cut(tcp4 + Bytes(16) + tcp4));
    EXPECT_FALSE(can_be_cut(tcp6 + Bytes(16) + tcp6));
    auto big = tcp4;
    put(big, ETH_HLEN + 2, {0, 0}); // longer than 64 KiB, were it whole
    EXPECT_TRUE(can_be_cut(big));
}

// RFC 6040, 4.2: by the outer and the inner header. 4: dropped.
constexpr std::uint8_t k_after[4][4] = {{0, 1, 2, 3}, {0, 1, 1, 3}, {0, 1, 2, 3}, {4, 3, 3, 3}};

void expect_ecn(TunnelLab &tunnels, Outer outer, Packet inner, std::uint8_t had) {
    inner.tos = 0xb8 | had;
    const auto after = k_after[outer.tos & 3][had];
    const auto run = tunnels.run(outer.around(inner.bytes()));
    if (after == 4) {
        EXPECT_EQ(run.verdict, TC_ACT_SHOT);
        EXPECT_EQ(tunnels.counters(0).drops[BVS_DROP_TUNNEL_HEADER], 1U);
        EXPECT_TRUE(tunnels.lab.maps().port_counters.clear(0));
        return;
    }
    inner.tos = 0xb8 | after;
    EXPECT_EQ(run.copies, each({1}, inner.bytes()));
}

TEST(UnderlayCongestion, IsToldToTheReceiver) {
    for (const bool outer_ipv6 : {false, true}) {
        TunnelLab tunnels;
        tunnels.rules.add({.program = {output(1), output(2)}});
        tunnels.add_end({.ipv6 = outer_ipv6});
        for (std::uint8_t outer = 0; outer < 4; ++outer)
            for (std::uint8_t inner = 0; inner < 4; ++inner)
                for (const auto &tags : std::vector<std::vector<bvs_vlan_tag>>{
                         {}, {{ETH_P_8021Q, 5}}, {{ETH_P_8021AD, 5}, {ETH_P_8021Q, 6}}}) {
                    SCOPED_TRACE(
                        fmt::format("outer {}, inner {}, {} tags", outer, inner, tags.size()));
                    const Outer with = {.ipv6 = outer_ipv6,
                                        .tos = static_cast<std::uint8_t>(0x20 | outer)};
                    expect_ecn(tunnels, with, {.tags = tags}, inner);
                    expect_ecn(tunnels, with,
                               {.tags = tags,
                                .ipv6 = true,
                                .label = 0x54321,
                                .from = ipv6_address(1),
                                .to = ipv6_address(2)},
                               inner);
                }
    }
}

TEST(UnderlayCongestion, IsNothingToOtherFrames) {
    TunnelLab tunnels;
    tunnels.rules.add({.program = {output(1), output(2)}});
    tunnels.add_end({});
    for (const auto &frame :
         {Frame{.type = ETH_P_ARP, .payload = arp()}, Frame{.payload = {}},
          Frame{.type = ETH_P_IP, .payload = {}}, Frame{.type = ETH_P_IP, .payload = {0x45}}})
        EXPECT_EQ(tunnels.run(Outer{.tos = 3}.around(frame.bytes())).copies,
                  each({1}, frame.bytes()));
}

} // namespace
