// SPDX-License-Identifier: Apache-2.0
#include "switch/multicast_keys.h"

#include <gtest/gtest.h>
#include <map>
#include <tuple>

namespace bvs::daemon {
namespace {

using maps::Receivers;

constexpr std::uint16_t k_bridge = 7;
constexpr std::uint64_t k_v4 = 0xffffULL << 32;

bvs_multicast_key key(bvs_multicast_kind kind, std::uint16_t vid, std::uint64_t high = 0,
                      std::uint64_t low = 0) {
    return {.bridge = k_bridge, .vid = vid, .kind = kind, .group_high = high, .group_low = low};
}

// As pairs that can be compared.
using Words = std::tuple<unsigned, unsigned, unsigned, std::uint64_t, std::uint64_t>;
std::map<Words, Receivers> by_key(const MulticastEntries &entries) {
    std::map<Words, Receivers> all;
    for (const auto &[key, receivers] : entries)
        all[{key.bridge, key.vid, key.kind, key.group_high, key.group_low}] = receivers;
    EXPECT_EQ(all.size(), entries.size());
    return all;
}

class MulticastKeys : public testing::Test {
  protected:
    MulticastKeys() {
        for (const protocol::PortId port : {1, 2, 3})
            snooping_.set_port(port, false, false);
    }
    void join(protocol::PortId port, std::string_view group, std::uint16_t vlan = 0) {
        snooping_.receive(vlan, port, {.changes = {{*model::parse_ip_address(group), true}}}, {});
    }
    void query(protocol::PortId port, std::uint16_t vlan) {
        snooping_.receive(vlan, port,
                          {.kind = protocol::GroupMessage::Kind::query,
                           .source = *model::parse_ip_address("192.0.2.1")},
                          {});
    }
    std::map<Words, Receivers> keys() { return by_key(multicast_keys(k_bridge, snooping_)); }

    protocol::Snooping snooping_{{}};
};

TEST_F(MulticastKeys, AreGroupsAndReports) {
    join(1, "239.1.1.1");
    join(2, "ff15::1", 10);
    ASSERT_TRUE(snooping_.add_static(10, *model::parse_ip_address("ff15::1"), 3));
    EXPECT_EQ(keys(), by_key({{key(BVS_MULTICAST_GROUP, 0, 0, k_v4 | 0xef010101),
                               {{1, BVS_RECEIVER_JOINED}}},
                              {key(BVS_MULTICAST_GROUP, 10, 0xff15ULL << 48, 1),
                               {{2, BVS_RECEIVER_JOINED}, {3, BVS_RECEIVER_TOLD}}},
                              {key(BVS_MULTICAST_REPORTS, BVS_EVERY_VLAN), {}}}));
}

TEST_F(MulticastKeys, RoutersGetAllOfTheirVlan) {
    join(1, "239.1.1.1");
    join(1, "239.1.1.1", 10);
    query(2, 10);
    snooping_.set_port(3, true, true);
    const Receivers told = {{3, BVS_RECEIVER_TOLD}};
    const Receivers told_and_router = {{2, BVS_RECEIVER_ROUTER}, {3, BVS_RECEIVER_TOLD}};
    MulticastEntries wanted = {
        {key(BVS_MULTICAST_GROUP, 0, 0, k_v4 | 0xef010101),
         {{1, BVS_RECEIVER_JOINED}, {3, BVS_RECEIVER_TOLD}}},
        {key(BVS_MULTICAST_GROUP, 10, 0, k_v4 | 0xef010101),
         {{1, BVS_RECEIVER_JOINED}, {2, BVS_RECEIVER_ROUTER}, {3, BVS_RECEIVER_TOLD}}},
        {key(BVS_MULTICAST_REPORTS, BVS_EVERY_VLAN), told},
        {key(BVS_MULTICAST_REPORTS, 10), told_and_router}};
    EXPECT_EQ(keys(), by_key(wanted));
    snooping_.configure({.flood_unregistered = false});
    wanted.emplace_back(key(BVS_MULTICAST_UNREGISTERED, BVS_EVERY_VLAN), told);
    wanted.emplace_back(key(BVS_MULTICAST_UNREGISTERED, 10), told_and_router);
    EXPECT_EQ(keys(), by_key(wanted));
}

// All but what is configured, and what was at ports that are gone.
TEST_F(MulticastKeys, CanBeHeardAgain) {
    join(1, "239.1.1.1");
    join(2, "239.1.1.1");
    query(3, 10);
    const auto before = multicast_keys(k_bridge, snooping_);
    snooping_.remove_port(2);
    const auto without = keys();

    protocol::Snooping next({});
    next.set_port(1, false, false);
    next.set_port(3, false, false);
    hear_again(next, before, protocol::Time(std::chrono::hours(1)));
    EXPECT_EQ(by_key(multicast_keys(k_bridge, next)), without);
    EXPECT_EQ(next.entries().front().seen, protocol::Time(std::chrono::hours(1)));
}

} // namespace
} // namespace bvs::daemon
