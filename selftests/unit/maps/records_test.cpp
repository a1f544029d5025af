// SPDX-License-Identifier: Apache-2.0
//
// Records of all sizes, and who holds them: rules give them back as they go, and a later daemon
// finds them.
#include "maps/records.h"

#include "maps/pipeline_writer.h"
#include "pipeline_fixture.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <numeric>

namespace bvs::maps {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint16_t k_bridge = 3;

std::vector<std::uint8_t> bytes(std::size_t size) {
    std::vector<std::uint8_t> made(size);
    std::iota(made.begin(), made.end(), static_cast<std::uint8_t>(size));
    return made;
}

bool equal(std::span<const std::uint8_t> a, const std::vector<std::uint8_t> &b) {
    return std::ranges::equal(a, b);
}

class RecordsTest : public testing::Test {
  protected:
    KernelMaps kernel_;
    std::unique_ptr<PipelineMaps> maps_ = kernel_.open();
};

TEST_F(RecordsTest, OfAllSizesComeBackAsTheyWere) {
    Records records(maps_->records);
    std::map<std::size_t, std::uint32_t> places;
    for (const std::size_t size : {1, 59, 60, 61, 124, 125, 1000, 70000})
        places[size] = *records.put(bytes(size));
    for (const auto &[size, place] : places)
        EXPECT_TRUE(equal(records.get(place), bytes(size))) << size;
    EXPECT_EQ(*records.put({}), 0U);
    EXPECT_THAT(records.get(0), IsEmpty());
    for (const auto &[size, place] : places)
        records.give_back(place);
    EXPECT_EQ(records.in_use(), 0U);
}

TEST_F(RecordsTest, AreFoundByThemselves) {
    Records records(maps_->records);
    std::vector<std::uint32_t> places;
    for (const std::size_t size : {300, 60, 200, 61, 7})
        places.push_back(*records.put(bytes(size)));
    records.give_back(places[0]);
    records.give_back(places[2]);
    std::vector<std::size_t> sizes;
    for_each_record(maps_->records, [&](std::span<const std::uint8_t> record) {
        sizes.push_back(record.size());
        EXPECT_TRUE(equal(record, bytes(record.size())));
    });
    EXPECT_THAT(sizes, ElementsAre(60, 61, 7));
}

TEST_F(RecordsTest, OneThatIsLongerThanAChunkIsRefused) {
    Records records(maps_->records);
    const auto refused = records.put(bytes(RecordArray::k_chunk * sizeof(bvs_record_cell)));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ENOSPC);
}

TEST_F(RecordsTest, GoWithTheirRulesAndAreFoundByALaterDaemon) {
    bvs_instruction end = {};
    const auto wanted = [&](std::uint64_t value, std::span<const std::uint8_t> record) {
        NewRule rule = {.priority = 1, .code = {&end, 1}, .record = record};
        rule.mask.words = 1;
        rule.mask.mask[0] = ~0ULL;
        rule.value.word[0] = value;
        return rule;
    };
    PipelineWriter writer(*maps_, 1, [] {});
    ASSERT_TRUE(writer.start(1));
    writer.begin(k_bridge);
    const auto one = writer.add(wanted(1, bytes(100)));
    const auto other = writer.add(wanted(2, bytes(10)));
    ASSERT_TRUE(one && other && writer.commit());
    writer.begin(k_bridge);
    const auto fresh = writer.replace(*one, {&end, 1}, bytes(40), false);
    writer.remove(*other);
    ASSERT_TRUE(fresh && writer.commit());
    EXPECT_TRUE(equal(writer.record(*fresh), bytes(40)));
    while (writer.reclaimable())
        writer.reclaim();
    EXPECT_EQ(writer.record_cells(), 1U);

    auto maps = kernel_.open();
    PipelineWriter later(*maps, 1, [] {});
    ASSERT_TRUE(later.start(2));
    later.begin(k_bridge);
    ASSERT_TRUE(later.add(wanted(3, bytes(50))) && later.commit());
    EXPECT_EQ(later.record_cells(), 2U);
    std::vector<std::uint32_t> found;
    later.for_each([&](std::uint32_t rule) { found.push_back(rule); });
    EXPECT_EQ(found.size(), 2U);
    EXPECT_TRUE(equal(later.record(*fresh), bytes(40)));
}

} // namespace
} // namespace bvs::maps
