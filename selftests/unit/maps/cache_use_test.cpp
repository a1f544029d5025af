// SPDX-License-Identifier: Apache-2.0
#include "maps/cache_use.h"

#include "pipeline_fixture.h"

#include <gtest/gtest.h>
#include <vector>

namespace bvs::maps {
namespace {

constexpr unsigned k_cpus = 2;

class CacheUseTest : public testing::Test {
  protected:
    void make_room() {
        std::vector<std::uint32_t> chunks;
        for (unsigned cpu = 0; cpu < k_cpus; ++cpu)
            chunks.push_back(cpu * BVS_TRAJECTORY_CHUNKS);
        ASSERT_TRUE(maps_->tallies.chunks().make(chunks));
        maps_->trajectory_pool.at(0) = {.next = 4, .capacity = 1 << BVS_TRAJECTORY_SHIFT};
    }
    bvs_tally &tally(unsigned cpu, std::uint32_t place) {
        return maps_->tallies[(cpu * BVS_TRAJECTORY_CHUNKS << BVS_TRAJECTORY_SHIFT) + place];
    }

    KernelMaps kernel_;
    std::unique_ptr<PipelineMaps> maps_ = kernel_.open();
    CacheUse use_{*maps_, k_cpus};
};

TEST_F(CacheUseTest, WithoutTrajectoriesIsNone) {
    EXPECT_EQ(use_.read().hits, 0U);
    EXPECT_EQ(use_.read().misses, 0U);
}

TEST_F(CacheUseTest, HitsAreWhatWasFollowedWithoutARun) {
    make_room();
    tally(0, 1).packets = 10;
    tally(1, 3).packets = 5;
    tally(0, 0) = {.packets = 4, .reserved = 1};
    tally(1, 0) = {.packets = 2};
    const auto counts = use_.read();
    EXPECT_EQ(counts.misses, 6U);
    EXPECT_EQ(counts.unkept, 1U);
    EXPECT_EQ(counts.hits, 10U); // 15 with a trajectory, of which 5 had to find it out
}

TEST_F(CacheUseTest, HitsNeverGoBack) {
    make_room();
    tally(0, 1).packets = 10;
    EXPECT_EQ(use_.read().hits, 10U);
    tally(0, 0).packets = 3; // which are not counted at their trajectory yet
    EXPECT_EQ(use_.read().hits, 10U);
    tally(0, 1).packets = 14;
    EXPECT_EQ(use_.read().hits, 11U);
}

} // namespace
} // namespace bvs::maps
