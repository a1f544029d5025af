// SPDX-License-Identifier: Apache-2.0
#include "switch/model/field.h"

#include "maps/abi.h"

#include <gtest/gtest.h>
#include <set>

namespace bvs::model {
namespace {

TEST(FieldTable, RowsAreConsistent) {
    ASSERT_EQ(fields().size(), k_fields);
    std::set<std::string_view> names;
    for (const auto &row : fields()) {
        EXPECT_EQ(&info(row.field), &row) << row.name;
        EXPECT_TRUE(names.insert(row.name).second) << row.name;
        EXPECT_TRUE(row.alias.empty() || names.insert(row.alias).second) << row.alias;
        EXPECT_TRUE(row.bits <= 64 ? row.lowest + row.bits <= 64 : row.bits == 128) << row.name;
        EXPECT_LT(row.word + (row.bits > 64), BVS_FLOW_WORDS) << row.name;
    }
}

TEST(FieldTable, FindsByNameAndAlias) {
    EXPECT_EQ(find_field("eth_src"), Field::eth_src);
    EXPECT_EQ(find_field("dl_src"), Field::eth_src);
    EXPECT_EQ(find_field("nw_proto"), Field::ip_proto);
    EXPECT_EQ(find_field("reg15"), Field::reg15);
    EXPECT_EQ(find_field("xxreg3"), Field::xxreg3);
    EXPECT_EQ(find_field("vlan"), std::nullopt);
    EXPECT_EQ(find_field(""), std::nullopt);
}

TEST(FieldTable, WideRegistersAreMadeOfNarrowOnes) {
    for (unsigned n = 0; n < 16; ++n) {
        const auto &reg = info(Field::reg0 + n);
        const auto &xreg = info(Field::xreg0 + n / 2);
        const auto &xxreg = info(Field::xxreg0 + n / 4);
        EXPECT_EQ(reg.word, xreg.word);
        EXPECT_EQ(reg.lowest, n % 2 ? 0 : 32);
        EXPECT_EQ(xreg.word, xxreg.word + n / 2 % 2);
    }
}

TEST(FieldTable, SharesPlaces) {
    const auto same = [](Field one, Field other) {
        return info(one).word == info(other).word && info(one).lowest == info(other).lowest;
    };
    EXPECT_TRUE(same(Field::udp_src, Field::tcp_src));
    EXPECT_TRUE(same(Field::icmpv6_code, Field::sctp_dst));
    EXPECT_TRUE(same(Field::arp_tpa, Field::ipv4_dst));
    EXPECT_TRUE(same(Field::nd_sll, Field::arp_sha));
    EXPECT_TRUE(same(Field::in_phy_port, Field::in_port));
}

TEST(Value, ShiftsOverItsMiddle) {
    const Value one{0, 1};
    EXPECT_EQ(shift_left(one, 0), one);
    EXPECT_EQ(shift_left(one, 63), (Value{0, 1ULL << 63}));
    EXPECT_EQ(shift_left(one, 64), (Value{1, 0}));
    EXPECT_EQ(shift_left({0, 3}, 63), (Value{1, 1ULL << 63}));
    EXPECT_EQ(shift_left(one, 128), Value{});
    for (const unsigned bits : {1U, 63U, 64U, 65U, 127U})
        EXPECT_EQ(shift_right(shift_left(one, bits), bits), one) << bits;
    EXPECT_EQ(low_bits(72), (Value{0xff, ~0ULL}));
}

} // namespace
} // namespace bvs::model
