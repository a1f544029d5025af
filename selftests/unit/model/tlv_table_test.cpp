// SPDX-License-Identifier: Apache-2.0
#include "switch/model/tlv_table.h"

#include <bit>
#include <gtest/gtest.h>

namespace bvs::model {
namespace {

constexpr TlvMapping k_ovn{.option_class = 0x102, .type = 0x80, .bytes = 4, .index = 0};

Answer<> add(TlvTable &table, TlvMapping mapping) {
    return table.change({.mappings = {mapping}}, 0);
}
Refusal refused(const Answer<> &answer) {
    return answer ? Refusal::bad_type : answer.error().refusal;
}

TEST(TlvTable, RefusesWhatOpenVSwitchRefuses) {
    TlvTable table;
    ASSERT_TRUE(add(table, k_ovn));
    EXPECT_EQ(table.mappings(), std::vector{k_ovn});
    EXPECT_EQ(refused(add(table, {1, 1, 4, 0})), Refusal::tlv_mapped);
    EXPECT_EQ(refused(add(table, {0x102, 0x80, 4, 1})), Refusal::tlv_duplicate);
    EXPECT_EQ(refused(add(table, {1, 1, 5, 1})), Refusal::tlv_bad_length);
    EXPECT_EQ(refused(add(table, {1, 1, 20, 1})), Refusal::tlv_bad_length);
    EXPECT_EQ(refused(add(table, {1, 1, 4, 64})), Refusal::tlv_bad_index);
    const TlvMod clear{.command = TlvCommand::clear};
    EXPECT_EQ(refused(table.change(clear, 1)), Refusal::tlv_in_use);
    EXPECT_TRUE(table.change(clear, 0));
    EXPECT_TRUE(table.mappings().empty());
}

TEST(TlvTable, HasAllInOneHeader) {
    TlvTable table;
    std::uint16_t index = 0;
    while (add(table, {1, static_cast<std::uint8_t>(index), 4, index}))
        ++index;
    EXPECT_EQ(index, 252 / 8);
    EXPECT_EQ(refused(add(table, {1, 255, 4, index})), Refusal::tlv_table_full);
}

TEST(TlvTable, GivesEachOptionBitsOfItsOwn) {
    TlvTable table;
    Match match;
    for (std::uint8_t i = 0; i < 8; ++i) {
        ASSERT_TRUE(add(table, {1, i, static_cast<std::uint8_t>(4 * (i % 4 + 1)), i}));
        match.set(Field::tun_metadata0 + i, {0, 1}, all_ones(128));
    }
    ASSERT_TRUE(table.bind(match));
    EXPECT_EQ(match.fault(), Match::Fault::none);
    const auto words = match.words();
    EXPECT_EQ(words.value[BVS_WORD_options_present], 0xffU);
    int bits = 0;
    for (unsigned word = BVS_FLOW_OPTIONS; word < BVS_FLOW_WORDS; ++word)
        bits += std::popcount(words.mask[word]);
    EXPECT_EQ(bits, 2 * (32 + 64 + 96 + 128));
}

TEST(TlvTable, RefusesWhatIsNotMapped) {
    const TlvTable none;
    Match match;
    match.set(Field::tun_metadata0, {0, 1}, {0, 1});
    EXPECT_EQ(refused(none.bind(match)), Refusal::flow_bad_tlv_field);
}

TEST(TlvTable, RefusesValuesThatAreTooLong) {
    TlvTable table;
    ASSERT_TRUE(add(table, k_ovn));
    Match match;
    match.set(Field::tun_metadata0, {0, 1ULL << 32}, all_ones(128));
    EXPECT_EQ(refused(table.bind(match)), Refusal::match_bad_value);
    Actions actions{action::SetField{Field::tun_metadata0, {0, 1ULL << 32}, all_ones(128)}};
    EXPECT_EQ(refused(table.bind(actions)), Refusal::action_bad_set_argument);
}

} // namespace
} // namespace bvs::model
