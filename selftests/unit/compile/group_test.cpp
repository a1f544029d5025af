// SPDX-License-Identifier: Apache-2.0
//
// Groups to what the datapath chooses buckets by.
#include "switch/compile/group.h"

#include "switch/compile/hash_fields.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bvs::compile {
namespace {

using model::Field;
using model::GroupType;
using Groups = std::optional<std::uint32_t>;

const Places k_places = {
    .group = [](std::uint32_t group) { return group == 99 ? Groups() : Groups(group + 100); },
    .meter = [](std::uint32_t) { return std::optional<std::uint32_t>(); }};

std::optional<std::uint32_t> port_of(std::uint32_t ofport) {
    return ofport == 77 ? std::nullopt : std::optional(ofport + 1000);
}

model::Bucket to_port(std::uint32_t port, std::uint16_t weight = 0) {
    return {.weight = weight, .actions = {model::action::Output{.port = port}}};
}

CompiledGroup compiled(const model::GroupDescription &description) {
    auto group = compile_group(description, k_places, port_of);
    EXPECT_TRUE(group) << (group ? "" : group.error().why);
    return group.value_or(CompiledGroup());
}

std::vector<std::uint32_t> weights(const CompiledGroup &compiled) {
    std::vector<std::uint32_t> sums;
    for (std::uint32_t i = 0; i < compiled.group.buckets; ++i)
        sums.push_back(compiled.group.bucket[i].weight);
    return sums;
}

TEST(CompileGroup, AddsWeightsUpAndHasAProgramABucket) {
    const auto group = compiled(
        {.type = GroupType::select, .buckets = {to_port(1, 3), to_port(2, 0), to_port(3, 5)}});
    EXPECT_EQ(group.group.type, static_cast<unsigned>(BVS_GROUP_SELECT));
    EXPECT_THAT(weights(group), testing::ElementsAre(3, 3, 8));
    ASSERT_EQ(group.code.size(), 3U);
    for (std::uint32_t i = 0; i < 3; ++i) {
        ASSERT_EQ(group.code[i].size(), 2U);
        EXPECT_EQ(group.code[i][0].y, i + 1);
    }
}

TEST(CompileGroup, TypesAreTheDatapaths) {
    EXPECT_EQ(compiled({.type = GroupType::all}).group.type, static_cast<unsigned>(BVS_GROUP_ALL));
    EXPECT_EQ(compiled({.type = GroupType::indirect}).group.type,
              static_cast<unsigned>(BVS_GROUP_INDIRECT));
    EXPECT_EQ(compiled({.type = GroupType::fast_failover}).group.type,
              static_cast<unsigned>(BVS_GROUP_FAST_FAILOVER));
}

TEST(CompileGroup, OfSelectLooksAtWhatItHashes) {
    model::GroupDescription description = {.type = GroupType::select, .buckets = {to_port(1, 1)}};
    EXPECT_EQ(compiled(description).group.hash_words, 0U);
    EXPECT_EQ(compiled(description).looks_at, default_hash());
    description.properties = {
        .selection_method = "hash",
        .selection_param = 7,
        .fields = {{Field::ipv4_dst, {}, {0, 0xffffff00}}, {Field::tcp_dst, {}, {0, 0xffff}}}};
    const auto group = compiled(description);
    EXPECT_EQ(group.group.hash_basis, 7U);
    ASSERT_EQ(group.group.hash_words, 2U);
    EXPECT_EQ(group.group.hash_word[0], +BVS_WORD_ipv4_dst);
    EXPECT_EQ(group.group.hash_mask[0], 0xffffff00ULL << BVS_LOWEST_ipv4_dst);
    EXPECT_EQ(group.group.hash_word[1], +BVS_WORD_tp_dst);
    EXPECT_EQ(group.group.hash_mask[1], 0xffffULL << BVS_LOWEST_tp_dst);
    FlowMask looks{};
    looks[BVS_WORD_ipv4_dst] = group.group.hash_mask[0];
    looks[BVS_WORD_tp_dst] = group.group.hash_mask[1];
    EXPECT_EQ(group.looks_at, looks);
}

TEST(CompileGroup, LooksAtWhatItsBucketsRead) {
    const model::Bucket bucket = {.actions = {model::action::DecIpTtl()}};
    const auto group = compiled({.type = GroupType::all, .buckets = {bucket}});
    EXPECT_NE(group.looks_at[BVS_WORD_ip_ttl] & 0xffULL << BVS_LOWEST_ip_ttl, 0U);
    EXPECT_EQ(group.looks_at[BVS_WORD_tp_src], 0U);
}

TEST(CompileGroup, WatchesPortsAndGroups) {
    auto watching = to_port(1);
    watching.watch_port = 5;
    auto absent = to_port(2);
    absent.watch_port = 77;
    auto group_watching = to_port(3);
    group_watching.watch_group = 8;
    const auto group = compiled({.type = GroupType::fast_failover,
                                 .buckets = {watching, absent, group_watching, to_port(4)}});
    EXPECT_EQ(group.group.bucket[0].watch_port, 1005U);
    EXPECT_EQ(group.group.bucket[1].watch_port, +BVS_MAX_PORTS);
    EXPECT_EQ(group.group.bucket[2].watch_port, 0U);
    EXPECT_EQ(group.group.bucket[2].watch_group, 108U);
    EXPECT_EQ(group.group.bucket[3].watch_port, 0U);
    EXPECT_EQ(group.group.bucket[3].watch_group, 0U);
}

TEST(CompileGroup, RefusesGroupsThatAreNotThere) {
    auto watching = to_port(1);
    watching.watch_group = 99;
    const auto refused =
        compile_group({.type = GroupType::fast_failover, .buckets = {watching}}, k_places, port_of);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().refusal, model::Refusal::group_bad_watch);
    const model::Bucket leading = {.actions = {model::action::Group{.group = 99}}};
    EXPECT_FALSE(compile_group({.type = GroupType::all, .buckets = {leading}}, k_places, port_of));
}

} // namespace
} // namespace bvs::compile
