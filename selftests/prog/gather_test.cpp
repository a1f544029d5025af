// SPDX-License-Identifier: Apache-2.0
//
// What XDP takes out of tunnels in front of the kernel's aggregation: the same frame that tc would,
// with a word for tc of where it came from. Whatever is not beyond doubt stays as it is.
#include "selftests/prog/headers.h"
#include "selftests/prog/packet.h"
#include "selftests/prog/tunnel_lab.h"

#include <gtest/gtest.h>
#include <linux/bpf.h>
#include <linux/in.h>
#include <linux/pkt_cls.h>

using namespace bvs::fixture;

namespace {

constexpr std::uint32_t k_loopback = 1;
const auto k_tcp = Frame{.type = ETH_P_IP, .payload = ipv4(IPPROTO_TCP, tcp(2))}.bytes();

// As bpf/gathered.h has it.
struct Word {
    std::uint32_t mark, port, key, said;
    std::array<std::uint32_t, 4> ends;
};

class GatherLab : public TunnelLab {
  public:
    explicit GatherLab(std::uint32_t tunnels = 1) : TunnelLab(tunnels) {
        EXPECT_TRUE(lab.maps().gatherers.set(k_loopback, 0));
        rules.add({.program = {output(1)}});
    }
    ~GatherLab() { EXPECT_TRUE(lab.maps().gatherers.erase(k_loopback)); }
    GatherLab(const GatherLab &) = delete;
    GatherLab &operator=(const GatherLab &) = delete;

    // The remote address is the port's.
    void add_fixed(const Outer &like, std::uint32_t port = 3, unsigned precision = 0) {
        add_end(like, port, precision);
        lab.maps().tunnels.set(port, {.remote = like.remote()});
    }
    SmallSwitch::Outcome gather(const Bytes &packet) {
        auto outcome = lab.the_switch().run_gather(packet);
        EXPECT_TRUE(outcome) << outcome.error().message;
        EXPECT_EQ(outcome->verdict, XDP_PASS);
        return *outcome;
    }
    Word word(const Bytes &packet) {
        Word word = {};
        const auto metadata = gather(packet).metadata;
        EXPECT_EQ(metadata.size(), sizeof word);
        if (metadata.size() == sizeof word)
            std::memcpy(&word, metadata.data(), sizeof word);
        return word;
    }
    void expect_left(const Bytes &packet) {
        const auto left = gather(packet);
        EXPECT_EQ(left.frame, packet);
        EXPECT_TRUE(left.metadata.empty());
    }
};

TEST(Gather, TakesTheFrameOut) {
    for (const auto &outer : each_outer()) {
        GatherLab tunnels;
        tunnels.add_fixed(outer);
        for (const auto &frame :
             {k_tcp, Packet{.tags = {{ETH_P_8021Q, 10}}}.bytes(), Bytes(ETH_HLEN, 0),
              Frame{.payload = Bytes(1500, 0xa5)}.bytes()}) {
            const auto taken = tunnels.gather(outer.around(frame));
            EXPECT_EQ(taken.frame, frame);
            EXPECT_EQ(taken.metadata.size(), sizeof(Word));
        }
    }
}

TEST(Gather, TellsWhereItCameFrom) {
    GatherLab tunnels(2);
    tunnels.add_fixed({}, 3);
    tunnels.add_fixed({.ipv6 = true}, 4, BVS_PRECISION_ANY_KEY);
    const auto one = tunnels.word(Outer().around(k_tcp));
    EXPECT_EQ(one.port, 3U);
    EXPECT_EQ(one.key, 7U);
    EXPECT_EQ(one.ends, (std::array<std::uint32_t, 4>{0xc0000201, 0xc0000202, 0, 0}));
    const auto other = tunnels.word(Outer{.ipv6 = true, .key = 9}.around(k_tcp));
    EXPECT_EQ(other.port, 4U);
    EXPECT_EQ(other.key, 9U);
    EXPECT_EQ(other.ends, (std::array<std::uint32_t, 4>{0, 0x20010db8, 2, 0}));
    EXPECT_EQ(one.mark, other.mark);
}

// To be put together, packets have to have been told the same.
TEST(Gather, TellsTheSameOfEachPacketOfAStream) {
    GatherLab tunnels;
    tunnels.add_fixed({});
    const auto first = tunnels.gather(Outer{.src_port = 40000}.around(k_tcp)).metadata;
    EXPECT_EQ(tunnels.gather(Outer{.ttl = 9, .src_port = 40001}.around(k_tcp)).metadata, first);
}

// Of both, the frame is what tc makes of the packet.
TEST(Gather, MergesCongestionAsTcDoes) {
    for (const bool outer_ipv6 : {false, true})
        for (const bool ipv6 : {false, true})
            for (const std::uint8_t outer_ecn : {0, 1, 2, 3})
                for (const std::uint8_t ecn : {1, 2, 3}) {
                    GatherLab tunnels;
                    const Outer outer = {.ipv6 = outer_ipv6, .tos = outer_ecn};
                    tunnels.add_fixed(outer);
                    auto packet = Packet{.tos = ecn};
                    if (ipv6)
                        packet = {.ipv6 = true,
                                  .tos = ecn,
                                  .from = ipv6_address(1),
                                  .to = ipv6_address(2)};
                    const auto wrapped = outer.around(packet.bytes());
                    EXPECT_EQ(tunnels.gather(wrapped).frame, tunnels.run(wrapped).frame);
                }
}

TEST(Gather, LeavesWhatItIsNotSureOf) {
    GatherLab tunnels(2);
    tunnels.add_fixed({});
    tunnels.add_fixed({.type = BVS_TUNNEL_GENEVE});
    tunnels.add_local(Outer{.to = {192, 0, 2, 9}}.local());
    const auto marked = Packet{.tos = 0}.bytes(); // cannot be told of congestion
    auto padded = Outer().around(k_tcp);
    padded.resize(padded.size() + 4);
    auto cut = Outer().around(k_tcp);
    cut.resize(cut.size() - 1);
    for (const auto &packet :
         {k_tcp, padded, cut, Outer().around(Bytes(ETH_HLEN - 1, 0)),
          Outer{.dst = mac(9)}.around(k_tcp), Outer{.tags = {{ETH_P_8021Q, 20}}}.around(k_tcp),
          Outer{.key = 8}.around(k_tcp), Outer{.to = {192, 0, 2, 9}}.around(k_tcp),
          Outer{.to = {192, 0, 2, 8}}.around(k_tcp), Outer{.from = {127, 0, 0, 1}}.around(k_tcp),
          Outer{.fragment = 0x2000}.around(k_tcp), Outer{.dst_port = 4790}.around(k_tcp),
          Outer{.udp_length = 1}.around(k_tcp), Outer{.ip_length = 1}.around(k_tcp),
          Outer{.tos = 3}.around(marked),
          Outer{.type = BVS_TUNNEL_GENEVE, .options = {0, 1, 2, 0}}.around(k_tcp)})
        tunnels.expect_left(packet);
}

// There is no place for what comes from anywhere over IPv6.
TEST(Gather, LeavesIPv6RemotesOfTheFlow) {
    GatherLab tunnels;
    const Outer outer = {.ipv6 = true};
    tunnels.add_end(outer, 3, BVS_PRECISION_ANY_REMOTE);
    tunnels.lab.maps().tunnels.set(3, {.flags = BVS_TUNNEL_REMOTE_FLOW});
    tunnels.expect_left(outer.around(k_tcp));
}

TEST(Gather, LeavesAllAtOtherNetdevs) {
    GatherLab tunnels;
    tunnels.add_fixed({});
    EXPECT_TRUE(tunnels.lab.maps().gatherers.erase(k_loopback));
    tunnels.expect_left(Outer().around(k_tcp));
}

// Over a wire, with all that rules can see of a tunnel; XDP's word is all that tc has of it.
TEST(Gather, IsUnderstoodByTc) {
    for (auto outer : each_outer()) {
        SCOPED_TRACE(fmt::format("type {}, IPv{}, flags {:x}", static_cast<int>(outer.type),
                                 outer.ipv6 ? 6 : 4, outer.flags));
        const bool gre = outer.type == BVS_TUNNEL_GRE;
        if (outer.type == BVS_TUNNEL_GENEVE)
            outer.flags = 0x80;
        if (outer.type == BVS_TUNNEL_VXLAN) {
            outer.flags = 0xffff ^ 0x0800;
            outer.group = 0x1234;
        }
        TunnelLab tunnels;
        tunnels.add_end(outer);
        tunnels.lab.maps().tunnels.set(3, {.remote = outer.remote(), .flags = BVS_TUNNEL_GBP});
        const bool v6 = outer.ipv6, policy = outer.type == BVS_TUNNEL_VXLAN;
        const std::uint64_t prefix = v6 ? 0x20010db800000000 : 0;
        tunnels.rules.add(
            {.match = {FIELD(tunnel_id, gre && !outer.flags ? 0 : 7),
                       FIELD(tunnel_src, v6 ? 0 : 0xc0000201),
                       FIELD(tunnel_dst, v6 ? 0 : 0xc0000202), FIELD(tunnel_ipv6_src_high, prefix),
                       FIELD(tunnel_ipv6_src_low, v6 ? 1 : 0), FIELD(tunnel_ipv6_dst_high, prefix),
                       FIELD(tunnel_ipv6_dst_low, v6 ? 2 : 0),
                       FIELD(tunnel_flags, outer.type == BVS_TUNNEL_GENEVE ? 1 : 0),
                       FIELD(tunnel_gbp_id, policy ? 0x1234 : 0),
                       FIELD(tunnel_gbp_flags, policy ? 0x48 : 0)},
             .program = {output(2)}});
        for (const auto &frame : {k_tcp, Packet{.tags = {{ETH_P_8021Q, 10}}}.bytes()})
            EXPECT_EQ(tunnels.lab.send_underlay({outer.around(frame)}, 1, true), each({2}, frame));
    }
}

} // namespace
