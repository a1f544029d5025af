// SPDX-License-Identifier: Apache-2.0
#include "switch/protocol/bond_buckets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>

namespace bvs::protocol {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

constexpr std::uint64_t k_mega = 1'000'000;

std::map<PortId, std::size_t> counts(const BondBuckets &buckets) {
    std::map<PortId, std::size_t> counts;
    for (std::size_t i = 0; i < BondBuckets::k_count; i++)
        if (buckets.member(i))
            counts[*buckets.member(i)]++;
    return counts;
}

// All load is given to buckets of the first member.
class Rebalancing : public testing::Test {
  protected:
    Rebalancing() { buckets.assign({1, 2}); }
    void load(std::size_t bucket, PortId member, std::uint64_t bytes) {
        buckets.move(bucket, member);
        buckets.account(bucket, bytes);
    }
    std::vector<BondBuckets::Move> rebalance() { return buckets.rebalance({1, 2}); }
    BondBuckets buckets;
};

TEST(BondBuckets, AreSpreadEvenly) {
    BondBuckets buckets;
    EXPECT_TRUE(buckets.assign({1, 2, 3}).none());
    EXPECT_THAT(counts(buckets), ElementsAre(Pair(1, 86), Pair(2, 85), Pair(3, 85)));
}

TEST(BondBuckets, OfAMemberThatGoesAreGivenToTheOthers) {
    BondBuckets buckets;
    buckets.assign({1, 2});
    buckets.account(0, 1);
    const auto first = buckets.member(0);
    const auto lost = buckets.assign({first == 1 ? 2u : 1u});
    EXPECT_EQ(lost.count(), 128u);
    EXPECT_TRUE(lost[0]);
    EXPECT_EQ(counts(buckets).size(), 1u);
    EXPECT_EQ(buckets.assign({}).count(), 256u);
    EXPECT_FALSE(buckets.member(0));
}

TEST(BondBuckets, OnlyIdleOnesMoveToAMemberThatComes) {
    BondBuckets buckets;
    buckets.assign({1});
    for (std::size_t i = 0; i < 200; i++)
        buckets.account(i, 1);
    EXPECT_TRUE(buckets.assign({1, 2}).none());
    EXPECT_THAT(counts(buckets), ElementsAre(Pair(1, 200), Pair(2, 56)));
}

TEST_F(Rebalancing, MovesWhatEvensOut) {
    load(0, 1, 4 * k_mega);
    load(1, 1, 3 * k_mega);
    load(2, 1, 2 * k_mega);
    load(3, 2, k_mega);
    EXPECT_THAT(rebalance(), ElementsAre(BondBuckets::Move{0, 1, 2, 4 * k_mega}));
    EXPECT_EQ(buckets.member(0), 2u);
    EXPECT_EQ(buckets.member(1), 1u);
    EXPECT_EQ(buckets.load(0), 2 * k_mega); // halved
}

TEST_F(Rebalancing, LeavesAMemberWithOneHashAlone) {
    load(0, 1, 100 * k_mega);
    load(1, 2, k_mega);
    EXPECT_THAT(rebalance(), IsEmpty());
}

TEST_F(Rebalancing, LeavesSmallDifferencesAlone) {
    load(0, 1, 50'000);
    load(1, 1, 49'999);
    EXPECT_THAT(rebalance(), IsEmpty()); // below 100 kB
    BondBuckets other;
    std::swap(buckets, other);
    buckets.assign({1, 2});
    load(0, 1, 51 * k_mega);
    load(1, 1, 52 * k_mega);
    load(2, 2, 100 * k_mega);
    EXPECT_THAT(rebalance(), IsEmpty()); // below 3 %
}

TEST_F(Rebalancing, DoesNotSwapOneImbalanceForAnother) {
    load(0, 1, 10 * k_mega);
    load(1, 1, 10 * k_mega);
    load(2, 2, 10 * k_mega);
    EXPECT_THAT(rebalance(), IsEmpty());
}

TEST_F(Rebalancing, OldLoadIsForgotten) {
    load(0, 1, 1024);
    for (int i = 0; i < 11; i++)
        rebalance();
    EXPECT_EQ(buckets.load(0), 0u);
}

TEST_F(Rebalancing, ComesToAnEndAndToBalance) {
    for (std::size_t i = 0; i < BondBuckets::k_count; i++)
        load(i, 1, (i + 1) * 10'000);
    const auto moves = buckets.rebalance({1, 2, 3});
    EXPECT_LE(moves.size(), BondBuckets::k_count);
    std::map<PortId, std::uint64_t> loads;
    for (std::size_t i = 0; i < BondBuckets::k_count; i++)
        loads[*buckets.member(i)] += buckets.load(i);
    EXPECT_NEAR(static_cast<double>(loads[1]), static_cast<double>(loads[3]), 0.15 * loads[3]);
    EXPECT_NEAR(static_cast<double>(loads[2]), static_cast<double>(loads[3]), 0.15 * loads[3]);
}

} // namespace
} // namespace bvs::protocol
