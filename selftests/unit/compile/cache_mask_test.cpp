// SPDX-License-Identifier: Apache-2.0
//
// What the cache compares: what is used, of what a kind of packet can have, at places that stay.
#include "switch/compile/cache_mask.h"

#include <gtest/gtest.h>

namespace bvs::compile {
namespace {

FlowMask looks(std::initializer_list<std::pair<unsigned, std::uint64_t>> words) {
    FlowMask mask{};
    for (const auto &[word, bits] : words)
        mask[word] = bits;
    return mask;
}

FlowMask in(const bvs_cache_mask &mask) {
    FlowMask found{};
    for (std::uint32_t i = 0; i < mask.words; ++i)
        found[mask.word[i]] |= mask.mask[i];
    return found;
}

constexpr std::uint64_t k_in_port = 0xffffffff;

TEST(CacheMask, TheInputPortIsAlwaysCompared) {
    const CacheMaskUse use;
    EXPECT_EQ(use.wanted(BVS_KIND_OTHER), looks({{0, k_in_port}}));
}

TEST(CacheMask, PacketsAreComparedByWhatTheyCanHave) {
    CacheMaskUse use;
    use.add(looks({{3, ~0ULL}, {5, ~0ULL}, {11, ~0ULL}, {20, ~0ULL}}));
    EXPECT_EQ(use.wanted(BVS_KIND_IPV4),
              looks({{0, k_in_port}, {3, ~0ULL}, {11, 0xffffULL << 48}}));
    EXPECT_EQ(use.wanted(BVS_KIND_IPV6), looks({{0, k_in_port}, {5, ~0ULL}, {11, ~0ULL}}));
}

TEST(CacheMask, AnyPacketMayComeFromATunnel) {
    CacheMaskUse use;
    use.add(looks({{BVS_FLOW_TUNNEL - 1, ~0ULL}, {BVS_FLOW_TUNNEL, 1}, {63, ~0ULL}}));
    for (unsigned kind = 0; kind < BVS_KINDS; ++kind)
        EXPECT_EQ(use.wanted(kind), looks({{0, k_in_port}, {BVS_FLOW_TUNNEL, 1}, {63, ~0ULL}}));
}

TEST(CacheMask, ABitStaysAsLongAsSomebodyLooksAtIt) {
    CacheMaskUse use;
    use.add(looks({{4, 0xff}}));
    use.add(looks({{4, 0xf0}}));
    use.add(looks({{4, 0xf0}}));
    use.remove(looks({{4, 0xff}}));
    EXPECT_EQ(use.wanted(BVS_KIND_IPV4)[4], 0xf0U);
    use.remove(looks({{4, 0xf0}}));
    EXPECT_EQ(use.wanted(BVS_KIND_IPV4)[4], 0xf0U);
    use.remove(looks({{4, 0xf0}}));
    EXPECT_EQ(use.wanted(BVS_KIND_IPV4)[4], 0U);
}

TEST(CacheMask, WordsKeepTheirPlaces) {
    CacheMaskUse use;
    use.add(looks({{4, 0xff}}));
    const auto first = widen({}, use);
    ASSERT_TRUE(first);
    use.add(looks({{1, 0xff}, {4, 0xf00}}));
    const auto second = widen(*first, use);
    ASSERT_TRUE(second);
    const auto &mask = (*second)[BVS_KIND_IPV4];
    EXPECT_EQ(mask.words, 4U);
    EXPECT_EQ(in(mask), use.wanted(BVS_KIND_IPV4));
    EXPECT_EQ(mask.word[1], 4);
    EXPECT_EQ(mask.mask[1], 0xfffU);
    use.remove(looks({{4, 0xff}}));
    const auto third = narrow(*second, use)[BVS_KIND_IPV4];
    EXPECT_EQ(in(third), use.wanted(BVS_KIND_IPV4));
    EXPECT_EQ(third.word[1], 4);
    EXPECT_EQ(third.mask[1], 0xf00U);
}

TEST(CacheMask, WideningKeepsWhatIsStillInUseElsewhere) {
    CacheMaskUse use;
    use.add(looks({{4, 0xff}}));
    const auto first = widen({}, use);
    use.remove(looks({{4, 0xff}}));
    EXPECT_EQ(in((*widen(*first, use))[BVS_KIND_IPV4])[4], 0xffU);
}

TEST(CacheMask, MoreWordsThanAKeyHasAreRefused) {
    CacheMaskUse use;
    // IPv4 has no flow label, but may have an MPLS label, which is in the same word.
    for (unsigned word = 0; word < 16; ++word)
        use.add(looks({{word, word == BVS_WORD_ipv6_label ? 0xfffffULL : ~0ULL}}));
    const auto much = widen({}, use);
    ASSERT_TRUE(much);
    EXPECT_EQ((*much)[BVS_KIND_IPV6].words, 16U);
    EXPECT_EQ((*much)[BVS_KIND_IPV4].words, 8U);
    use.add(looks({{16, 1}, {18, 1}}));
    EXPECT_FALSE(widen(*much, use));
}

} // namespace
} // namespace bvs::compile
