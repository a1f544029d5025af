// SPDX-License-Identifier: Apache-2.0
//
// Mirrors: which packets have copies, one each, and what these look like; and what else a mirror's
// port has, which is nothing.
#include "selftests/fixture/rules.h"
#include "selftests/prog/headers.h"
#include "selftests/prog/packet.h"

#include <gtest/gtest.h>
#include <linux/pkt_cls.h>

using namespace bvs::fixture;

namespace {

constexpr std::uint32_t k_most_ports = 5;

// Frames go from 1 to 2, unless a test says otherwise; copies to 3.
class MirrorLab {
  public:
    explicit MirrorLab(const std::vector<PortSettings> &ports = {{}, {}, {}}) : lab(ports) {
        lab.add_static(2, mac(2));
    }
    ~MirrorLab() {
        auto &maps = lab.maps();
        for (std::uint32_t index = 0; index < BVS_BRIDGE_MIRRORS; ++index) {
            maps.mirrors.set(bvs_mirror_place(1, index), {});
            maps.mirror_counts.set(bvs_mirror_place(1, index), {});
        }
        for (std::uint32_t port = 0; port <= k_most_ports; ++port)
            maps.port_mirrors.set(port, {});
        for (const auto &[key, one] : maps.mirror_vlans.all())
            EXPECT_TRUE(maps.mirror_vlans.erase(key));
    }
    MirrorLab(const MirrorLab &) = delete;
    MirrorLab &operator=(const MirrorLab &) = delete;

    void flag(std::uint32_t port, unsigned flags) {
        auto entry = lab.maps().ports.get(port);
        entry.flags = static_cast<std::uint16_t>(entry.flags | flags);
        lab.maps().ports.set(port, entry);
    }
    void add(std::uint32_t index, const bvs_mirror &mirror) {
        lab.maps().mirrors.set(bvs_mirror_place(1, index), mirror);
        if (mirror.output)
            flag(mirror.output, BVS_PORT_MIRROR);
    }
    void select(std::uint32_t port, std::uint32_t received, std::uint32_t sent) {
        lab.maps().port_mirrors.set(
            port, {.received = received, .sent = sent, .end = BVS_BRIDGE_MIRRORS, .reserved = 0});
        flag(port, BVS_PORT_MIRRORED);
    }
    bvs_mirror_counts counts(std::uint32_t index) {
        return lab.maps().mirror_counts.get(bvs_mirror_place(1, index));
    }
    std::uint64_t drops(std::uint32_t port, bvs_drop_reason reason) {
        return lab.counters(port).drops[reason];
    }

    Lab lab;
};

const auto k_frame = Packet().bytes();

TEST(Mirror, CopiesWhatComesIn) {
    MirrorLab mirrors;
    mirrors.add(0, {.output = 3});
    mirrors.select(1, 1, 0);
    const auto run = mirrors.lab.run(1, k_frame);
    EXPECT_EQ(run.to, 2U);
    EXPECT_EQ(run.copies, each({3}, k_frame));
    EXPECT_EQ(mirrors.counts(0).packets, 1U);
    EXPECT_EQ(mirrors.counts(0).bytes, k_frame.size());
    EXPECT_TRUE(mirrors.lab.run(2, k_frame).copies.empty());
}

// Of each tag, as it was and as it will be.
TEST(Mirror, CopiesWhatIsSentAsItIsSent) {
    const PortSettings access = {.mode = BVS_VLAN_ACCESS, .tag = 10};
    MirrorLab mirrors({{}, access, {}, {}});
    mirrors.lab.add_static(2, mac(2), 10);
    mirrors.add(0, {.output = 3});
    mirrors.add(1, {.output = 4});
    mirrors.select(1, 1, 0);
    mirrors.select(2, 0, 2);
    const auto tagged = Packet{.tags = {{ETH_P_8021Q, 10}}}.bytes();
    const auto run = mirrors.lab.run(1, tagged);
    EXPECT_EQ(run.to, 2U);
    EXPECT_EQ(run.frame, k_frame);
    EXPECT_EQ(run.copies, (Delivery{{3, {tagged}}, {4, {k_frame}}}));
}

TEST(Mirror, CopiesOnceForAllReasons) {
    MirrorLab mirrors;
    mirrors.add(0, {.output = 3});
    mirrors.select(1, 1, 1);
    mirrors.select(2, 1, 1);
    EXPECT_EQ(mirrors.lab.run(1, k_frame).copies, each({3}, k_frame));
    EXPECT_EQ(mirrors.lab.run(2, Frame{.dst = mac(1), .src = mac(2)}).copies,
              each({3}, Frame{.dst = mac(1), .src = mac(2)}.bytes()));
    EXPECT_EQ(mirrors.counts(0).packets, 2U);
}

TEST(Mirror, CopiesForEachMirror) {
    MirrorLab mirrors({{}, {}, {}, {}});
    mirrors.add(0, {.output = 3});
    mirrors.add(31, {.output = 4});
    mirrors.select(1, 1U | 1U << 31, 0);
    EXPECT_EQ(mirrors.lab.run(1, k_frame).copies, each({3, 4}, k_frame));
}

TEST(Mirror, CopiesAFloodOnce) {
    MirrorLab mirrors({{}, {}, {}, {}, {}});
    mirrors.add(0, {.output = 3});
    for (const std::uint32_t port : {1, 2, 4, 5})
        mirrors.select(port, 0, 1);
    const auto unknown = Frame{.dst = mac(9), .src = mac(1)}.bytes();
    const auto run = mirrors.lab.run(1, unknown);
    EXPECT_EQ(run.copies.at(3), std::vector<Bytes>{unknown});
    EXPECT_EQ(mirrors.counts(0).packets, 1U);
}

TEST(Mirror, CopiesOnlyPacketsInItsVlans) {
    MirrorLab mirrors;
    mirrors.lab.add_static(2, mac(2), 10);
    mirrors.lab.add_static(2, mac(2), 20);
    mirrors.add(0, {.output = 3, .listed = 1});
    ASSERT_TRUE(
        mirrors.lab.maps().mirror_vlans.set(bvs_mirror_vlan(bvs_mirror_place(1, 0), 10), 1));
    mirrors.select(1, 1, 0);
    const auto of = [](std::uint16_t vid) { return Packet{.tags = {{ETH_P_8021Q, vid}}}.bytes(); };
    EXPECT_EQ(mirrors.lab.run(1, of(10)).copies, each({3}, of(10)));
    EXPECT_TRUE(mirrors.lab.run(1, of(20)).copies.empty());
    EXPECT_TRUE(mirrors.lab.run(1, k_frame).copies.empty());
}

// The VLAN of an access port's frames is the port's.
TEST(Mirror, KnowsTheVlanOfAPort) {
    MirrorLab mirrors(
        {{.mode = BVS_VLAN_ACCESS, .tag = 10}, {.mode = BVS_VLAN_ACCESS, .tag = 10}, {}});
    mirrors.lab.add_static(2, mac(2), 10);
    mirrors.add(0, {.output = 3, .listed = 1});
    ASSERT_TRUE(
        mirrors.lab.maps().mirror_vlans.set(bvs_mirror_vlan(bvs_mirror_place(1, 0), 10), 1));
    mirrors.select(1, 1, 0);
    EXPECT_EQ(mirrors.lab.run(1, k_frame).copies, each({3}, k_frame));
}

TEST(Mirror, CutsCopiesOff) {
    MirrorLab mirrors;
    mirrors.add(0, {.output = 3, .snaplen = 20});
    mirrors.select(1, 1, 0);
    const auto run = mirrors.lab.run(1, k_frame);
    EXPECT_EQ(run.frame, k_frame);
    EXPECT_EQ(run.copies, each({3}, Bytes(k_frame.begin(), k_frame.begin() + 20)));
}

// The copy is in the mirror's VLAN instead of its own, at all ports but where it came from.
TEST(Mirror, FloodsAVlan) {
    MirrorLab mirrors({{}, {}, {.vlans = {99}}, {.vlans = {1}}});
    mirrors.lab.add_static(2, mac(2), 10);
    mirrors.add(0, {.output_vlan = 99});
    mirrors.select(1, 1, 0);
    const auto in = [](std::uint16_t tci) { return Packet{.tags = {{ETH_P_8021Q, tci}}}.bytes(); };
    const auto run = mirrors.lab.run(1, in(0xe00a));
    EXPECT_EQ(run.to, 2U);
    EXPECT_EQ(run.frame, in(0xe00a));
    EXPECT_EQ(run.copies, each({2, 3}, in(0xe063)));
    EXPECT_EQ(mirrors.lab.run(1, k_frame).copies, each({2, 3}, in(99)));
    mirrors.lab.run(1, in(99)); // floods by itself
    EXPECT_EQ(mirrors.counts(0).packets, 2U);
}

TEST(Mirror, CopiesWhatRulesMakeOfAPacket) {
    MirrorLab mirrors({{}, {}, {}, {}});
    Rules rules(mirrors.lab);
    rules.add({.program = {load(FIELD(eth_src, mac(7))), output(2)}});
    mirrors.add(0, {.output = 3});
    mirrors.add(1, {.output = 4});
    mirrors.select(1, 1, 0);
    mirrors.select(2, 0, 2);
    for (int times = 0; times < 2; ++times) { // the second time from the cache
        const auto run = mirrors.lab.run(1, k_frame);
        EXPECT_EQ(run.copies, (Delivery{{3, {k_frame}}, {4, {Packet{.src = mac(7)}.bytes()}}}));
    }
}

TEST(Mirror, CopiesWhatIsDroppedLater) {
    MirrorLab mirrors;
    Rules rules(mirrors.lab);
    rules.add({.program = {}});
    mirrors.add(0, {.output = 3});
    mirrors.select(1, 1, 0);
    const auto run = mirrors.lab.run(1, k_frame);
    EXPECT_EQ(run.verdict, TC_ACT_SHOT);
    EXPECT_EQ(run.copies, each({3}, k_frame));
}

TEST(Mirror, HasItsPortForItself) {
    MirrorLab mirrors({{}, {}, {}, {}});
    mirrors.add(0, {.output = 3});
    const auto unknown = Frame{.dst = mac(9), .src = mac(1)}.bytes();
    const auto run = mirrors.lab.run(1, unknown);
    EXPECT_FALSE(run.copies.contains(3));
    EXPECT_NE(run.to, 3U);
    EXPECT_EQ(mirrors.lab.run(3, k_frame).verdict, TC_ACT_SHOT);
    EXPECT_EQ(mirrors.drops(3, BVS_DROP_MIRROR_INPUT), 1U);
    EXPECT_EQ(mirrors.lab.counters(3).rx_packets, 1U);
    mirrors.lab.add_static(3, mac(5));
    EXPECT_EQ(mirrors.lab.run(1, Frame{.dst = mac(5), .src = mac(1)}).verdict, TC_ACT_SHOT);
    EXPECT_EQ(mirrors.drops(3, BVS_DROP_MIRROR_OUTPUT), 1U);
}

TEST(Mirror, CountsCopiesThatCannotBe) {
    MirrorLab mirrors({{}, {}, {.flags = 0}});
    mirrors.add(0, {.output = 3});
    mirrors.add(1, {.output = 3, .snaplen = 20});
    mirrors.select(1, 3, 0);
    EXPECT_EQ(mirrors.lab.run(1, k_frame).to, 2U);
    EXPECT_EQ(mirrors.drops(3, BVS_DROP_MIRROR_COPY), 2U);
    EXPECT_EQ(mirrors.counts(0).packets + mirrors.counts(1).packets, 0U);
}

} // namespace
