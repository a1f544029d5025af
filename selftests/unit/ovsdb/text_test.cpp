// SPDX-License-Identifier: Apache-2.0
//
// Values as ovs-vsctl reads and prints them. The expectations were taken down from ovs-vsctl 3.1.
#include "ovsdb/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bvs::ovsdb {
namespace {

using testing::HasSubstr;

const ColumnType k_tag{.key = {.type = AtomType::integer, .min_integer = 0, .max_integer = 4095},
                       .min = 0};
const ColumnType k_trunks{.key = {.type = AtomType::integer, .min_integer = 0, .max_integer = 4095},
                          .min = 0,
                          .max = 4096};
const ColumnType k_string{.key = {.type = AtomType::string}, .min = 0};
const ColumnType k_bool{.key = {.type = AtomType::boolean}};
const ColumnType k_real{.key = {.type = AtomType::real}};
const ColumnType k_uuid{.key = {.type = AtomType::uuid}, .min = 0};
const ColumnType k_map{.key = {.type = AtomType::string},
                       .value = BaseType{.type = AtomType::string},
                       .min = 0,
                       .max = k_unlimited};

struct Case {
    ColumnType type;
    std::string text;
    std::string result; // as it is printed, or a part of the error
};

TEST(Text, IsPrintedAsItIsUnderstood) {
    const std::vector<Case> cases{
        {k_tag, "5", "5"},
        {k_tag, "+5", "5"},
        {k_tag, " 5", "5"},
        {k_tag, "[5]", "5"},
        {k_tag, "[]", "[]"},
        {k_tag, "", "[]"},
        {k_trunks, "1", "[1]"},
        {k_trunks, "1,", "[1]"},
        {k_trunks, "7,1-4", "[1, 2, 3, 4, 7]"},
        {k_trunks, "1 2", "[1, 2]"},
        {k_trunks, "[ 1 , 2 ]", "[1, 2]"},
        {k_string, "word", "word"},
        {k_string, "dot1q-tunnel", "dot1q-tunnel"},
        {k_string, "_a.b", "_a.b"},
        {k_string, "\"\"", "\"\""},
        {k_string, "10", "\"10\""},
        {k_string, "'a'", "\"'a'\""},
        {k_string, "\"true\"", "\"true\""},
        {k_string, "false", "\"false\""},
        {k_string, "\"a b\\n\"", "\"a b\\n\""},
        {k_string, "a\\ b", "\"a b\""},
        {k_string, "abcdefab-e29b-41d4-a716-446655440000",
         "\"abcdefab-e29b-41d4-a716-446655440000\""},
        {k_bool, "yes", "true"},
        {k_bool, "on", "true"},
        {k_bool, "1", "true"},
        {k_bool, "off", "false"},
        {k_real, "0.10", "0.1"},
        {k_real, "1e3", "1000"},
        {k_real, "1e20", "1e+20"},
        {k_uuid, "abcdefab-e29b-41d4-a716-446655440000", "abcdefab-e29b-41d4-a716-446655440000"},
        {k_uuid, "@new", "@new"},
        {k_map, "{}", "{}"},
        {k_map, "a=b,", "{a=b}"},
        {k_map, "a=b c=d", "{a=b, c=d}"},
        {k_map, "{ a = b }", "{a=b}"},
        {k_map, "{\"x y\"=1,\"q r\"=\"s\\\"t\"}", "{\"q r\"=\"s\\\"t\", \"x y\"=\"1\"}"},
    };
    for (const auto &[type, text, printed] : cases) {
        auto datum = parse_datum(text, type);
        ASSERT_TRUE(datum) << text << ": " << datum.error().message;
        EXPECT_EQ(format(*datum, type), printed) << text;
        auto again = parse_datum(printed, type);
        ASSERT_TRUE(again) << printed << ": " << again.error().message;
        EXPECT_EQ(*again, *datum) << printed;
    }
}

TEST(Text, SaysWhatIsWrong) {
    const std::vector<Case> cases{
        {k_tag, "abc", "\"abc\" is not an integer"},
        {k_tag, "0x10", "not an integer"},
        {k_tag, "9999", "9999 is not in the valid range 0 to 4095"},
        {k_tag, "1,2", "2 values"},
        {k_trunks, "5-3", "ends before it starts"},
        {k_trunks, "0-99999999999", "more than"},
        {k_trunks, "[1 2", "closing \"]\""},
        {k_trunks, "[1] 2", "follows"},
        {k_trunks, "1,,2", "unexpected \",\""},
        {k_trunks, ",1", "unexpected \",\""},
        {k_trunks, "{1}", "unexpected \"{\""},
        {k_trunks, "1,1", "a value is given twice"},
        {k_string, "\"a", "not closed"},
        {k_string, "a\"b", "not closed"},
        {k_string, "a\\", "backslash"},
        {k_string, "\"a\"b", "quoted string"},
        {k_bool, "maybe", "true or false"},
        {k_real, "inf", "not a number"},
        {k_uuid, "1", "\"1\" is not a UUID"},
        {k_uuid, "@", "not a UUID"},
        {k_uuid, "@a\\,b", "not a UUID"},
        {k_map, "foo", "\"=\" is missing"},
        {k_map, "a b", "\"=\" is missing"},
        {k_map, "a=", "empty string"},
        {k_map, "a=b=c", "unexpected \"=\""},
        {k_map, "[a=b]", "unexpected \"[\""},
        {k_map, "{a=b", "closing \"}\""},
        {k_map, "a=b,a=c", "a key is given twice"},
    };
    for (const auto &[type, text, part] : cases) {
        auto datum = parse_datum(text, type);
        ASSERT_FALSE(datum) << text;
        EXPECT_THAT(datum.error().message, HasSubstr(part)) << text;
    }
}

TEST(Text, IsBareWithoutQuotesAndBrackets) {
    EXPECT_EQ(format_bare(Datum(Smap{{"x y", "1"}, {"q", "s\"t"}})), "q=s\"t x y=1");
    EXPECT_EQ(format_bare(Datum::set({2, 1})), "1 2");
    EXPECT_EQ(format_bare(Datum()), "");
}

TEST(Selector, IsTakenApart) {
    const std::vector<std::pair<std::string, Selector>> cases{
        {"name", {"name", {}, "", ""}},
        {"external_ids:a", {"external_ids", "a", "", ""}},
        {"tag=5", {"tag", {}, "=", "5"}},
        {"tag!=[]", {"tag", {}, "!=", "[]"}},
        {"trunks{>=}5", {"trunks", {}, "{>=}", "5"}},
        {"name{not-in}a,b", {"name", {}, "{not-in}", "a,b"}},
        {"size<=3", {"size", {}, "<=", "3"}},
        {"other_config:hwaddr=00:11:22", {"other_config", "hwaddr", "=", "00:11:22"}},
        {"external_ids:\"x:y\"=z=1", {"external_ids", "x:y", "=", "z=1"}},
        {"name=\"\"", {"name", {}, "=", "\"\""}},
    };
    for (const auto &[text, expected] : cases) {
        auto selector = parse_selector(text);
        ASSERT_TRUE(selector) << selector.error().message;
        EXPECT_EQ(*selector, expected) << text;
    }
    for (const char *wrong : {"", "=x", "tag=", "a:", "a:b:c=d", "a:=x", "a b", "\"a"})
        EXPECT_FALSE(parse_selector(wrong)) << wrong;
}

} // namespace
} // namespace bvs::ovsdb
