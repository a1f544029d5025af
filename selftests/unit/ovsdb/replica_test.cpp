// SPDX-License-Identifier: Apache-2.0
#include "ovsdb/replica.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace bvs::ovsdb {
namespace {

using Json = nlohmann::json;

const std::string k_a = "aaaaaaaa-0000-0000-0000-000000000001";
const std::string k_b = "bbbbbbbb-0000-0000-0000-000000000002";
const Uuid k_uuid_a = *Uuid::parse(k_a);
const Uuid k_uuid_b = *Uuid::parse(k_b);

Schema zoo() {
    std::ifstream file(BVS_TEST_SCHEMA);
    return *parse_schema(Json::parse(file));
}

class ReplicaTest : public testing::Test {
  protected:
    ReplicaTest() { replica.configure(zoo(), {{"Cage", {}}}); }

    Changes apply(const std::string &rows, UpdateFormat format = UpdateFormat::difference) {
        Changes changes;
        auto good = replica.apply(Json::parse(R"({"Cage":)" + rows + "}"), format, changes);
        EXPECT_TRUE(good) << good.error().message;
        return changes;
    }
    std::string row(const std::string &uuid, const std::string &update) {
        return "{\"" + uuid + "\":" + update + "}";
    }

    Replica replica;
};

TEST_F(ReplicaTest, InsertsWithDefaults) {
    auto changes = apply(row(k_a, R"({"insert":{"name":"x","size":5}})"));
    ASSERT_EQ(changes.size(), 1u);
    EXPECT_EQ(changes[0].before, nullptr);
    EXPECT_TRUE(changes[0].changed("open"));
    auto after = replica.row("Cage", k_uuid_a);
    EXPECT_EQ(after, changes[0].after);
    EXPECT_EQ((*after)["size"].integer(), 5);
    EXPECT_EQ((*after)["open"].boolean(), false);
    EXPECT_EQ((*after)["config"], Datum(Smap{}));
    EXPECT_EQ((*after)["nothing"], Datum());
}

TEST_F(ReplicaTest, ModifiesByDifference) {
    apply(row(k_a, R"({"insert":{"name":"x","size":5,"numbers":["set",[1,2]],)"
                   R"("config":["map",[["a","1"],["b","2"]]]}})"));
    auto before = replica.row("Cage", k_uuid_a);
    auto changes = apply(row(k_a, R"({"modify":{"size":["set",[]],"numbers":["set",[2,3]],)"
                                  R"("config":["map",[["a","1"],["b","9"],["c","3"]]]}})"));
    ASSERT_EQ(changes.size(), 1u);
    EXPECT_EQ(changes[0].before, before);
    EXPECT_TRUE(changes[0].changed("size"));
    EXPECT_FALSE(changes[0].changed("name"));
    const Row &after = *changes[0].after;
    EXPECT_EQ(after["size"], Datum());
    EXPECT_EQ(after["numbers"], Datum::set({1, 3}));
    EXPECT_EQ(after["config"], Datum(Smap{{"b", "9"}, {"c", "3"}}));
    EXPECT_EQ((*before)["numbers"], Datum::set({1, 2}));
}

TEST_F(ReplicaTest, TakesWholeRowsAsTheStandardSendsThem) {
    auto whole = UpdateFormat::whole;
    apply(row(k_a, R"({"new":{"name":"x","numbers":["set",[1,2]]}})"), whole);
    auto changes = apply(
        row(k_a, R"({"old":{"numbers":["set",[1,2]]},"new":{"name":"x","numbers":3}})"), whole);
    ASSERT_EQ(changes.size(), 1u);
    EXPECT_EQ((*changes[0].after)["numbers"], Datum(3));
    changes = apply(row(k_a, R"({"old":{"name":"x","numbers":3}})"), whole);
    ASSERT_EQ(changes.size(), 1u);
    EXPECT_EQ(changes[0].after, nullptr);
    EXPECT_TRUE(replica.rows("Cage").empty());
}

TEST_F(ReplicaTest, SaysNothingWhenNothingChanges) {
    auto insert = row(k_a, R"({"insert":{"name":"x","size":5}})");
    apply(insert);
    EXPECT_TRUE(apply(insert).empty());
    EXPECT_TRUE(apply(row(k_b, R"({"delete":null})")).empty());
}

TEST_F(ReplicaTest, ReplacesAllAndTellsOnlyWhatDiffers) {
    apply(row(k_a, R"({"insert":{"name":"x"}})"));
    apply(row(k_b, R"({"insert":{"name":"y","size":5}})"));
    Changes changes;
    ASSERT_TRUE(
        replica.replace(Json::parse(R"({"Cage":)" + row(k_b, R"({"initial":{"name":"y"}})") + "}"),
                        UpdateFormat::difference, changes));
    ASSERT_EQ(changes.size(), 2u);
    EXPECT_EQ(changes[0].uuid(), k_uuid_a);
    EXPECT_EQ(changes[0].after, nullptr);
    EXPECT_TRUE(changes[1].changed("size"));
    Changes last;
    ASSERT_TRUE(replica.replace(Json::object(), UpdateFormat::difference, last));
    EXPECT_EQ(last.size(), 1u);
    EXPECT_TRUE(replica.rows("Cage").empty());
}

TEST_F(ReplicaTest, FindsByIndexAndByValue) {
    apply(row(k_a, R"({"insert":{"name":"x","size":5}})"));
    apply(row(k_b, R"({"insert":{"name":"y","size":6}})"));
    EXPECT_EQ(replica.find("Cage", "name", "y"), replica.row("Cage", k_uuid_b));
    EXPECT_EQ(replica.find("Cage", "size", 5), replica.row("Cage", k_uuid_a));
    EXPECT_EQ(replica.find("Cage", "name", "z"), nullptr);
    EXPECT_EQ(replica.find("Cage", "name", 5), nullptr);
    EXPECT_EQ(replica.find("Cage", "roof", 5), nullptr);
    EXPECT_EQ(replica.find("Farm", "name", "x"), nullptr);
    EXPECT_EQ(replica.first("Cage"), replica.row("Cage", k_uuid_a));
    EXPECT_EQ(replica.first("Farm"), nullptr);
}

// One update may take a name from one row and give it to another, in either order.
TEST_F(ReplicaTest, FindsANameThatChangedItsRow) {
    apply(row(k_a, R"({"insert":{"name":"x"}})"));
    apply("{\"" + k_a + R"(":{"delete":null},")" + k_b + R"(":{"insert":{"name":"x"}}})");
    EXPECT_EQ(replica.find("Cage", "name", "x"), replica.row("Cage", k_uuid_b));
    apply("{\"" + k_a + R"(":{"insert":{"name":"x"}},")" + k_b + R"(":{"delete":null}})");
    EXPECT_EQ(replica.find("Cage", "name", "x"), replica.row("Cage", k_uuid_a));
}

TEST_F(ReplicaTest, RefusesWhatDoesNotFit) {
    Changes changes;
    const std::vector<std::string> wrong{
        "[]",
        R"({"Farm":{}})",
        R"({"Cage":[]})",
        R"({"Cage":{"x":{}}})",
        R"({"Cage":)" + row(k_a, "5") + "}",
        R"({"Cage":)" + row(k_a, R"({"insert":5})") + "}",
        R"({"Cage":)" + row(k_a, R"({"insert":{"size":"x"}})") + "}",
        R"({"Cage":)" + row(k_a, R"({"modify":{"size":1}})") + "}",
    };
    for (const auto &text : wrong)
        EXPECT_FALSE(replica.apply(Json::parse(text), UpdateFormat::difference, changes)) << text;
    for (const char *text : {R"({"Cage":[1]})", "[]"})
        EXPECT_FALSE(replica.replace(Json::parse(text), UpdateFormat::difference, changes)) << text;
    EXPECT_TRUE(changes.empty());
}

TEST_F(ReplicaTest, ReportsWhatTheSchemaLacksAndKeepsWhatStays) {
    apply(row(k_a, R"({"insert":{"name":"x"}})"));
    EXPECT_EQ(replica.configure(zoo(), {{"Cage", {}}, {"Farm", {}}}),
              std::vector<std::string>{"Farm"});
    EXPECT_EQ(replica.rows("Cage").size(), 1u);
    EXPECT_EQ(replica.configure(zoo(), {{"Cage", {"roof", "name", "_uuid"}}}),
              std::vector<std::string>{"Cage.roof"});
    EXPECT_TRUE(replica.rows("Cage").empty());
    EXPECT_EQ(replica.layouts().at(0)->names, std::vector<std::string>{"name"});
}

} // namespace
} // namespace bvs::ovsdb
