// SPDX-License-Identifier: Apache-2.0
//
// The writer of rules against a map of rules, both asked as a packet asks; whole changes, growth,
// and what is left after everything is gone.
#include "maps/pipeline_writer.h"

#include "pipeline_fixture.h"

#include <chrono>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <random>

namespace bvs::maps {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint16_t k_bridge = 3;
constexpr unsigned k_cpus = 2;

bvs_instruction instruction(std::uint8_t op, std::uint32_t y = 0) {
    bvs_instruction made = {};
    made.op = op;
    made.y = y;
    return made;
}

const std::vector<bvs_instruction> k_drop = {instruction(BVS_OP_END)};

// Matches the lowest 16 bits of the first `words` words.
NewRule rule(std::uint8_t table, std::uint32_t words, std::uint32_t priority, std::uint64_t value) {
    NewRule made = {.table = table, .priority = priority, .code = k_drop};
    made.mask.words = words;
    for (std::uint32_t i = 0; i < words; ++i) {
        made.mask.word[i] = static_cast<std::uint8_t>(i);
        made.mask.mask[i] = 0xffff;
        made.value.word[i] = value;
    }
    return made;
}

bvs_flow flow(std::uint64_t value) {
    bvs_flow made;
    for (auto &word : made.word)
        word = value;
    return made;
}

class PipelineWriterTest : public testing::Test {
  protected:
    PipelineWriterTest() { EXPECT_TRUE(writer_.start(42)); }

    std::uint32_t add(const NewRule &wanted) {
        const auto place = writer_.add(wanted);
        EXPECT_TRUE(place) << (place ? "" : place.error().message);
        return place.value_or(0);
    }
    std::uint32_t meets(std::uint8_t table, std::uint64_t value) const {
        return look_up(*maps_, k_bridge, table, flow(value));
    }
    std::vector<std::uint32_t> reclaimed() {
        std::vector<std::uint32_t> rules;
        for (const auto &gone : writer_.reclaim())
            rules.push_back(gone.rule);
        return rules;
    }

    KernelMaps kernel_;
    std::unique_ptr<PipelineMaps> maps_ = kernel_.open();
    int graces_ = 0;
    PipelineWriter writer_{*maps_, k_cpus, [this] { ++graces_; }};
};

TEST_F(PipelineWriterTest, NothingIsSeenBeforeTheCommit) {
    writer_.begin(k_bridge);
    const auto one = add(rule(0, 2, 10, 7));
    const auto other = add(rule(5, 9, 10, 7));
    EXPECT_EQ(meets(0, 7), 0U);
    EXPECT_EQ(meets(5, 7), 0U);
    ASSERT_TRUE(writer_.commit());
    EXPECT_EQ(meets(0, 7), one);
    EXPECT_EQ(meets(5, 7), other);
    EXPECT_EQ(meets(0, 8), 0U);
}

TEST_F(PipelineWriterTest, OnlyTablesThatChangedSaySo) {
    writer_.begin(k_bridge);
    add(rule(1, 1, 1, 1));
    ASSERT_TRUE(writer_.commit());
    writer_.begin(k_bridge);
    add(rule(2, 1, 1, 1));
    ASSERT_TRUE(writer_.commit());
    EXPECT_EQ(maps_->pipelines.get(k_bridge).generation, 2U);
    EXPECT_EQ(maps_->tables.get(k_bridge * BVS_TABLES + 1).changed, 1U);
    EXPECT_EQ(maps_->tables.get(k_bridge * BVS_TABLES + 2).changed, 2U);
}

TEST_F(PipelineWriterTest, AnAbortedChangeIsNeverSeen) {
    writer_.begin(k_bridge);
    const auto stays = add(rule(0, 1, 10, 7));
    ASSERT_TRUE(writer_.commit());
    writer_.begin(k_bridge);
    add(rule(0, 1, 20, 7));
    add(rule(0, 2, 30, 7));
    writer_.remove(stays);
    writer_.abort();
    EXPECT_EQ(meets(0, 7), stays);
    writer_.begin(k_bridge);
    add(rule(0, 1, 5, 8));
    ASSERT_TRUE(writer_.commit());
    EXPECT_EQ(meets(0, 7), stays);
    while (writer_.reclaimable())
        EXPECT_THAT(reclaimed(), IsEmpty());
    EXPECT_EQ(writer_.rules(), 2U);
}

TEST_F(PipelineWriterTest, ARemovedRuleIsToldOfOnceAndItsPlaceUsedAgainLater) {
    writer_.begin(k_bridge);
    const auto gone = add(rule(0, 9, 10, 7));
    ASSERT_TRUE(writer_.commit());
    maps_->rules[gone].packets = 5;
    writer_.begin(k_bridge);
    writer_.remove(gone);
    EXPECT_EQ(meets(0, 7), gone);
    ASSERT_TRUE(writer_.commit());
    EXPECT_EQ(meets(0, 7), 0U);
    const auto told = writer_.reclaim();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].rule, gone);
    EXPECT_EQ(told[0].counters.packets, 5U);
    EXPECT_EQ(writer_.rules(), 1U);
    EXPECT_THAT(reclaimed(), IsEmpty());
    EXPECT_EQ(writer_.rules(), 0U);
    EXPECT_FALSE(writer_.reclaimable());
    EXPECT_EQ(maps_->tables.get(k_bridge * BVS_TABLES).list, 0U);
}

TEST_F(PipelineWriterTest, AReplacedRuleCountsOn) {
    writer_.begin(k_bridge);
    const auto old = add(rule(0, 9, 10, 7));
    ASSERT_TRUE(writer_.commit());
    maps_->rules[old].packets = 5;
    const std::vector<bvs_instruction> code = {instruction(BVS_OP_OUTPUT, 1),
                                               instruction(BVS_OP_END)};
    writer_.begin(k_bridge);
    const auto fresh = writer_.replace(old, code, {}, false);
    ASSERT_TRUE(fresh);
    EXPECT_EQ(meets(0, 7), old);
    ASSERT_TRUE(writer_.commit());
    EXPECT_EQ(meets(0, 7), *fresh);
    EXPECT_EQ(writer_.counters(*fresh).packets, 5U);
    maps_->rules[old].packets += 2; // a packet of before the commit
    EXPECT_THAT(reclaimed(), IsEmpty());
    EXPECT_EQ(writer_.counters(*fresh).packets, 7U);
    EXPECT_EQ(maps_->code[maps_->rules[*fresh].code].op, BVS_OP_OUTPUT);
}

TEST_F(PipelineWriterTest, AReplacedRuleMayCountAnew) {
    writer_.begin(k_bridge);
    const auto old = add(rule(0, 1, 10, 7));
    ASSERT_TRUE(writer_.commit());
    maps_->rules[old].packets = 5;
    writer_.begin(k_bridge);
    const auto fresh = writer_.replace(old, k_drop, {}, true);
    ASSERT_TRUE(writer_.commit());
    reclaimed();
    EXPECT_EQ(writer_.counters(*fresh).packets, 0U);
}

TEST_F(PipelineWriterTest, ALongProgramIsRefusedAndNothingElseChanges) {
    const std::vector<bvs_instruction> code(CodeArray::k_chunk, instruction(BVS_OP_EXIT));
    auto wanted = rule(0, 1, 10, 7);
    wanted.code = code;
    writer_.begin(k_bridge);
    const auto refused = writer_.add(wanted);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ENOSPC);
    EXPECT_EQ(writer_.rules(), 0U);
    ASSERT_TRUE(writer_.commit());
    EXPECT_EQ(maps_->pipelines.get(k_bridge).generation, 0U);
}

TEST_F(PipelineWriterTest, TooManyMasksAreRefused) {
    writer_.begin(k_bridge);
    Result<std::uint32_t> added;
    std::uint32_t n = 0;
    do {
        auto wanted = rule(0, 1, 10, 0);
        wanted.mask.mask[0] = ++n;
        added = writer_.add(wanted);
    } while (added);
    EXPECT_EQ(added.error().code, ENOSPC);
    EXPECT_EQ(n, static_cast<std::uint32_t>(BVS_SUBTABLES));
    EXPECT_EQ(writer_.rules(), n - 1);
    EXPECT_TRUE(writer_.commit());
}

// The rules as a map, and what a packet with this value meets.
class Reference {
  public:
    using Key = std::tuple<std::uint8_t, std::uint32_t, std::uint64_t, std::uint32_t>;
    std::map<Key, std::uint32_t> rules; // table, words, value, priority -> place

    std::pair<bool, std::uint32_t> best(std::uint8_t table, std::uint64_t value) const {
        std::pair<bool, std::uint32_t> found;
        for (std::uint32_t words = 1; words <= BVS_SUBTABLE_WORDS; ++words) {
            auto end = rules.upper_bound({table, words, value, ~0U});
            if (end == rules.begin())
                continue;
            const auto &[t, w, v, priority] = std::prev(end)->first;
            if (t == table && w == words && v == value)
                found = {true, std::max(found.second, priority)};
        }
        return found;
    }
};

TEST_F(PipelineWriterTest, RandomChangesComeOutAsInTheReference) {
    std::mt19937 random(7);
    Reference now;
    for (int round = 0; round < 400; ++round) {
        writer_.begin(k_bridge);
        auto next = now;
        for (auto changes = random() % 60; changes; --changes) {
            const Reference::Key key = {random() % 3, 1 + random() % BVS_SUBTABLE_WORDS,
                                        random() % 50, random() % 5 + 1};
            const auto &[table, words, value, priority] = key;
            if (const auto there = next.rules.find(key); there == next.rules.end()) {
                next.rules[key] = add(rule(table, words, priority, value));
            } else if (random() % 2) {
                writer_.remove(there->second);
                next.rules.erase(there);
            } else {
                there->second = *writer_.replace(there->second, k_drop, {}, random() % 2);
            }
        }
        for (std::uint64_t value = 0; value < 50; ++value)
            ASSERT_EQ(meets(0, value) != 0, now.best(0, value).first);
        if (random() % 4) {
            ASSERT_TRUE(writer_.commit());
            now = next;
        } else {
            writer_.abort();
        }
        if (random() % 3 == 0)
            writer_.reclaim();
        for (std::uint8_t table = 0; table < 3; ++table)
            for (std::uint64_t value = 0; value < 50; ++value) {
                const auto met = meets(table, value);
                const auto [any, priority] = now.best(table, value);
                ASSERT_EQ(met != 0, any) << round;
                ASSERT_EQ(maps_->rules[met].priority, priority) << round;
            }
    }
    while (writer_.reclaimable())
        writer_.reclaim();
    EXPECT_EQ(writer_.rules(), now.rules.size());
    writer_.begin(k_bridge);
    for (const auto &[key, place] : now.rules)
        writer_.remove(place);
    ASSERT_TRUE(writer_.commit());
    while (writer_.reclaimable())
        writer_.reclaim();
    EXPECT_EQ(writer_.rules(), 0U);
}

TEST_F(PipelineWriterTest, ALaterDaemonTakesOver) {
    writer_.begin(k_bridge);
    std::map<std::uint64_t, std::uint32_t> places;
    for (std::uint64_t value = 0; value < 5000; ++value)
        places[value] = add(rule(value % 7, 1 + value % 12, 10 + value % 3, value));
    ASSERT_TRUE(writer_.commit());
    writer_.begin(k_bridge); // and is killed before the commit
    writer_.remove(places[17]);
    add(rule(3, 13, 99, 17));
    add(rule(3, 4, 99, 17));

    auto maps = kernel_.open();
    PipelineWriter later(*maps, k_cpus, [] {});
    ASSERT_TRUE(later.start(43));
    while (later.reclaimable())
        later.reclaim();
    EXPECT_EQ(later.rules(), 5000U);
    later.begin(k_bridge);
    const auto added = later.add(rule(0, 1, 20, 6000));
    later.remove(places[18]);
    ASSERT_TRUE(later.commit());
    for (const auto &[value, place] : places)
        EXPECT_EQ(look_up(*maps, k_bridge, value % 7, flow(value)), value == 18 ? 0 : place);
    EXPECT_EQ(look_up(*maps, k_bridge, 0, flow(6000)), *added);
}

TEST_F(PipelineWriterTest, TheIndexGrowsWithTheRules) {
    constexpr std::uint32_t k_rules = 262144; // two a bucket, so that some overflow
    const std::vector<bvs_instruction> code = {
        instruction(BVS_OP_LOAD), instruction(BVS_OP_OUTPUT, 1), instruction(BVS_OP_END)};
    const auto wanted = [&](std::uint32_t n) {
        auto made = rule(0, 4, 10, 0);
        made.code = code;
        for (unsigned i = 0; i < 4; ++i)
            made.mask.mask[i] = ~0ULL;
        made.value.word[1] = n / 512;
        made.value.word[3] = static_cast<std::uint64_t>(n % 512) << 48;
        return made;
    };
    const auto idle = maps_->bytes();
    const auto begin = std::chrono::steady_clock::now();
    writer_.begin(k_bridge);
    for (std::uint32_t n = 0; n < k_rules; ++n)
        ASSERT_TRUE(writer_.add(wanted(n)));
    ASSERT_TRUE(writer_.commit());
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    RecordProperty("rules_per_second", std::to_string(k_rules / took.count()));
    RecordProperty("bytes_per_rule", std::to_string((maps_->bytes() - idle) / k_rules));
    EXPECT_LE((maps_->bytes() - idle) / k_rules, 600U);
    for (std::uint32_t n = 0; n < k_rules; ++n)
        ASSERT_NE(look_up(*maps_, k_bridge, 0, wanted(n).value), 0U) << n;
}

} // namespace
} // namespace bvs::maps
