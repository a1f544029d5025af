// SPDX-License-Identifier: Apache-2.0
#include "maps/multicast_lists.h"

#include "pipeline_fixture.h"

#include <array>
#include <bit>
#include <gtest/gtest.h>

namespace bvs::maps {
namespace {

bvs_multicast_key key(std::uint16_t bridge, std::uint64_t group) {
    return {.bridge = bridge,
            .vid = 0,
            .kind = BVS_MULTICAST_GROUP,
            .group_high = 0,
            .group_low = group};
}
Receivers ports(std::initializer_list<std::uint32_t> numbers) {
    Receivers receivers;
    for (const auto number : numbers)
        receivers[number] = BVS_RECEIVER_JOINED;
    return receivers;
}

// As they can be compared.
using Words = std::array<std::uint64_t, 3>;
std::vector<std::pair<Words, Receivers>> words(const MulticastLists::Entries &entries) {
    std::vector<std::pair<Words, Receivers>> all;
    for (const auto &[key, receivers] : entries)
        all.emplace_back(std::bit_cast<Words>(key), receivers);
    return all;
}

class MulticastListsTest : public testing::Test {
  protected:
    MulticastLists open() const {
        return MulticastLists::open(kernel_.fd("receivers"), kernel_.fd("multicast_lists")).value();
    }
    // As BPF finds them.
    std::vector<std::uint32_t> found(const bvs_multicast_key &key) const {
        const auto places =
            Hash<bvs_multicast_key, std::uint32_t>::open(kernel_.fd("multicast_lists"), "", "");
        const auto cells = Array<bvs_receiver>::open(kernel_.fd("receivers"), "");
        std::vector<std::uint32_t> found;
        for (auto cell = places->find(key).value_or(0); cells->get(cell).port;
             cell = cells->get(cell).next)
            found.push_back(cells->get(cell).port);
        return found;
    }
    using Ports = std::vector<std::uint32_t>;

    const KernelMaps kernel_;
};

TEST_F(MulticastListsTest, KeysLeadToTheirReceivers) {
    auto lists = open();
    ASSERT_TRUE(lists.assign(1, {{key(1, 1), ports({3, 5, 7})}, {key(1, 2), {}}}));
    EXPECT_EQ(found(key(1, 1)), (Ports{3, 5, 7}));
    EXPECT_EQ(found(key(1, 2)), Ports{});
    ASSERT_TRUE(lists.assign(2, {{key(2, 1), ports({4})}}));
    ASSERT_TRUE(lists.assign(1, {{key(1, 1), ports({3})}}));
    EXPECT_EQ(found(key(1, 1)), (Ports{3}));
    EXPECT_EQ(found(key(2, 1)), (Ports{4}));
    EXPECT_EQ(lists.all().size(), 2U);
}

TEST_F(MulticastListsTest, TheSameReceiversAreOneList) {
    auto lists = open();
    const auto free = lists.free_cells();
    ASSERT_TRUE(lists.assign(1, {{key(1, 1), ports({3, 5})}, {key(1, 2), ports({3, 5})}}));
    EXPECT_EQ(lists.free_cells(), free - 2);
    const auto writes = lists.writes();
    ASSERT_TRUE(lists.assign(1, {{key(1, 1), ports({3, 5})}, {key(1, 2), ports({3, 5})}}));
    EXPECT_EQ(lists.writes(), writes);
}

TEST_F(MulticastListsTest, CellsRestBeforeTheyAreUsedAgain) {
    auto lists = open();
    const auto free = lists.free_cells();
    ASSERT_TRUE(lists.assign(1, {{key(1, 1), ports({3, 5})}}));
    ASSERT_TRUE(lists.assign(1, {}));
    lists.every_second();
    EXPECT_EQ(lists.free_cells(), free - 2);
    lists.every_second();
    EXPECT_EQ(lists.free_cells(), free);
}

TEST_F(MulticastListsTest, ADaemonThatTakesOverFindsThem) {
    MulticastLists::Entries entries = {{key(1, 1), ports({3, 5})},
                                       {key(1, 2), ports({3, 5})},
                                       {key(1, 3), {}},
                                       {key(2, 1), {{9, BVS_RECEIVER_ROUTER}}}};
    const auto left = [&] {
        auto lists = open();
        EXPECT_TRUE(lists.assign(1, {{key(1, 4), ports({8})}}));
        EXPECT_TRUE(lists.assign(1, {entries[0], entries[1], entries[2]}));
        EXPECT_TRUE(lists.assign(2, {entries[3]}));
        lists.every_second();
        lists.every_second();
        return lists.free_cells();
    }();
    auto lists = open();
    EXPECT_EQ(words(lists.all()), words(entries));
    EXPECT_EQ(lists.free_cells(), left);
    ASSERT_TRUE(lists.assign(1, {}));
    EXPECT_EQ(words(lists.all()), words({entries[3]}));
}

TEST_F(MulticastListsTest, WhatHasNoRoomLeadsToEverybody) {
    auto lists = open();
    ASSERT_TRUE(lists.assign(1, {{key(1, 1), ports({1})}}));
    Receivers all;
    for (std::uint32_t port = 1; port <= lists.free_cells() + 1; ++port)
        all[port] = BVS_RECEIVER_JOINED;
    const auto refused = lists.assign(1, {{key(1, 1), all}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ENOSPC);
    EXPECT_TRUE(lists.all().empty());
}

} // namespace
} // namespace bvs::maps
