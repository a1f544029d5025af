// SPDX-License-Identifier: Apache-2.0
//
// Counting from trajectories: exact, once, over a restart and over a change of rules; and the way
// of a trajectory back to being free.
#include "maps/trajectories.h"

#include "pipeline_fixture.h"

#include <bpf/bpf.h>
#include <gtest/gtest.h>

namespace bvs::maps {
namespace {

constexpr unsigned k_cpus = 2;
constexpr std::uint16_t k_bridge = 3;

class TrajectoriesTest : public testing::Test {
  protected:
    TrajectoriesTest() {
        EXPECT_TRUE(trajectories_.start());
        EXPECT_TRUE(maps_->rules.grow());
        EXPECT_TRUE(maps_->groups.grow());
    }

    // As BPF makes one.
    std::uint32_t make(std::initializer_list<std::uint32_t> visits) {
        const auto place = maps_->trajectory_pool.at(0).next++;
        auto &made = maps_->trajectories[place];
        made.identity.word[0] = place;
        made.bridge = k_bridge;
        made.visits = 0;
        for (const auto visit : visits)
            made.visit[made.visits++] = visit;
        bpf_map_update_elem(maps_->interned_fd, &made.identity, &place, BPF_ANY);
        return place;
    }
    void count(std::uint32_t place, unsigned cpu, std::uint64_t packets, std::uint64_t tick) {
        auto &tally =
            maps_->tallies[((cpu * BVS_TRAJECTORY_CHUNKS) << BVS_TRAJECTORY_SHIFT) + place];
        tally.packets += packets;
        tally.bytes += packets * 100;
        tally.used = tick;
    }
    bool findable(std::uint32_t place) const {
        std::uint32_t found = 0;
        const auto identity = maps_->trajectories[place].identity;
        return bpf_map_lookup_elem(maps_->interned_fd, &identity, &found) == 0;
    }
    bool take_free(std::uint32_t &place) const {
        return bpf_map_lookup_and_delete_elem(maps_->free_trajectories_fd, nullptr, &place) == 0;
    }

    KernelMaps kernel_;
    std::unique_ptr<PipelineMaps> maps_ = kernel_.open();
    std::unordered_map<std::uint32_t, std::uint32_t> heirs_;
    Trajectories trajectories_{*maps_, k_cpus, [this](std::uint32_t rule) {
                                   const auto heir = heirs_.find(rule);
                                   return heir == heirs_.end() ? rule : heir->second;
                               }};
};

TEST_F(TrajectoriesTest, EveryoneVisitedIsCountedOnce) {
    maps_->rules[7].table = 4;
    const auto place = make({BVS_VISIT_RULE | 7, BVS_VISIT_GROUP | 9,
                             BVS_VISIT_BUCKET | (9 * BVS_GROUP_BUCKETS + 2), BVS_VISIT_MISS | 5});
    count(place, 0, 3, 10);
    count(place, 1, 4, 12);
    trajectories_.harvest();
    trajectories_.harvest();
    EXPECT_EQ(maps_->rules[7].packets, 7U);
    EXPECT_EQ(maps_->rules[7].bytes, 700U);
    EXPECT_EQ(maps_->rules[7].used, 12U);
    EXPECT_EQ(maps_->groups[9].packets, 7U);
    EXPECT_EQ(maps_->groups[9].bucket[2].packets, 7U);
    EXPECT_EQ(maps_->tables.at(k_bridge * BVS_TABLES + 4).matched, 7U);
    EXPECT_EQ(maps_->tables.at(k_bridge * BVS_TABLES + 5).missed, 7U);
    count(place, 0, 1, 13);
    trajectories_.harvest();
    EXPECT_EQ(maps_->rules[7].packets, 8U);
}

TEST_F(TrajectoriesTest, ALaterDaemonDoesNotCountAgain) {
    const auto place = make({BVS_VISIT_RULE | 7});
    count(place, 0, 3, 10);
    trajectories_.harvest();
    count(place, 1, 2, 11);
    auto maps = kernel_.open();
    Trajectories later(*maps, k_cpus, [](std::uint32_t rule) { return rule; });
    ASSERT_TRUE(later.start());
    later.harvest();
    EXPECT_EQ(maps->rules[7].packets, 5U);
}

TEST_F(TrajectoriesTest, TheHeirIsCounted) {
    const auto place = make({BVS_VISIT_RULE | 7});
    heirs_[7] = 8;
    count(place, 0, 3, 10);
    trajectories_.harvest();
    EXPECT_EQ(maps_->rules[7].packets, 0U);
    EXPECT_EQ(maps_->rules[8].packets, 3U);
}

TEST_F(TrajectoriesTest, ThereIsMoreRoomBeforeItIsShort) {
    const auto before = trajectories_.capacity();
    trajectories_.after_grace(100);
    EXPECT_EQ(trajectories_.capacity(), before);
    while (maps_->trajectory_pool.at(0).next < before * 4 / 5)
        make({});
    EXPECT_TRUE(trajectories_.crowded());
    EXPECT_FALSE(trajectories_.settled());
    trajectories_.after_grace(100);
    EXPECT_EQ(trajectories_.capacity(), 2 * before);
    EXPECT_FALSE(trajectories_.crowded());
}

TEST_F(TrajectoriesTest, TheUnusedLeaveStepByStepWhenThereIsNoMore) {
    while (trajectories_.capacity() < BVS_TRAJECTORY_CHUNKS << BVS_TRAJECTORY_SHIFT) {
        maps_->trajectory_pool.at(0).next = trajectories_.capacity();
        trajectories_.after_grace(0);
    }
    maps_->trajectory_pool.at(0).next = trajectories_.capacity() - 100;
    const auto busy = make({BVS_VISIT_RULE | 7});
    const auto idle = make({BVS_VISIT_RULE | 8});
    count(busy, 0, 1, 50);
    count(idle, 1, 1, 20);
    auto &entry = reinterpret_cast<bvs_cache_set *>(maps_->cache.begin(1))[5].entry[2];
    entry.hash = 77;
    entry.trajectory = idle;

    trajectories_.after_grace(30);
    EXPECT_TRUE(findable(busy));
    EXPECT_FALSE(findable(idle));
    EXPECT_EQ(entry.hash, 77U);
    count(idle, 0, 1, 51); // a packet that has it at hand still
    std::uint32_t free = 0;
    trajectories_.after_grace(30);
    EXPECT_EQ(entry.hash, 0U);
    EXPECT_FALSE(take_free(free));
    count(idle, 0, 1, 51);
    trajectories_.after_grace(30);
    EXPECT_EQ(maps_->rules[8].packets, 3U);
    ASSERT_TRUE(take_free(free));
    EXPECT_EQ(free, idle);
    EXPECT_FALSE(take_free(free));
    EXPECT_TRUE(findable(busy));
}

} // namespace
} // namespace bvs::maps
