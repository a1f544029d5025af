// SPDX-License-Identifier: Apache-2.0
//
// Chunks are made on demand, and found again by the daemon that comes after.
#include "maps/slots.h"
#include "pipeline_fixture.h"

#include <gtest/gtest.h>

namespace bvs::maps {
namespace {

TEST(Chunks, AnIdleSwitchHasNone) {
    const KernelMaps kernel;
    EXPECT_EQ(kernel.open()->bytes(), 0U);
}

TEST(Chunks, ALaterDaemonFindsWhatWasWritten) {
    const KernelMaps kernel;
    {
        auto maps = kernel.open();
        ASSERT_TRUE(maps->rules.grow());
        ASSERT_TRUE(maps->rules.grow());
        maps->rules[RuleArray::k_chunk + 5].priority = 77;
    }
    auto maps = kernel.open();
    EXPECT_EQ(maps->rules.size(), 2 * RuleArray::k_chunk);
    EXPECT_EQ(maps->rules[RuleArray::k_chunk + 5].priority, 77U);
}

TEST(Chunks, WhereverTheyAre) {
    const KernelMaps kernel;
    const std::uint32_t first[] = {BVS_TRAJECTORY_CHUNKS, 3};
    const std::uint32_t again[] = {3, 2 * BVS_TRAJECTORY_CHUNKS};
    ASSERT_TRUE(kernel.open()->tallies.chunks().make(first));
    ASSERT_TRUE(kernel.open()->tallies.chunks().make(again));
    const auto maps = kernel.open();
    const auto &chunks = maps->tallies.chunks();
    EXPECT_EQ(chunks.made(), 3U);
    for (const auto place : {3, BVS_TRAJECTORY_CHUNKS, 2 * BVS_TRAJECTORY_CHUNKS})
        EXPECT_TRUE(chunks.has(static_cast<std::uint32_t>(place))) << place;
    EXPECT_FALSE(chunks.has(0));
}

TEST(Chunks, AFullArraySaysSo) {
    const KernelMaps kernel;
    auto maps = kernel.open();
    Result<> grown;
    while ((grown = maps->groups.grow())) {
    }
    EXPECT_EQ(grown.error().code, ENOSPC);
    EXPECT_EQ(maps->groups.size(), BVS_GROUP_CHUNKS << BVS_GROUP_SHIFT);
}

TEST(Slots, PlaceZeroIsNobodys) {
    const KernelMaps kernel;
    auto maps = kernel.open();
    Slots slots(maps->long_keys);
    EXPECT_EQ(slots.take(), 1U);
    EXPECT_EQ(slots.take(), 2U);
    slots.give_back(1);
    EXPECT_EQ(slots.taken(), 1U);
    EXPECT_EQ(slots.take(), 1U);
    EXPECT_EQ(slots.take(), 3U);
}

TEST(Slots, ALaterDaemonLeavesAloneWhatIsTaken) {
    const KernelMaps kernel;
    auto maps = kernel.open();
    ASSERT_TRUE(maps->long_keys.grow());
    Slots slots(maps->long_keys);
    slots.adopt([](std::uint32_t place) { return place == 2 || place == 4; });
    EXPECT_EQ(slots.taken(), 2U);
    EXPECT_EQ(slots.take(), 3U);
    EXPECT_EQ(slots.take(), 1U);
    EXPECT_EQ(slots.take(), 5U);
}

} // namespace
} // namespace bvs::maps
