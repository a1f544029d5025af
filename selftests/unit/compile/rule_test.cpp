// SPDX-License-Identifier: Apache-2.0
//
// Matches to masks and values: the words in order, and the layers without which none can match.
#include "switch/compile/rule.h"

#include <gtest/gtest.h>

namespace bvs::compile {
namespace {

using model::Field;

model::Match match(std::initializer_list<std::pair<Field, std::uint64_t>> fields) {
    model::Match made;
    for (const auto &[field, value] : fields)
        made.set(field, value);
    return made;
}

std::uint64_t layers(const model::Match &wanted) {
    const auto compiled = compile_match(wanted);
    EXPECT_TRUE(compiled);
    const auto value = compiled->value.word[BVS_WORD_layers] >> BVS_LOWEST_layers;
    EXPECT_EQ(compiled->looks_at()[BVS_WORD_layers] >> BVS_LOWEST_layers, value);
    return value;
}

TEST(CompileMatch, OfEverythingLooksAtNothing) {
    const auto compiled = compile_match({});
    ASSERT_TRUE(compiled);
    EXPECT_EQ(compiled->mask.words, 0U);
}

TEST(CompileMatch, NamesTheWordsInOrder) {
    const auto compiled = compile_match(
        match({{Field::metadata, 5}, {Field::in_port, 3}, {Field::eth_src, 0x112233445566}}));
    ASSERT_TRUE(compiled);
    ASSERT_EQ(compiled->mask.words, 3U);
    EXPECT_EQ(compiled->mask.word[0], 0);
    EXPECT_EQ(compiled->mask.word[1], 2);
    EXPECT_EQ(compiled->mask.word[2], 20);
    EXPECT_EQ(compiled->mask.mask[0], 0xffffffffU);
    EXPECT_EQ(compiled->value.word[2], 0x112233445566U);
    EXPECT_EQ(compiled->mask.mask[3], 0U);
}

TEST(CompileMatch, AFieldAsksForItsHeader) {
    EXPECT_EQ(layers(match({{Field::eth_type, 0x800}})), 0U);
    EXPECT_EQ(layers(match({{Field::eth_type, 0x800}, {Field::ip_proto, 0}})), BVS_LAYER_IPV4);
    EXPECT_EQ(layers(match({{Field::eth_type, 0x86dd}, {Field::ip_dscp, 0}})), BVS_LAYER_IPV6);
    EXPECT_EQ(layers(match({{Field::eth_type, 0x86dd}, {Field::ip_proto, 6}, {Field::tcp_dst, 0}})),
              BVS_LAYER_IPV6 | BVS_LAYER_L4);
    EXPECT_EQ(layers(match({{Field::eth_type, 0x806}, {Field::arp_spa, 0}})), BVS_LAYER_ARP);
    EXPECT_EQ(layers(match({{Field::eth_type, 0x806}, {Field::arp_sha, 0}})), BVS_LAYER_ARP);
    const auto solicit = match({{Field::eth_type, 0x86dd},
                                {Field::ip_proto, 58},
                                {Field::icmpv6_type, 135},
                                {Field::icmpv6_code, 0},
                                {Field::nd_sll, 0}});
    EXPECT_EQ(layers(solicit), BVS_LAYER_IPV6 | BVS_LAYER_L4 | BVS_LAYER_ND);
}

TEST(CompileMatch, TooManyWordsAreRefused) {
    model::Match all;
    for (const auto &field : model::fields())
        all.set(field.field, {0, 0}, model::all_ones(field.bits));
    const auto compiled = compile_match(all);
    ASSERT_FALSE(compiled);
    EXPECT_EQ(compiled.error().refusal, model::Refusal::match_bad_field);
}

} // namespace
} // namespace bvs::compile
