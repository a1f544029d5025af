// SPDX-License-Identifier: Apache-2.0
#include "ovsdb/transaction.h"

#include <cerrno>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace bvs::ovsdb {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;

const std::string k_text = "550e8400-e29b-41d4-a716-446655440000";
const Uuid k_uuid = *Uuid::parse(k_text);

TEST(Transaction, IsWrittenAsTheStandardSays) {
    Transaction t("Zoo");
    auto animal = t.insert("Animal", {{"name", "li\"on"}});
    t.insert("Cage", {{"animals", animal}, {"open", true}}, "cage");
    t.update("Cage", k_uuid, {{"size", 5}});
    t.mutate("Cage", Where({{"name", "==", "x"}}), {{"animals", "insert", animal}});
    t.erase("Cage", {});
    t.select("Cage", Where({{"size", "<", 3}, {"open", "==", true}}), {"name"});
    t.wait("Cage", k_uuid, {"size"}, {{{"size", Datum()}}}, false, std::chrono::seconds(2));
    t.comment("why");
    t.assert_lock("keeper");
    EXPECT_EQ(t.size(), 9u);
    auto where_uuid = Json::parse(R"([["_uuid","==",["uuid",")" + k_text + R"("]]])");
    Json expected{
        {"id", 7},
        {"method", "transact"},
        {"params",
         {"Zoo",
          {{"op", "insert"},
           {"table", "Animal"},
           {"uuid-name", "row1"},
           {"row", {{"name", "li\"on"}}}},
          {{"op", "insert"},
           {"table", "Cage"},
           {"uuid-name", "cage"},
           {"row", {{"animals", {"named-uuid", "row1"}}, {"open", true}}}},
          {{"op", "update"}, {"table", "Cage"}, {"where", where_uuid}, {"row", {{"size", 5}}}},
          {{"op", "mutate"},
           {"table", "Cage"},
           {"where", Json::parse(R"([["name","==","x"]])")},
           {"mutations", Json::parse(R"([["animals","insert",["named-uuid","row1"]]])")}},
          {{"op", "delete"}, {"table", "Cage"}, {"where", Json::array()}},
          {{"op", "select"},
           {"table", "Cage"},
           {"where", Json::parse(R"([["size","<",3],["open","==",true]])")},
           {"columns", Json::array({"name"})}},
          {{"op", "wait"},
           {"table", "Cage"},
           {"where", where_uuid},
           {"columns", Json::array({"size"})},
           {"until", "!="},
           {"rows", Json::parse(R"([{"size":["set",[]]}])")},
           {"timeout", 2000}},
          {{"op", "comment"}, {"comment", "why"}},
          {{"op", "assert"}, {"lock", "keeper"}}}}};
    EXPECT_EQ(Json::parse(t.encode(7)), expected);
}

TEST(Transaction, ReadsWhatItsOperationsDid) {
    Transaction t;
    auto row = t.insert("Cage", {});
    t.update("Cage", {}, {});
    auto outcome = TransactionReader(t).read(
        Json::parse(R"([{"uuid":["uuid",")" + k_text + R"("]},{"count":3}])"));
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_EQ(outcome->find(row), k_uuid);
    EXPECT_EQ(outcome->find(NamedUuid{"other"}), std::nullopt);
    EXPECT_EQ(outcome->operations[1].count, 3u);
}

TEST(Transaction, SaysWhichOperationWasRefusedAndWhy) {
    Transaction t;
    t.insert("Cage", {});
    t.wait("Cage", {}, {}, {});
    TransactionReader reader(t);
    auto why = [&](const char *text) { return reader.read(Json::parse(text)).error(); };

    EXPECT_EQ(why(R"([{"error":"constraint violation","details":"no"},null])"),
              (Error{"the database refused the operation insert of Cage: constraint violation: no",
                     EINVAL}));
    EXPECT_EQ(why(R"([{"uuid":["uuid",")"
                  "550e8400-e29b-41d4-a716-446655440000"
                  R"("]},{"error":"timed out"}])")
                  .code,
              EAGAIN);
    EXPECT_EQ(why(R"([{"error":"not owner"}])").code, ENOLCK);
    EXPECT_THAT(why(R"([{},{},{"error":"referential integrity violation","details":"x"}])").message,
                HasSubstr("the transaction: referential integrity violation: x"));
    EXPECT_THAT(why(R"([{}])").message, HasSubstr("1 of 2"));
    EXPECT_THAT(why("{}").message, HasSubstr("array"));
    EXPECT_THAT(why(R"([{"uuid":5},{}])").message, HasSubstr("uuid"));
    EXPECT_THAT(why(R"([{"rows":[5]},{}])").message, HasSubstr("row"));
    EXPECT_THAT(why(R"([{"rows":[{"c":{}}]},{}])").message, HasSubstr("column c"));
}

} // namespace
} // namespace bvs::ovsdb
