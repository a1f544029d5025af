// SPDX-License-Identifier: Apache-2.0
//
// Values, and values as JSON.
#include "ovsdb/json.h"
#include "ovsdb/value.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace bvs::ovsdb {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;

const std::string k_text = "550e8400-e29b-41d4-a716-446655440000";
const Uuid k_uuid = *Uuid::parse(k_text);

std::string json_of(const Datum &datum) {
    std::string text;
    append_json(text, datum);
    return text;
}

ColumnType type_of(AtomType key, std::size_t min = 1, std::size_t max = 1) {
    return {.key = {.type = key}, .min = min, .max = max};
}

ColumnType map_of(AtomType key, AtomType value) {
    return {.key = {.type = key}, .value = BaseType{.type = value}, .min = 0, .max = k_unlimited};
}

TEST(Uuid, ComesBackAsItWas) {
    EXPECT_EQ(k_uuid.to_string(), k_text);
    EXPECT_EQ(Uuid::parse("550E8400-E29B-41D4-A716-446655440000"), k_uuid);
    EXPECT_TRUE(Uuid().is_zero());
    for (const char *wrong :
         {"", "550e8400", "550e8400-e29b-41d4-a716-44665544000",
          "550e8400-e29b-41d4-a716-4466554400000", "550e8400_e29b-41d4-a716-446655440000",
          "550e8400-e29b-41d4-a716-44665544000g"})
        EXPECT_FALSE(Uuid::parse(wrong)) << wrong;
}

TEST(Uuid, IsOrderedByItsText) {
    EXPECT_LT(*Uuid::parse("0fffffff-ffff-ffff-ffff-ffffffffffff"),
              *Uuid::parse("f0000000-0000-0000-0000-000000000000"));
}

TEST(Datum, IsSortedAndUnique) {
    EXPECT_EQ(Datum::set({3, 1, 2, 1}), Datum::set({1, 2, 3}));
    EXPECT_EQ(Datum::set({3, 1, 2, 1}).integers(), (std::vector<std::int64_t>{1, 2, 3}));
    EXPECT_EQ(Datum::map({{"a", "3"}, {"b", "2"}, {"a", "4"}}),
              Datum(Smap{{"a", "3"}, {"b", "2"}}));
    EXPECT_NE(Datum(), Datum(Smap{}));
}

TEST(Datum, IsMadeOfWhatCppHas) {
    EXPECT_EQ(Datum(std::optional<std::string>()), Datum());
    EXPECT_EQ(Datum(std::optional<bool>(true)), Datum(true));
    EXPECT_EQ(Datum(std::vector<Uuid>{k_uuid}).uuid(), k_uuid);
    EXPECT_EQ(Datum("x").string(), "x");
    EXPECT_EQ(Datum(std::uint32_t{5}).integer(), 5);
    EXPECT_EQ(Datum(2.5).real(), 2.5);
}

TEST(Datum, AnswersWithNothingWhenItHoldsSomethingElse) {
    EXPECT_EQ(Datum().integer(), std::nullopt);
    EXPECT_EQ(Datum("1").integer(), std::nullopt);
    EXPECT_EQ(Datum::set({1, 2}).integer(), std::nullopt);
    EXPECT_EQ(Datum(1).string(), "");
    EXPECT_EQ(Datum(1).get("x"), std::nullopt);
    EXPECT_TRUE(Datum(1).smap().empty());
    EXPECT_EQ(Datum("x").find("x"), nullptr);
}

TEST(Datum, ChangesByOne) {
    Datum set;
    set.insert(2);
    set.insert(1);
    set.insert(2);
    EXPECT_EQ(set, Datum::set({1, 2}));
    EXPECT_TRUE(set.erase(1));
    EXPECT_FALSE(set.erase(1));
    EXPECT_EQ(set, Datum(2));
    Datum map(Smap{{"b", "1"}});
    map.insert("a", "2");
    map.insert("b", "3");
    EXPECT_EQ(map.smap(), (Smap{{"a", "2"}, {"b", "3"}}));
    EXPECT_EQ(map.get("b"), "3");
    EXPECT_TRUE(map.erase("a"));
    EXPECT_EQ(map.smap(), (Smap{{"b", "3"}}));
    EXPECT_EQ(Datum(std::map<std::string, Uuid>{{"q", k_uuid}}).uuids_by_name().at("q"), k_uuid);
}

struct Codec {
    Datum datum;
    ColumnType type;
    std::string json;
};

TEST(Json, IsAsTheStandardSaysBothWays) {
    const std::vector<Codec> cases{
        {5, type_of(AtomType::integer), "5"},
        {INT64_MIN, type_of(AtomType::integer), "-9223372036854775808"},
        {INT64_MAX, type_of(AtomType::integer), "9223372036854775807"},
        {0.1, type_of(AtomType::real), "0.1"},
        {-1e300, type_of(AtomType::real), "-1e+300"},
        {true, type_of(AtomType::boolean), "true"},
        {"", type_of(AtomType::string), "\"\""},
        {"q\"\\\b\f\n\r\t\x01\x7f\xc3\xa9", type_of(AtomType::string),
         "\"q\\\"\\\\\\b\\f\\n\\r\\t\\u0001\x7f\xc3\xa9\""},
        {k_uuid, type_of(AtomType::uuid), "[\"uuid\",\"" + k_text + "\"]"},
        {NamedUuid{"row1"}, type_of(AtomType::uuid), R"(["named-uuid","row1"])"},
        {Datum(), type_of(AtomType::string, 0), R"(["set",[]])"},
        {"set", type_of(AtomType::string, 0), "\"set\""},
        {7, type_of(AtomType::integer, 0, 9), "7"},
        {Datum::set({2, 1}), type_of(AtomType::integer, 0, 9), R"(["set",[1,2]])"},
        {Smap{}, map_of(AtomType::string, AtomType::string), R"(["map",[]])"},
        {Smap{{"b", "2"}, {"a", "1"}}, map_of(AtomType::string, AtomType::string),
         R"(["map",[["a","1"],["b","2"]]])"},
        {std::map<std::int64_t, Uuid>{{1, k_uuid}}, map_of(AtomType::integer, AtomType::uuid),
         "[\"map\",[[1,[\"uuid\",\"" + k_text + "\"]]]]"},
    };
    for (const auto &[datum, type, text] : cases) {
        EXPECT_EQ(json_of(datum), text);
        auto typed = datum_from_json(Json::parse(text), type);
        ASSERT_TRUE(typed) << typed.error().message;
        EXPECT_EQ(*typed, datum) << text;
        auto untyped = datum_from_json(Json::parse(text));
        ASSERT_TRUE(untyped) << untyped.error().message;
        EXPECT_EQ(*untyped, datum) << text;
    }
}

TEST(Json, ASingleAtomMayBeWrittenAsASet) {
    EXPECT_EQ(datum_from_json(Json::parse(R"(["set",[5]])"), type_of(AtomType::integer)), Datum(5));
    EXPECT_EQ(datum_from_json(Json::parse("5"), type_of(AtomType::real)), Datum(5.0));
}

TEST(Json, RefusesOtherTypes) {
    const std::vector<std::pair<ColumnType, std::string>> cases{
        {type_of(AtomType::integer), "1.5"},
        {type_of(AtomType::integer), "9223372036854775808"},
        {type_of(AtomType::integer), "\"1\""},
        {type_of(AtomType::boolean), "1"},
        {type_of(AtomType::string), "null"},
        {type_of(AtomType::string), R"(["set",{}])"},
        {type_of(AtomType::string), R"(["map",[]])"},
        {type_of(AtomType::uuid), "\"" + k_text + "\""},
        {type_of(AtomType::uuid), R"(["uuid","x"])"},
        {type_of(AtomType::uuid), R"(["uuid"])"},
        {map_of(AtomType::string, AtomType::string), R"(["set",[]])"},
        {map_of(AtomType::string, AtomType::string), R"(["map",[["a"]]])"},
        {map_of(AtomType::string, AtomType::string), R"(["map",["a"]])"},
        {map_of(AtomType::string, AtomType::integer), R"(["map",[["a","b"]]])"},
    };
    for (const auto &[type, text] : cases)
        EXPECT_FALSE(datum_from_json(Json::parse(text), type)) << text;
    EXPECT_THAT(datum_from_json(Json("x"), type_of(AtomType::integer)).error().message,
                HasSubstr("\"x\" is not of type integer"));
}

TEST(Json, NeverWritesInvalidUtf8) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"\xff", "\xef\xbf\xbd"},
        {"\xc3", "\xef\xbf\xbd"},
        {"\xc0\x80", "\xef\xbf\xbd\xef\xbf\xbd"},
        {"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},
        {"\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
    };
    for (const auto &[raw, text] : cases)
        EXPECT_EQ(json_of(raw), "\"" + text + "\"");
}

} // namespace
} // namespace bvs::ovsdb
