// SPDX-License-Identifier: Apache-2.0
#include "ovsdb/schema.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace bvs::ovsdb {
namespace {

using testing::HasSubstr;

Schema zoo() {
    std::ifstream file(BVS_TEST_SCHEMA);
    return *parse_schema(nlohmann::json::parse(file));
}

TEST(Schema, HasWhatIsWritten) {
    auto schema = zoo();
    EXPECT_EQ(schema.name, "Zoo");
    EXPECT_EQ(schema.find("Farm"), nullptr);
    const auto &cage = *schema.find("Cage");
    EXPECT_TRUE(cage.is_root);
    EXPECT_FALSE(schema.find("Animal")->is_root);
    EXPECT_EQ(cage.indexes, (std::vector<std::vector<std::string>>{{"name"}}));
    EXPECT_TRUE(cage.find("name")->type.is_scalar());
    EXPECT_FALSE(cage.find("name")->is_mutable);
    EXPECT_TRUE(cage.find("size")->type.is_optional());
    EXPECT_EQ(cage.find("size")->type.key.max_integer, 99);
    EXPECT_EQ(cage.find("kind")->type.key.choices, (std::vector<Atom>{"indoor", "outdoor"}));
    EXPECT_EQ(cage.find("animals")->type.key.ref_table, "Animal");
    EXPECT_FALSE(cage.find("animals")->type.key.weak);
    EXPECT_TRUE(cage.find("favourite")->type.key.weak);
    EXPECT_EQ(cage.find("animals")->type.max, k_unlimited);
    EXPECT_TRUE(cage.find("counters")->ephemeral);
    EXPECT_EQ(cage.find("counters")->type.value->type, AtomType::integer);
    EXPECT_EQ(cage.find("_uuid")->type.key.type, AtomType::uuid);
    EXPECT_EQ(cage.find("roof"), nullptr);
}

TEST(Schema, NamesWhatItCannotRead) {
    auto bad = [](const char *text) {
        return parse_schema(nlohmann::json::parse(text)).error().message;
    };
    EXPECT_THAT(bad("[]"), HasSubstr("object"));
    EXPECT_THAT(bad(R"({"tables":[]})"), HasSubstr("tables"));
    EXPECT_THAT(bad(R"({"tables":{"T":1}})"), HasSubstr("T"));
    EXPECT_THAT(bad(R"({"tables":{"T":{"columns":{"c":{"type":"blob"}}}}})"),
                HasSubstr("table T: column c: unknown type \"blob\""));
    EXPECT_THAT(bad(R"({"tables":{"T":{"columns":{"c":{}}}}})"), HasSubstr("column c"));
}

TEST(Schema, ChecksWhatAColumnMayHold) {
    auto schema = zoo();
    auto why = [&](const char *column, const Datum &datum) {
        auto good = check(datum, schema.find("Cage")->find(column)->type);
        return good ? "" : good.error().message;
    };
    EXPECT_EQ(why("size", 99), "");
    EXPECT_EQ(why("size", Datum()), "");
    EXPECT_THAT(why("size", 100), HasSubstr("100 is not in the valid range 1 to 99"));
    EXPECT_THAT(why("size", Datum::set({1, 2})), HasSubstr("2 values"));
    EXPECT_THAT(why("size", "x"), HasSubstr("type integer"));
    EXPECT_THAT(why("name", Datum()), HasSubstr("0 values"));
    EXPECT_THAT(why("kind", "open"), HasSubstr("[indoor, outdoor]"));
    EXPECT_EQ(why("animals", NamedUuid{"x"}), "");
    EXPECT_THAT(why("counters", Smap{{"a", "b"}}), HasSubstr("b is not of type integer"));
    EXPECT_THAT(why("name", Smap{{"a", "b"}}), HasSubstr("map"));
}

} // namespace
} // namespace bvs::ovsdb
