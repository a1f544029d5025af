// SPDX-License-Identifier: Apache-2.0
//
// The forwarding database from both sides: programs learn, the daemon ages, adds and deletes.
#include "selftests/fixture/lab.h"

#include <atomic>
#include <bpf/bpf.h>
#include <gtest/gtest.h>
#include <linux/pkt_cls.h>
#include <sched.h>
#include <thread>

using namespace bvs::fixture;
using bvs::maps::Fdb;
using bvs::maps::FdbEntry;

namespace {

constexpr auto k_never = [](std::uint16_t) { return 0U; };

Bytes from(std::uint64_t src, std::uint64_t dst = k_broadcast) {
    return Frame{.dst = dst, .src = src}.bytes();
}

std::uint32_t learned(const Lab &lab, std::uint32_t port) {
    return lab.maps().port_learned.at(port).macs;
}
std::uint32_t learned_in_bridge(const Lab &lab, std::uint16_t bridge = 1) {
    return lab.maps().bridge_learned.at(bridge).macs;
}
std::uint32_t port_of(const Lab &lab, std::uint64_t address, std::uint16_t vid = 0) {
    const auto entry = lab.maps().fdb.find(1, address, vid);
    return entry ? entry->port : 0;
}

// Without the way back to user space between frames, which would leave no race to be lost.
void run_often(const Lab &lab, std::uint32_t port, const Bytes &frame) {
    cpu_set_t all;
    std::memset(&all, 0xff, sizeof all);
    sched_setaffinity(0, sizeof all, &all);
    __sk_buff skb = {};
    skb.ifindex = lab.the_switch().ifindex(port);
    LIBBPF_OPTS(bpf_test_run_opts, options);
    options.data_in = frame.data();
    options.data_size_in = static_cast<__u32>(frame.size());
    options.ctx_in = &skb;
    options.ctx_size_in = sizeof skb;
    options.repeat = 2'000'000;
    EXPECT_EQ(bpf_prog_test_run_opts(lab.the_switch().datapath().tc_program_fd(), &options), 0);
}

// n addresses that share a bucket in bridge 1.
std::vector<std::uint64_t> colliding(const Lab &lab, std::size_t n) {
    const auto seed = lab.maps().info.get(0).fdb_seed;
    const auto bucket = [&](std::uint32_t i) {
        return bvs_fdb_bucket_of(seed, 1, bvs_fdb_key(mac(i), 0));
    };
    std::vector<std::uint64_t> found;
    for (std::uint32_t i = 1; found.size() < n; ++i)
        if (bucket(i) == bucket(1))
            found.push_back(mac(i));
    return found;
}

TEST(Fdb, SendsToTheOnePortWhereAnAddressWasSeen) {
    Lab lab({{}, {}, {}});
    lab.send(2, from(mac(2)));
    EXPECT_EQ(port_of(lab, mac(2)), 2U);
    EXPECT_EQ(lab.send(1, from(mac(1), mac(2))), each({2}, from(mac(1), mac(2))));
    EXPECT_EQ(lab.send(2, from(mac(2), mac(1))), each({1}, from(mac(2), mac(1))));
}

TEST(Fdb, LearnsForAVlan) {
    Lab lab({{}, {}, {}});
    lab.send(2, Frame{.dst = k_broadcast, .src = mac(2), .tags = {{ETH_P_8021Q, 10}}});
    EXPECT_EQ(port_of(lab, mac(2), 10), 2U);
    EXPECT_EQ(port_of(lab, mac(2), 0), 0U);
    EXPECT_EQ(lab.send(1, from(mac(1), mac(2))), each({2, 3}, from(mac(1), mac(2))));
}

TEST(Fdb, LearnsForABridge) {
    Lab lab({{.bridge = 1}, {.bridge = 2}, {.bridge = 1}, {.bridge = 1}});
    lab.send(2, from(mac(2)));
    EXPECT_EQ(lab.send(1, from(mac(1), mac(2))), each({3, 4}, from(mac(1), mac(2))));
    EXPECT_EQ(learned_in_bridge(lab, 2), 1U);
    EXPECT_EQ(learned_in_bridge(lab, 1), 1U);
}

TEST(Fdb, TellsBridgesApartInABucketTheyShare) {
    Lab lab({{.bridge = 1}, {.bridge = 2}, {.bridge = 1}, {.bridge = 1}});
    const auto seed = lab.maps().info.get(0).fdb_seed;
    std::uint32_t i = 1000;
    const auto shared = [&] {
        const auto key = bvs_fdb_key(mac(i), 0);
        return bvs_fdb_bucket_of(seed, 1, key) == bvs_fdb_bucket_of(seed, 2, key);
    };
    while (i < 0x800000 && !shared())
        ++i;
    lab.send(2, from(mac(i)));
    EXPECT_EQ(lab.send(1, from(mac(1), mac(i))), each({3, 4}, from(mac(1), mac(i))));
    lab.send(1, from(mac(i)));
    EXPECT_EQ(lab.maps().fdb.find(2, mac(i), 0)->port, 2U);
    EXPECT_EQ(lab.maps().fdb.find(1, mac(i), 0)->port, 1U);
}

TEST(Fdb, DoesNotLearnGroupAndZeroAddresses) {
    Lab lab({{}, {}});
    for (const std::uint64_t src :
         std::vector<std::uint64_t>{0, k_broadcast, mac(1) | BVS_MAC_MULTICAST})
        EXPECT_EQ(lab.send(1, from(src)), each({2}, from(src)));
    EXPECT_EQ(lab.maps().fdb.size(), 0U);
    EXPECT_EQ(learned(lab, 1), 0U);
}

TEST(Fdb, DoesNotLearnWhatIsNotLetIn) {
    Lab lab({{.vlans = {10}}, {}});
    lab.send(1, from(mac(1)));
    EXPECT_EQ(lab.maps().fdb.size(), 0U);
}

TEST(Fdb, RefreshesWhatIsSeenAgain) {
    Lab lab({{}, {}});
    const auto now = Fdb::now();
    ASSERT_TRUE(lab.maps().fdb.add({.mac = mac(1), .bridge = 1, .port = 1, .seen = now - 5}));
    lab.send(1, from(mac(1)));
    EXPECT_GE(lab.maps().fdb.find(1, mac(1), 0)->seen + 1, now); // by another clock
    EXPECT_EQ(learned(lab, 1), 1U);
    EXPECT_EQ(lab.maps().fdb.size(), 1U);
}

TEST(Fdb, FollowsAnAddressThatMoves) {
    Lab lab({{}, {}, {}});
    lab.send(1, from(mac(1)));
    lab.send(2, from(mac(1)));
    EXPECT_EQ(port_of(lab, mac(1)), 2U);
    EXPECT_EQ(lab.maps().fdb.size(), 1U);
    EXPECT_EQ(learned(lab, 1), 0U);
    EXPECT_EQ(learned(lab, 2), 1U);
    EXPECT_EQ(learned_in_bridge(lab), 1U);
    EXPECT_EQ(lab.send(3, from(mac(3), mac(1))), each({2}, from(mac(3), mac(1))));
}

TEST(Fdb, RefusesAMoveToAPortThatHasItsShare) {
    Lab lab({{}, {.mac_limit = 2}, {}});
    for (const std::uint32_t i : {1, 2, 3})
        lab.send(1, from(mac(i)));
    for (const std::uint32_t i : {1, 2, 3})
        lab.send(2, from(mac(i)));
    EXPECT_EQ(port_of(lab, mac(2)), 2U);
    EXPECT_EQ(port_of(lab, mac(3)), 1U);
    EXPECT_EQ(learned(lab, 1), 1U);
    EXPECT_EQ(learned(lab, 2), 2U);
    EXPECT_EQ(learned_in_bridge(lab), 3U);
    EXPECT_EQ(lab.counters(2).learn_refused, 1U);
    EXPECT_EQ(lab.send(3, from(mac(4), mac(3))), each({1}, from(mac(4), mac(3))));
}

TEST(Fdb, LetsAnAddressBackToTheFullPortItWasTakenFrom) {
    Lab lab({{.mac_limit = 2}, {}}, {{1, {.mac_limit = 2}}});
    lab.send(1, from(mac(1)));
    lab.send(1, from(mac(2)));
    lab.send(2, from(mac(1)));
    EXPECT_EQ(port_of(lab, mac(1)), 2U);
    lab.send(1, from(mac(1)));
    EXPECT_EQ(port_of(lab, mac(1)), 1U);
    EXPECT_EQ(learned(lab, 1), 2U);
    EXPECT_EQ(learned(lab, 2), 0U);
}

TEST(Fdb, LetsAFullPortRefreshWhatItHas) {
    Lab lab({{.mac_limit = 1}, {}});
    const auto now = Fdb::now();
    ASSERT_TRUE(lab.maps().fdb.add({.mac = mac(1), .bridge = 1, .port = 1, .seen = now - 5}));
    lab.send(1, from(mac(1)));
    EXPECT_GE(lab.maps().fdb.find(1, mac(1), 0)->seen + 1, now); // by another clock
    EXPECT_EQ(lab.counters(1).learn_refused, 0U);
}

TEST(Fdb, LeavesStaticEntriesAlone) {
    Lab lab({{}, {}, {}});
    lab.add_static(1, mac(1));
    lab.send(2, from(mac(1)));
    EXPECT_EQ(lab.send(3, from(mac(3), mac(1))), each({1}, from(mac(3), mac(1))));
    EXPECT_TRUE(lab.maps().fdb.find(1, mac(1), 0)->is_static());
    EXPECT_EQ(learned(lab, 1), 0U);
    EXPECT_EQ(lab.maps().fdb.sweep([](std::uint16_t) { return 1U; }), 0U);
    EXPECT_EQ(port_of(lab, mac(1)), 1U);
}

TEST(Fdb, MakesALearnedEntryStaticAndCountsItNoMore) {
    Lab lab({{}, {}});
    lab.send(1, from(mac(1)));
    EXPECT_EQ(learned(lab, 1), 1U);
    lab.add_static(2, mac(1));
    EXPECT_EQ(port_of(lab, mac(1)), 2U);
    EXPECT_EQ(learned(lab, 1), 0U);
    EXPECT_EQ(learned(lab, 2), 0U);
    EXPECT_EQ(learned_in_bridge(lab), 0U);
}

TEST(Fdb, IsOffInFloodVlans) {
    const PortSettings port = {.flags = BVS_PORT_UP | BVS_PORT_FLOOD_VLANS};
    Lab lab({port, port, port}, {{1, {.flood_vlans = {10}}}});
    const auto tagged = [](std::uint64_t src, std::uint64_t dst, std::uint16_t vid) {
        return Frame{.dst = dst, .src = src, .tags = {{ETH_P_8021Q, vid}}}.bytes();
    };
    lab.send(2, tagged(mac(2), k_broadcast, 10));
    EXPECT_EQ(lab.maps().fdb.size(), 0U);
    lab.send(2, tagged(mac(2), k_broadcast, 11));
    EXPECT_EQ(port_of(lab, mac(2), 11), 2U);
    lab.add_static(2, mac(2), 10);
    const auto flooded = tagged(mac(1), mac(2), 10), sent = tagged(mac(1), mac(2), 11);
    EXPECT_EQ(lab.send(1, flooded), each({2, 3}, flooded));
    EXPECT_EQ(lab.send(1, sent), each({2}, sent));
}

TEST(Fdb, KeepsToTheLimitOfAPort) {
    Lab lab({{.mac_limit = 3}, {}});
    for (std::uint32_t i = 1; i <= 5; ++i)
        lab.send(1, from(mac(i)));
    EXPECT_EQ(learned(lab, 1), 3U);
    EXPECT_EQ(lab.maps().fdb.size(), 3U);
    EXPECT_EQ(lab.counters(1).learn_refused, 2U);
}

TEST(Fdb, KeepsToTheLimitOfABridge) {
    Lab lab({{}, {}, {.bridge = 2}}, {{1, {.mac_limit = 4}}});
    for (std::uint32_t i = 1; i <= 6; ++i)
        lab.send(1 + i % 2, from(mac(i)));
    EXPECT_EQ(learned_in_bridge(lab), 4U);
    EXPECT_EQ(lab.counters(1).learn_refused + lab.counters(2).learn_refused, 2U);
    lab.send(3, from(mac(1)));
    EXPECT_EQ(learned_in_bridge(lab, 2), 1U);
}

TEST(Fdb, GoesOnForwardingWhenItIsFull) {
    Lab lab({{.mac_limit = 0}, {}, {}});
    EXPECT_EQ(lab.send(1, from(mac(1))), each({2, 3}, from(mac(1))));
    EXPECT_EQ(lab.send(2, from(mac(2), mac(1))), each({1, 3}, from(mac(2), mac(1))));
}

TEST(Fdb, LeavesRoomBesideAPortThatFloodsAddresses) {
    Lab lab({{.mac_limit = 1U << 20}, {}, {}}, {{1, {.mac_limit = 8192}}});
    lab.send(2, from(mac(1)));
    lab.add_static(3, mac(2)); // so that the flooding is of addresses alone
    constexpr std::uint32_t k_addresses = 20000;
    for (std::uint32_t i = 0; i < k_addresses; ++i)
        ASSERT_TRUE(lab.the_switch().run_tc(1, from(mac(1000 + i), mac(2))));
    // p + p/8 + 1 of the other port stays below 8192.
    EXPECT_EQ(learned(lab, 1), 7282U - 1);
    EXPECT_EQ(lab.counters(1).learn_refused, k_addresses - learned(lab, 1));
    EXPECT_EQ(port_of(lab, mac(1)), 2U);
    for (std::uint32_t i = 0; i < 800; ++i)
        ASSERT_TRUE(lab.the_switch().run_tc(3, from(mac(500000 + i), mac(1))));
    EXPECT_EQ(learned(lab, 3), 800U);
}

TEST(Fdb, ForgetsWhatHasNotBeenSeenForLong) {
    Lab lab({{}, {.bridge = 2}});
    auto &fdb = lab.maps().fdb;
    const auto now = Fdb::now();
    ASSERT_TRUE(fdb.add({.mac = mac(1), .bridge = 1, .port = 1, .seen = now - 5}));
    ASSERT_TRUE(fdb.add({.mac = mac(2), .bridge = 1, .port = 1, .seen = now - 1}));
    ASSERT_TRUE(fdb.add({.mac = mac(3), .bridge = 2, .port = 2, .seen = now - 5}));
    EXPECT_EQ(fdb.sweep([](std::uint16_t bridge) { return bridge == 1 ? 3U : 0U; }), 1U);
    EXPECT_FALSE(fdb.find(1, mac(1), 0));
    EXPECT_TRUE(fdb.find(1, mac(2), 0));
    EXPECT_TRUE(fdb.find(2, mac(3), 0));
    EXPECT_EQ(learned(lab, 1), 1U);
    EXPECT_EQ(learned(lab, 2), 1U);
}

TEST(Fdb, UsesAPlaceAgainOnlyAfterTheNextSweep) {
    Lab lab({{}, {}});
    const auto nine = colliding(lab, 9);
    for (std::size_t i = 0; i < 8; ++i)
        lab.send(1, from(nine[i]));
    EXPECT_EQ(learned(lab, 1), 8U);
    lab.send(1, from(nine[8]));
    EXPECT_EQ(lab.counters(1).learn_refused, 1U);

    ASSERT_TRUE(lab.maps().fdb.remove(1, nine[3], 0));
    EXPECT_EQ(learned(lab, 1), 7U);
    lab.send(1, from(nine[8]));
    EXPECT_EQ(lab.counters(1).learn_refused, 2U);

    EXPECT_EQ(lab.maps().fdb.sweep(k_never), 0U);
    lab.send(1, from(nine[8]));
    EXPECT_EQ(port_of(lab, nine[8]), 1U);
    EXPECT_EQ(port_of(lab, nine[3]), 0U);
    EXPECT_EQ(learned(lab, 1), 8U);
    EXPECT_EQ(learned_in_bridge(lab), 8U);
}

TEST(Fdb, FloodsToWhatWasDeleted) {
    Lab lab({{}, {}, {}});
    lab.send(1, from(mac(1)));
    ASSERT_TRUE(lab.maps().fdb.remove(1, mac(1), 0));
    EXPECT_EQ(lab.send(2, from(mac(2), mac(1))), each({1, 3}, from(mac(2), mac(1))));
    lab.send(1, from(mac(1)));
    EXPECT_EQ(port_of(lab, mac(1)), 1U);
}

TEST(Fdb, TakesWhatTheDaemonAdds) {
    Lab lab({{}, {}, {}});
    ASSERT_TRUE(lab.maps().fdb.add({.mac = mac(2), .bridge = 1, .port = 2, .seen = Fdb::now()}));
    EXPECT_EQ(learned(lab, 2), 1U);
    EXPECT_EQ(lab.send(1, from(mac(1), mac(2))), each({2}, from(mac(1), mac(2))));
    lab.send(3, from(mac(2)));
    EXPECT_EQ(port_of(lab, mac(2)), 3U);
    EXPECT_EQ(learned(lab, 2), 0U);
}

TEST(Fdb, CountsStayExact) {
    Lab lab({{}, {}, {}});
    for (std::uint32_t i = 0; i < 300; ++i)
        lab.run(1 + i % 3, from(mac(i * 7 % 101), mac(i % 13)));
    auto &fdb = lab.maps().fdb;
    fdb.remove_if([](const FdbEntry &entry) { return entry.mac % 3 == 0; });
    fdb.sweep(k_never);
    std::map<std::uint32_t, std::uint32_t> counted;
    for (const auto &entry : fdb.list(1))
        ++counted[entry.port];
    for (const std::uint32_t port : {1, 2, 3})
        EXPECT_EQ(learned(lab, port), counted[port]);
    EXPECT_EQ(learned_in_bridge(lab), fdb.size());
}

// Three CPUs, as far as there are, and the daemon: what they count is what is there.
TEST(Fdb, CountsStayExactWhereAllWantTheSameAddress) {
    Lab lab({{}, {}, {}, {}});
    lab.add_static(4, mac(99));
    std::atomic<int> running = 3;
    std::vector<std::thread> senders;
    for (const std::uint32_t port : {1, 2, 3})
        senders.emplace_back([&, port] {
            run_often(lab, port, from(mac(1), mac(99)));
            --running;
        });
    auto &fdb = lab.maps().fdb;
    while (running) {
        for (int way = 0; way < BVS_FDB_WAYS; ++way) {
            fdb.add({.mac = mac(1), .bridge = 1, .port = 4, .seen = Fdb::now()});
            fdb.remove(1, mac(1), 0);
        }
        fdb.sweep(k_never);
    }
    for (auto &sender : senders)
        sender.join();
    std::map<std::uint32_t, std::uint32_t> counted;
    for (const auto &entry : fdb.list(1))
        counted[entry.port] += !entry.is_static();
    for (const std::uint32_t port : {1, 2, 3, 4})
        EXPECT_EQ(learned(lab, port), counted[port]);
    EXPECT_EQ(learned_in_bridge(lab), fdb.size() - 1);
}

} // namespace
