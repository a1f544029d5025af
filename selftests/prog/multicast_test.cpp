// SPDX-License-Identifier: Apache-2.0
//
// In a bridge that snoops, multicast goes where the daemon's lists say, and the daemon is told what
// hosts and routers say of groups.
#include "selftests/fixture/lab.h"
#include "selftests/prog/headers.h"
#include "switch/protocol_frames.h"

#include <gtest/gtest.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/pkt_cls.h>

using namespace bvs::fixture;

namespace {

constexpr std::uint32_t k_snooped = BVS_PORT_UP | BVS_PORT_SNOOPED;
constexpr std::uint32_t k_group = 0xef010101; // 239.1.1.1
constexpr std::uint16_t k_vlan = 10;
constexpr std::uint8_t k_pim = 103;

Bytes to_ipv4(std::uint32_t group, std::uint8_t protocol = IPPROTO_UDP, const Bytes &body = udp(),
              const std::vector<bvs_vlan_tag> &tags = {}) {
    auto packet = ipv4(protocol, body);
    const auto to = big_endian(group, 4);
    std::ranges::copy(to, packet.begin() + 16);
    return Frame{.dst = 0x01005e000000ULL | (group & 0x7fffff),
                 .tags = tags,
                 .type = ETH_P_IP,
                 .payload = packet}
        .bytes();
}
Bytes to_vlan(std::uint32_t group) {
    return to_ipv4(group, IPPROTO_UDP, udp(), {{ETH_P_8021Q, k_vlan}});
}
Bytes igmp(std::uint8_t type) {
    return to_ipv4(k_group, IPPROTO_IGMP, Bytes{type, 0, 0, 0} + big_endian(k_group, 4));
}

Bytes to_ipv6(const Bytes &group, std::uint8_t next = IPPROTO_UDP, const Bytes &body = udp()) {
    auto packet = ipv6(next, body);
    std::ranges::copy(group, packet.begin() + 24);
    return Frame{.dst = 0x333300000001, .type = ETH_P_IPV6, .payload = packet}.bytes();
}
const Bytes k_group6 = {0xff, 0x15, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
Bytes mld(std::uint8_t type) {
    return to_ipv6(k_group6, IPPROTO_HOPOPTS,
                   Bytes{IPPROTO_ICMPV6, 0, 5, 2, 0, 0, 1, 0, type, 0, 0, 0} + Bytes(20));
}

bvs_multicast_key key(bvs_multicast_kind kind, std::uint16_t vid = 0) {
    return {.bridge = 1, .vid = vid, .kind = kind, .group_high = 0, .group_low = 0};
}
bvs_multicast_key key4(std::uint32_t group, std::uint16_t vid = 0) {
    auto of = key(BVS_MULTICAST_GROUP, vid);
    of.group_low = 0xffffULL << 32 | group;
    return of;
}

// Four ports that snoop.
class MulticastLab {
  public:
    explicit MulticastLab(
        const std::vector<PortSettings> &ports = std::vector<PortSettings>(4, {.flags = k_snooped}))
        : lab(ports) {}
    ~MulticastLab() { EXPECT_TRUE(lab.maps().multicast.assign(1, {})); }
    MulticastLab(const MulticastLab &) = delete;
    MulticastLab &operator=(const MulticastLab &) = delete;

    void set(const bvs_multicast_key &key, const std::vector<std::uint32_t> &ports) {
        bvs::maps::Receivers receivers;
        for (const auto port : ports)
            receivers[port] = BVS_RECEIVER_JOINED;
        entries_.emplace_back(key, receivers);
        EXPECT_TRUE(lab.maps().multicast.assign(1, entries_));
    }
    Delivery send(const Bytes &frame) { return lab.send(1, frame); }
    std::uint64_t drops(bvs_drop_reason reason) { return lab.counters(1).drops[reason]; }

    Lab lab;

  private:
    bvs::maps::MulticastLists::Entries entries_;
};

TEST(Multicast, OfAGroupGoesToItsReceivers) {
    MulticastLab multicast;
    multicast.set(key4(k_group), {1, 2, 4});
    EXPECT_EQ(multicast.send(to_ipv4(k_group)), each({2, 4}, to_ipv4(k_group)));
    EXPECT_EQ(multicast.send(to_ipv4(k_group + 1)), each({2, 3, 4}, to_ipv4(k_group + 1)));
}

TEST(Multicast, OfIpv6Likewise) {
    MulticastLab multicast;
    auto group = key(BVS_MULTICAST_GROUP);
    group.group_high = 0xff15ULL << 48;
    group.group_low = 1;
    multicast.set(group, {3});
    EXPECT_EQ(multicast.send(to_ipv6(k_group6)), each({3}, to_ipv6(k_group6)));
    auto other = k_group6;
    other.back() = 2;
    EXPECT_EQ(multicast.send(to_ipv6(other)), each({2, 3, 4}, to_ipv6(other)));
}

TEST(Multicast, KeepsVlansApart) {
    MulticastLab multicast;
    multicast.set(key4(k_group), {2});
    multicast.set(key4(k_group, k_vlan), {3});
    EXPECT_EQ(multicast.send(to_ipv4(k_group)), each({2}, to_ipv4(k_group)));
    EXPECT_EQ(multicast.send(to_vlan(k_group)), each({3}, to_vlan(k_group)));
}

TEST(Multicast, ThatNobodyWantsEndsAtItsInput) {
    MulticastLab multicast;
    multicast.set(key4(k_group), {1});
    EXPECT_EQ(multicast.send(to_ipv4(k_group)), Delivery{});
    EXPECT_EQ(multicast.drops(BVS_DROP_NO_RECEIVER), 1U);
}

TEST(Multicast, OfNobodyGoesWhereTheDaemonSays) {
    MulticastLab multicast;
    multicast.set(key(BVS_MULTICAST_UNREGISTERED, BVS_EVERY_VLAN), {4});
    multicast.set(key(BVS_MULTICAST_UNREGISTERED, k_vlan), {3, 4});
    EXPECT_EQ(multicast.send(to_ipv4(k_group)), each({4}, to_ipv4(k_group)));
    EXPECT_EQ(multicast.send(to_vlan(k_group)), each({3, 4}, to_vlan(k_group)));
}

TEST(Multicast, OfTheLinkGoesEverywhere) {
    MulticastLab multicast;
    multicast.set(key(BVS_MULTICAST_UNREGISTERED, BVS_EVERY_VLAN), {});
    const Bytes all_nodes = {0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    for (const auto &frame :
         {to_ipv4(0xe00000fb), to_ipv6(all_nodes), igmp(0x11), mld(130),
          Frame{.dst = 0x01005e000001}.bytes(), Frame{.dst = k_broadcast}.bytes()})
        EXPECT_EQ(multicast.send(frame), each({2, 3, 4}, frame));
}

TEST(Multicast, ReportsGoToRouters) {
    MulticastLab multicast;
    multicast.set(key(BVS_MULTICAST_REPORTS, BVS_EVERY_VLAN), {4});
    for (const std::uint8_t type : {0x12, 0x16, 0x17, 0x22})
        EXPECT_EQ(multicast.send(igmp(type)), each({4}, igmp(type)));
    for (const std::uint8_t type : {131, 132, 143})
        EXPECT_EQ(multicast.send(mld(type)), each({4}, mld(type)));
}

TEST(Multicast, ReportsWithoutRouterAreTheDaemons) {
    MulticastLab multicast;
    EXPECT_EQ(multicast.send(igmp(0x16)), each({2, 3, 4}, igmp(0x16)));
    multicast.set(key(BVS_MULTICAST_REPORTS, BVS_EVERY_VLAN), {});
    EXPECT_EQ(multicast.send(igmp(0x16)), Delivery{});
    EXPECT_EQ(multicast.drops(BVS_DROP_NO_RECEIVER), 0U);
}

TEST(Multicast, WithACustomersTagIsNotLookedAt) {
    PortSettings tunnel = {.mode = BVS_VLAN_DOT1Q_TUNNEL, .tag = k_vlan, .flags = k_snooped};
    MulticastLab multicast({tunnel, tunnel, tunnel});
    multicast.set(key4(k_group, k_vlan), {3});
    EXPECT_EQ(multicast.send(to_ipv4(k_group)), each({3}, to_ipv4(k_group)));
    const auto tagged = to_ipv4(k_group, IPPROTO_UDP, udp(), {{ETH_P_8021Q, 20}});
    EXPECT_EQ(multicast.send(tagged), each({2, 3}, tagged));
}

TEST(Multicast, IsFloodedWhereNobodySnoops) {
    MulticastLab multicast({{}, {}, {}});
    multicast.set(key4(k_group), {3});
    EXPECT_EQ(multicast.send(to_ipv4(k_group)), each({2, 3}, to_ipv4(k_group)));
}

TEST(Multicast, GivesEachReceiverItsOwnTag) {
    PortSettings access = {.mode = BVS_VLAN_ACCESS, .tag = k_vlan, .flags = k_snooped};
    MulticastLab multicast({access, access, {.flags = k_snooped}, {.flags = k_snooped}});
    multicast.set(key4(k_group, k_vlan), {2, 3});
    EXPECT_EQ(multicast.send(to_ipv4(k_group)),
              (Delivery{{2, {to_ipv4(k_group)}}, {3, {to_vlan(k_group)}}}));
}

// A list may speak of ports that have just gone, or have gone to another bridge.
TEST(Multicast, LeavesOutPortsOfOtherBridges) {
    MulticastLab multicast({{.flags = k_snooped}, {.bridge = 2, .flags = k_snooped}, {}});
    multicast.set(key4(k_group), {2, 3, 4});
    EXPECT_EQ(multicast.send(to_ipv4(k_group)), each({3}, to_ipv4(k_group)));
}

TEST(Multicast, LeavesThePacketItselfToTheLastReceiver) {
    MulticastLab multicast;
    multicast.set(key4(k_group), {2, 3});
    const auto run = multicast.lab.run(1, to_ipv4(k_group));
    EXPECT_EQ(run.verdict, TC_ACT_REDIRECT);
    EXPECT_EQ(run.to, 3U);
    EXPECT_EQ(run.copies, each({2}, to_ipv4(k_group)));
}

// The daemon is told of what speaks of groups, in which VLAN and as it came in.
TEST(Multicast, TellsTheDaemon) {
    MulticastLab multicast;
    std::vector<std::pair<bvs_protocol_frame, Bytes>> told;
    auto frames =
        std::move(*bvs::daemon::ProtocolFrames::open(multicast.lab.maps().protocol_frames_fd));
    for (const auto protocol :
         {BVS_PROTOCOL_LACP, BVS_PROTOCOL_BFD, BVS_PROTOCOL_IGMP, BVS_PROTOCOL_MLD})
        frames.serve(protocol, [&told](const auto &frame, auto bytes) {
            told.emplace_back(frame, Bytes(bytes.begin(), bytes.end()));
        });
    do { // of the tests before
        told.clear();
        frames.read();
    } while (!told.empty());
    const auto is_told = [&](const Bytes &frame, unsigned protocol, std::uint16_t vid = 0) {
        told.clear();
        multicast.lab.run(1, frame);
        frames.read();
        ASSERT_EQ(told.size(), protocol ? 1U : 0U);
        for (const auto &[header, bytes] : told) {
            EXPECT_EQ(header.protocol, protocol);
            EXPECT_EQ(header.port, 1U);
            EXPECT_EQ(header.vid, vid);
            EXPECT_EQ(bytes, frame);
        }
    };
    for (const std::uint8_t type : {0x11, 0x12, 0x16, 0x17, 0x22})
        is_told(igmp(type), BVS_PROTOCOL_IGMP);
    for (const std::uint8_t type : {130, 131, 132, 143})
        is_told(mld(type), BVS_PROTOCOL_MLD);
    is_told(to_ipv4(0xe000000d, k_pim), BVS_PROTOCOL_IGMP);
    is_told(to_ipv4(k_group, IPPROTO_IGMP, Bytes{0x16} + Bytes(7), {{ETH_P_8021Q, k_vlan}}),
            BVS_PROTOCOL_IGMP, k_vlan);
    is_told(to_ipv4(k_group), 0);
    is_told(igmp(0x13), 0);
    is_told(mld(135), 0);
    is_told(to_ipv6(k_group6, IPPROTO_ICMPV6, Bytes{131} + Bytes(23)), 0);
}

TEST(Multicast, OfShortPacketsIsFlooded) {
    MulticastLab multicast;
    multicast.set(key(BVS_MULTICAST_UNREGISTERED, BVS_EVERY_VLAN), {});
    const auto frame =
        Frame{.dst = 0x01005e010101, .type = ETH_P_IP, .payload = Bytes(12, 0x45)}.bytes();
    EXPECT_EQ(multicast.send(frame), each({2, 3, 4}, frame));
}

} // namespace
