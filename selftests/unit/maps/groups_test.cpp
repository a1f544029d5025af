// SPDX-License-Identifier: Apache-2.0
//
// Groups as the PipelineWriter writes them: seen whole or not at all, counted on over a change and
// over packets that are still on their way, and given back to the last instruction.
#include "maps/pipeline_writer.h"

#include "pipeline_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bvs::maps {
namespace {

using testing::ElementsAre;

constexpr std::uint16_t k_bridge = 3;
constexpr unsigned k_cpus = 2;

using Code = std::vector<bvs_instruction>;

bvs_instruction instruction(std::uint8_t op, std::uint32_t y = 0) {
    bvs_instruction made = {};
    made.op = op;
    made.y = y;
    return made;
}

// A bucket for each port.
struct Wanted {
    explicit Wanted(std::initializer_list<std::uint32_t> ports) {
        group.type = BVS_GROUP_SELECT;
        for (const auto port : ports) {
            group.bucket[group.buckets].weight = 10 * (group.buckets + 1);
            ++group.buckets;
            code.push_back({instruction(BVS_OP_OUTPUT, port), instruction(BVS_OP_END)});
        }
    }
    NewGroup get() const { return {.group = group, .code = code, .record = record}; }

    bvs_group group = {};
    std::vector<Code> code;
    std::vector<std::uint8_t> record = {1, 2, 3};
};

class GroupsTest : public testing::Test {
  protected:
    GroupsTest() { EXPECT_TRUE(writer_.start(42)); }

    std::uint32_t added(const Wanted &wanted) {
        writer_.begin(k_bridge);
        const auto place = writer_.add_group(wanted.get());
        EXPECT_TRUE(place) << (place ? "" : place.error().message);
        EXPECT_TRUE(writer_.commit());
        return place.value_or(0);
    }
    std::uint32_t replaced(std::uint32_t old, const Wanted &wanted, CountsOn counts_on) {
        writer_.begin(k_bridge);
        const auto place = writer_.replace_group(old, wanted.get(), std::move(counts_on));
        EXPECT_TRUE(place);
        EXPECT_TRUE(writer_.commit());
        return place.value_or(0);
    }
    void count(std::uint32_t group, std::uint32_t bucket, std::uint64_t packets) {
        maps_->groups[group].packets += packets;
        maps_->groups[group].bucket[bucket].packets += packets;
    }
    // As BPF makes a trajectory of a group and a bucket, and counts at it.
    void count_trajectory(std::uint32_t group, std::uint32_t bucket, std::uint64_t packets) {
        const auto place = maps_->trajectory_pool.at(0).next++;
        auto &made = maps_->trajectories[place];
        made.bridge = k_bridge;
        made.visits = 2;
        made.visit[0] = BVS_VISIT_GROUP | group;
        made.visit[1] = BVS_VISIT_BUCKET | (group * BVS_GROUP_BUCKETS + bucket);
        maps_->tallies[place].packets = packets;
    }
    std::uint64_t packets(std::uint32_t group) const {
        return writer_.group_counters(group).group.packets;
    }
    std::vector<std::uint64_t> bucket_packets(std::uint32_t group) const {
        std::vector<std::uint64_t> counted;
        for (const auto &bucket : writer_.group_counters(group).buckets)
            counted.push_back(bucket.packets);
        return counted;
    }
    std::uint64_t generation() const { return maps_->pipelines.get(k_bridge).generation; }
    void reclaim_all(PipelineWriter &writer) {
        while (writer.reclaimable())
            writer.reclaim();
    }

    KernelMaps kernel_;
    std::unique_ptr<PipelineMaps> maps_ = kernel_.open();
    PipelineWriter writer_{*maps_, k_cpus, [] {}};
};

TEST_F(GroupsTest, IsWrittenWhole) {
    Wanted wanted({5, 6});
    wanted.group.hash_words = 1;
    wanted.group.hash_word[0] = 3;
    wanted.group.hash_mask[0] = 0xff;
    wanted.group.bucket[1].watch_port = 7;
    const auto place = added(wanted);
    const auto &group = maps_->groups[place];
    EXPECT_EQ(group.type, static_cast<unsigned>(BVS_GROUP_SELECT));
    EXPECT_EQ(group.buckets, 2U);
    EXPECT_EQ(group.hash_mask[0], 0xffU);
    EXPECT_EQ(group.bucket[1].weight, 20U);
    EXPECT_EQ(group.bucket[1].watch_port, 7U);
    EXPECT_EQ(maps_->code[group.bucket[0].code].y, 5U);
    EXPECT_EQ(maps_->code[group.bucket[1].code].y, 6U);
    EXPECT_THAT(writer_.group_record(place), ElementsAre(1, 2, 3));
    EXPECT_EQ(writer_.bridge_of_group(place), k_bridge);
}

TEST_F(GroupsTest, ARemovedOneStaysUntilNoPacketHasIt) {
    const auto place = added(Wanted({5, 6}));
    writer_.begin(k_bridge);
    writer_.remove_group(place);
    ASSERT_TRUE(writer_.commit());
    EXPECT_EQ(maps_->groups[place].buckets, 2U);
    EXPECT_NE(added(Wanted({7})), place);
    ASSERT_TRUE(writer_.reclaimable());
    reclaim_all(writer_);
    EXPECT_EQ(writer_.groups(), 1U);
    EXPECT_EQ(writer_.instructions(), 2U);
    EXPECT_EQ(writer_.record_cells(), 1U);
    EXPECT_EQ(added(Wanted({8})), place);
}

TEST_F(GroupsTest, AChangedOneCountsOnBucketByBucket) {
    const auto old = added(Wanted({5, 6, 7}));
    count(old, 0, 1);
    count(old, 1, 20);
    count(old, 2, 300);
    const auto fresh = replaced(old, Wanted({7, 8, 5}), {2, std::nullopt, 0});
    ASSERT_NE(fresh, old);
    EXPECT_EQ(packets(fresh), 321U);
    EXPECT_THAT(bucket_packets(fresh), ElementsAre(300, 0, 1));
    count(old, 2, 3000); // a packet of before the commit
    count_trajectory(old, 0, 4);
    reclaim_all(writer_);
    EXPECT_EQ(packets(fresh), 3325U);
    EXPECT_THAT(bucket_packets(fresh), ElementsAre(3300, 0, 5));
}

TEST_F(GroupsTest, ChangedTwiceItCountsAtTheLatest) {
    const auto first = added(Wanted({5, 6}));
    const auto second = replaced(first, Wanted({6, 5}), {1, 0});
    const auto third = replaced(second, Wanted({5}), {1});
    count_trajectory(first, 0, 7);
    count_trajectory(second, 0, 9);
    count(first, 0, 1);
    reclaim_all(writer_);
    EXPECT_EQ(packets(third), 17U);
    EXPECT_THAT(bucket_packets(third), ElementsAre(8));
}

TEST_F(GroupsTest, AnAbortedChangeLeavesNothing) {
    const auto stays = added(Wanted({5}));
    count(stays, 0, 3);
    writer_.begin(k_bridge);
    ASSERT_TRUE(writer_.add_group(Wanted({6, 7}).get()));
    ASSERT_TRUE(writer_.replace_group(stays, Wanted({8}).get(), {0}));
    writer_.abort();
    EXPECT_EQ(writer_.groups(), 1U);
    EXPECT_EQ(writer_.instructions(), 2U);
    EXPECT_EQ(writer_.record_cells(), 1U);
    EXPECT_FALSE(writer_.reclaimable());
    added(Wanted({6}));
    count_trajectory(stays, 0, 4);
    writer_.harvest();
    EXPECT_THAT(bucket_packets(stays), ElementsAre(7));
    EXPECT_EQ(maps_->groups[stays].removed, ~0ULL);
}

TEST_F(GroupsTest, OneThatDoesNotFitIsRefusedAndLeavesNothing) {
    Wanted wanted({5, 6});
    wanted.code[1] = Code(CodeArray::k_chunk, instruction(BVS_OP_EXIT));
    writer_.begin(k_bridge);
    const auto refused = writer_.add_group(wanted.get());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ENOSPC);
    EXPECT_EQ(writer_.groups(), 0U);
    EXPECT_EQ(writer_.instructions(), 0U);
    ASSERT_TRUE(writer_.commit());
    EXPECT_EQ(generation(), 0U);
}

TEST_F(GroupsTest, ALaterDaemonTakesOver) {
    const auto stays = added(Wanted({5, 6}));
    const auto goes = added(Wanted({7}));
    const auto changes = added(Wanted({8}));
    writer_.begin(k_bridge);
    writer_.remove_group(goes);
    ASSERT_TRUE(writer_.commit());
    count(stays, 1, 4);
    writer_.begin(k_bridge); // and is killed before the commit
    ASSERT_TRUE(writer_.add_group(Wanted({9}).get()));
    ASSERT_TRUE(writer_.replace_group(changes, Wanted({10, 11}).get(), {}));

    auto maps = kernel_.open();
    PipelineWriter later(*maps, k_cpus, [] {});
    ASSERT_TRUE(later.start(43));
    reclaim_all(later);
    EXPECT_EQ(later.groups(), 2U);
    EXPECT_EQ(later.instructions(), 6U);
    EXPECT_EQ(later.record_cells(), 2U);
    std::vector<std::uint32_t> found;
    later.for_each_group([&](std::uint32_t place) { found.push_back(place); });
    EXPECT_THAT(found, testing::UnorderedElementsAre(stays, changes));
    EXPECT_EQ(later.group_counters(stays).buckets[1].packets, 4U);
    EXPECT_THAT(later.group_record(changes), ElementsAre(1, 2, 3));
    later.begin(k_bridge);
    const auto fresh = later.add_group(Wanted({12, 13, 14}).get());
    ASSERT_TRUE(fresh);
    ASSERT_TRUE(later.commit());
    EXPECT_EQ(maps->code[maps->groups[stays].bucket[0].code].y, 5U);
    EXPECT_EQ(maps->code[maps->groups[changes].bucket[0].code].y, 8U);
}

TEST_F(GroupsTest, AProgramIsThereForTheTimeOfACall) {
    const Code code = {instruction(BVS_OP_OUTPUT, 5), instruction(BVS_OP_DEC_TTL, 3),
                       instruction(BVS_OP_END), instruction(BVS_OP_END)};
    std::uint32_t place = 0;
    EXPECT_TRUE(writer_.with_program(code, [&](std::uint32_t there) -> Result<> {
        place = there;
        EXPECT_EQ(maps_->code[there].y, 5U);
        EXPECT_EQ(maps_->code[there + 1].y, there + 3);
        EXPECT_EQ(writer_.instructions(), 4U);
        return {};
    }));
    EXPECT_NE(place, 0U);
    EXPECT_EQ(writer_.instructions(), 0U);
    const auto failed =
        writer_.with_program(code, [](std::uint32_t) -> Result<> { return fail("no"); });
    EXPECT_FALSE(failed);
    EXPECT_EQ(writer_.instructions(), 0U);
}

} // namespace
} // namespace bvs::maps
