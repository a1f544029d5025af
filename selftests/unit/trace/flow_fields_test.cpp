// SPDX-License-Identifier: Apache-2.0
#include "switch/flow_fields.h"

#include <gtest/gtest.h>

namespace bvs::daemon {
namespace {

using model::Field;

// What several flows have in common may be some bits of a field that people cannot mask.
TEST(FlowFields, PartOfAFieldIsSaidOnlyWhereItCanBe) {
    model::FlowWords words{};
    words.mask[BVS_WORD_in_port] = 0xfffffffcULL << BVS_LOWEST_in_port;
    words.mask[BVS_WORD_ipv4_src] |= 0xffff0000ULL << BVS_LOWEST_ipv4_src;
    words.mask[BVS_WORD_eth_dst] |= bvs_low_bits(BVS_BITS_eth_dst) << BVS_LOWEST_eth_dst;
    const auto match = match_of(words, {});
    EXPECT_EQ(match.find(Field::in_port), nullptr);
    EXPECT_NE(match.find(Field::ipv4_src), nullptr);
    EXPECT_NE(match.find(Field::eth_dst), nullptr);
}

} // namespace
} // namespace bvs::daemon
