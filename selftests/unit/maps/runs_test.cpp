// SPDX-License-Identifier: Apache-2.0
//
// Runs never overlap, never cross a chunk, and what is given back is used again.
#include "maps/runs.h"

#include <gtest/gtest.h>
#include <random>

namespace bvs::maps {
namespace {

constexpr std::uint32_t k_chunk = 256;

struct Space {
    std::uint32_t size = 0;
    std::uint32_t most = 4 * k_chunk;
    Runs runs{{.chunk = k_chunk,
               .size = [this] { return size; },
               .grow = [this]() -> Result<> {
                   if (size == most)
                       return fail("full");
                   size += k_chunk;
                   return {};
               }}};
};

TEST(Runs, LengthsAreRoundedByAtMostAQuarter) {
    for (std::uint32_t length = 1; length < 5000; ++length) {
        const auto rounded = Runs::rounded(length);
        EXPECT_GE(rounded, length);
        EXPECT_LE(rounded, length + length / 4);
        EXPECT_EQ(Runs::rounded(rounded), rounded);
    }
}

TEST(Runs, RandomOnesNeitherOverlapNorCrossAChunk) {
    Space space;
    std::mt19937 random(1);
    std::map<std::uint32_t, std::uint32_t> taken;
    for (int step = 0; step < 20000; ++step) {
        const auto length = 1 + random() % (random() % 4 ? 6 : 90);
        if (const auto first = space.runs.take(length)) {
            ASSERT_TRUE(taken.emplace(*first, length).second);
        } else {
            ASSERT_FALSE(taken.empty());
        }
        while (!taken.empty() && random() % 2) {
            const auto victim = std::next(taken.begin(), random() % taken.size());
            space.runs.give_back(victim->first, victim->second);
            taken.erase(victim);
        }
        std::uint32_t end = 1;
        for (const auto &[first, run] : taken) {
            ASSERT_GE(first, end);
            end = first + run;
            ASSERT_EQ(first / k_chunk, (end - 1) / k_chunk);
        }
        ASSERT_LE(end, space.most);
    }
}

TEST(Runs, ALongRunServesShortOnesWhenNothingElseIsLeft) {
    Space space;
    space.most = k_chunk;
    const auto first = space.runs.take(160);
    ASSERT_TRUE(first);
    ASSERT_TRUE(space.runs.take(80));
    EXPECT_FALSE(space.runs.take(40));
    space.runs.give_back(*first, 160);
    for (int i = 0; i < 4; ++i)
        EXPECT_TRUE(space.runs.take(40)) << i;
    EXPECT_FALSE(space.runs.take(40));
}

TEST(Runs, ALaterDaemonLeavesAloneWhatIsTaken) {
    Space space;
    space.size = k_chunk;
    space.most = k_chunk;
    space.runs.adopt({{10, 5}, {40, 192}});
    std::map<std::uint32_t, std::uint32_t> taken = {{10, 5}, {40, 192}};
    while (const auto first = space.runs.take(3))
        ASSERT_TRUE(taken.emplace(*first, 3).second);
    std::uint32_t end = 1;
    for (const auto &[first, run] : taken) {
        EXPECT_GE(first, end);
        end = first + run;
    }
    EXPECT_EQ(taken.size(), 2 + 9 / 3 + 25 / 3 + 24 / 3U);
}

} // namespace
} // namespace bvs::maps
