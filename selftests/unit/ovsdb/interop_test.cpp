// SPDX-License-Identifier: Apache-2.0
//
// The client against the stock ovsdb-server.
#include "ovsdb/blocking.h"
#include "ovsdb/text.h"
#include "selftests/unit/ovsdb/stock_server.h"

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>

namespace bvs::ovsdb {
namespace {

using namespace std::chrono_literals;
using test::StockServer;

constexpr auto k_patience = 10s;

ClientOptions zoo_options() {
    ClientOptions options;
    options.session.database = "Zoo";
    options.session.selection = {{"Cage", {}}, {"Animal", {}}};
    options.session.pace.back_off_min = 20ms;
    return options;
}

class Interop : public testing::Test {
  protected:
    void SetUp() override {
        if (!StockServer::available())
            GTEST_SKIP() << "ovsdb-server is not installed";
        server = std::make_unique<StockServer>(BVS_TEST_SCHEMA);
    }

    std::unique_ptr<BlockingClient> connect(ClientOptions options = zoo_options()) {
        auto client = BlockingClient::connect(server->remote(), std::move(options), k_patience);
        EXPECT_TRUE(client) << client.error().message;
        return client ? std::move(*client) : nullptr;
    }

    static Outcome transact(BlockingClient &client, const Transaction &transaction) {
        auto outcome = client.transact(transaction, k_patience);
        EXPECT_TRUE(outcome) << outcome.error().message;
        return outcome.value_or(Outcome{});
    }

    std::unique_ptr<StockServer> server;
};

TEST_F(Interop, InsertedRowsAreInTheReplicaWhenTheTransactionReturns) {
    auto client = connect();
    Transaction t("Zoo");
    auto lion = t.insert("Animal", {{"name", "lion"}, {"food", std::set<std::string>{"a", "b"}}});
    auto cage = t.insert("Cage", {{"name", "north"}, {"animals", lion}, {"weight", 1.5}});
    auto outcome = transact(*client, t);

    auto row = client->replica().find("Cage", "name", "north");
    ASSERT_TRUE(row);
    EXPECT_EQ(row->uuid(), outcome.find(cage));
    EXPECT_EQ((*row)["animals"].uuid(), outcome.find(lion));
    EXPECT_EQ((*row)["weight"].real(), 1.5);
    EXPECT_EQ((*row)["size"], Datum());
    EXPECT_EQ((*row)["config"], Datum(Smap{}));
    EXPECT_EQ(client->replica().rows("Animal").size(), 1u);
}

// Whatever is written, the difference that the server sends must lead to it.
TEST_F(Interop, DifferencesLeadToWhatWasWritten) {
    auto client = connect();
    Transaction first("Zoo");
    auto cage = first.insert("Cage", {{"name", "c"}});
    auto uuid = *transact(*client, first).find(cage);
    const std::vector<std::pair<std::string, std::vector<Datum>>> walks{
        {"size", {5, Datum(), 7, 7, 9}},
        {"kind", {"indoor", "outdoor", Datum()}},
        {"open", {true, false}},
        {"weight", {0.1, 1e100, -2.5, 0.0}},
        {"numbers",
         {Datum::set({1, 2, 3}), Datum::set({2, 3, 4}), Datum(), 4095, Datum::set({4095, 0})}},
        {"config", {Smap{{"a", "1"}, {"b", "2"}}, Smap{{"a", "2"}, {"c", "\"\\\n\u00e9"}}, Smap{}}},
        {"counters", {std::map<std::string, std::int64_t>{{"x", INT64_MAX}, {"y", INT64_MIN}}}}};
    for (const auto &[column, values] : walks)
        for (const auto &value : values) {
            Transaction t("Zoo");
            t.update("Cage", uuid, {{column, value}});
            transact(*client, t);
            EXPECT_EQ((*client->replica().row("Cage", uuid))[column], value) << column;
        }
}

TEST_F(Interop, AnotherClientSeesTheSame) {
    auto writer = connect();
    auto reader = connect();
    Transaction t("Zoo");
    for (int i = 0; i < 500; i++)
        t.insert("Cage", {{"name", fmt::format("cage{}", i)}, {"size", i % 99 + 1}});
    transact(*writer, t);
    auto all = [](const Replica &replica) { return replica.rows("Cage").size() == 500; };
    ASSERT_TRUE(reader->wait_until(all, k_patience));
    for (const auto &[uuid, row] : writer->replica().rows("Cage"))
        for (std::size_t i = 0; i < row->layout().names.size(); i++)
            EXPECT_EQ(row->at(i), reader->replica().row("Cage", uuid)->at(i));
}

TEST_F(Interop, RefusalsNameTheOperation) {
    auto client = connect();
    Transaction range("Zoo");
    range.comment("too large");
    range.insert("Cage", {{"name", "x"}, {"size", 100}});
    auto outcome = client->transact(range, k_patience);
    ASSERT_FALSE(outcome);
    EXPECT_NE(outcome.error().message.find("insert of Cage"), std::string::npos);
    EXPECT_NE(outcome.error().message.find("100"), std::string::npos);
    EXPECT_EQ(outcome.error().code, EINVAL);

    Transaction twice("Zoo");
    twice.insert("Cage", {{"name", "same"}});
    twice.insert("Cage", {{"name", "same"}});
    outcome = client->transact(twice, k_patience);
    ASSERT_FALSE(outcome);
    EXPECT_NE(outcome.error().message.find("constraint violation"), std::string::npos);

    Transaction prerequisite("Zoo");
    prerequisite.wait("Cage", {}, {"name"}, {{{"name", "gone"}}});
    outcome = client->transact(prerequisite, k_patience);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, EAGAIN);
}

TEST_F(Interop, EveryOperationIsUnderstood) {
    auto client = connect();
    Transaction t("Zoo");
    t.insert("Cage",
             {{"name", "a"}, {"numbers", Datum::set({1, 2})}, {"config", Smap{{"k", "v"}}}});
    t.mutate("Cage", Where({{"name", "==", "a"}}),
             {{"numbers", "insert", Datum::set({5})},
              {"config", "delete", Datum::set({"k"})},
              {"weight", "+=", 2.5}});
    t.wait("Cage", Where({{"name", "==", "a"}}), {"weight"}, {{{"weight", 2.5}}});
    t.select("Cage", Where({{"numbers", "includes", 5}}), {"name", "numbers", "config"});
    t.erase("Cage", Where({{"name", "!=", "a"}}));
    auto outcome = transact(*client, t);
    ASSERT_EQ(outcome.operations.size(), 5u);
    EXPECT_EQ(outcome.operations[1].count, 1u);
    ASSERT_EQ(outcome.operations[3].rows.size(), 1u);
    Values row = outcome.operations[3].rows[0];
    std::ranges::sort(row, {}, &std::pair<std::string, Datum>::first);
    EXPECT_EQ(row, (Values{{"config", Smap{}}, {"name", "a"}, {"numbers", Datum::set({1, 2, 5})}}));
    EXPECT_EQ(outcome.operations[4].count, 0u);
}

TEST_F(Interop, OneOfTwoHoldsTheLock) {
    auto options = zoo_options();
    options.session.lock = "zoo_keeper";
    auto first = connect(options);
    Transaction guarded("Zoo");
    guarded.assert_lock("zoo_keeper");
    transact(*first, guarded);

    auto second = connect(options);
    auto outcome = second->transact(guarded, k_patience);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, ENOLCK);

    first.reset();
    for (int i = 0; i < 100 && !second->transact(guarded, k_patience); i++)
        second->watch([](const Changes &) { return true; }, 10ms);
    transact(*second, guarded);
}

TEST_F(Interop, AfterARestartTheReplicaIsCurrentAgain) {
    auto client = connect();
    Transaction t("Zoo");
    t.insert("Cage", {{"name", "old"}, {"counters", Smap{}}});
    transact(*client, t);
    auto kept = client->replica().find("Cage", "name", "old");

    server->stop();
    client->watch([](const Changes &) { return true; }, 50ms);
    EXPECT_EQ(client->transact(t, k_patience).error().code, ENOTCONN);
    EXPECT_EQ(client->replica().rows("Cage").size(), 1u);

    server->start();
    auto writer = connect();
    Transaction more("Zoo");
    more.insert("Cage", {{"name", "new"}});
    transact(*writer, more);
    auto both = [](const Replica &replica) { return replica.rows("Cage").size() == 2; };
    EXPECT_TRUE(client->wait_until(both, k_patience));
    // What stayed the same is the very same row.
    EXPECT_EQ(client->replica().find("Cage", "name", "old"), kept);
}

TEST_F(Interop, ASilentServerIsLeft) {
    auto options = zoo_options();
    options.session.pace.probe_interval = 50ms;
    auto client = connect(options);
    server->pause();
    auto outcome = client->transact(Transaction("Zoo"), k_patience);
    server->resume();
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, ENOTCONN);
    EXPECT_NE(outcome.error().message.find("probe"), std::string::npos);
}

TEST_F(Interop, WhatCannotWorkIsSaid) {
    auto options = zoo_options();
    options.session.database = "Farm";
    auto wrong = BlockingClient::connect(server->remote(), options, k_patience);
    ASSERT_FALSE(wrong);
    EXPECT_NE(wrong.error().message.find("Farm"), std::string::npos);

    auto nowhere = BlockingClient::connect(server->remote() + "x", zoo_options(), k_patience);
    ASSERT_FALSE(nowhere);
    EXPECT_EQ(nowhere.error().code, ENOENT);

    // The second remote serves although the first does not.
    auto either = BlockingClient::connect(server->remote() + "x," + server->remote(), zoo_options(),
                                          k_patience);
    EXPECT_TRUE(either);
}

TEST_F(Interop, ServesWhatTheSchemaHas) {
    auto options = zoo_options();
    options.session.selection = {{"Cage", {"name", "roof"}}, {"Visitor", {"name"}}};
    auto client = connect(options);
    Transaction t("Zoo");
    t.insert("Cage", {{"name", "x"}, {"size", 3}});
    transact(*client, t);
    auto row = client->replica().find("Cage", "name", "x");
    ASSERT_TRUE(row);
    EXPECT_EQ((*row)["size"], Datum()); // not selected
    EXPECT_EQ((*row)["roof"], Datum());
    EXPECT_TRUE(client->replica().rows("Visitor").empty());
}

TEST_F(Interop, FollowsAConversionOfTheSchema) {
    auto options = zoo_options();
    options.session.selection = {{"Cage", {"name", "roof"}}};
    auto client = connect(options);
    Transaction t("Zoo");
    t.insert("Cage", {{"name", "x"}});
    transact(*client, t);

    std::ifstream file(BVS_TEST_SCHEMA);
    std::string schema{std::istreambuf_iterator<char>(file), {}};
    const std::string anchor = R"("open": {"type": "boolean"})";
    ASSERT_NE(schema.find(anchor), schema.npos);
    schema.insert(schema.find(anchor), R"("roof": {"type": "string"}, )");
    auto path = (server->directory() / "new.ovsschema").string();
    std::ofstream(path) << schema;
    EXPECT_EQ(test::run({"ovsdb-client", "convert", server->remote(), path}), "");

    auto converted = [](const Replica &replica) {
        auto row = replica.find("Cage", "name", "x");
        return row && (*row)["roof"].optional_string() == "";
    };
    EXPECT_TRUE(client->wait_until(converted, k_patience));
}

TEST_F(Interop, CanTransactWithoutMonitoringAnything) {
    auto options = zoo_options();
    options.session.selection = {};
    auto client = connect(options);
    Transaction t("Zoo");
    t.insert("Cage", {{"name", "x"}});
    transact(*client, t);
    EXPECT_TRUE(client->replica().rows("Cage").empty());
    EXPECT_TRUE(client->replica().schema().find("Cage"));
}

TEST_F(Interop, ManyRowsAreWrittenOftenAtSmallCost) {
    auto client = connect();
    constexpr int k_rows = 2000;
    std::vector<Uuid> rows;
    Transaction inserts("Zoo");
    for (int i = 0; i < k_rows; i++)
        inserts.insert("Cage", {{"name", fmt::format("cage{}", i)}});
    for (const auto &[name, uuid] : transact(*client, inserts).inserted)
        rows.push_back(uuid);
    std::map<std::string, std::int64_t> counters;
    for (int i = 0; i < 15; i++)
        counters[fmt::format("counter_{}", i)] = 1'000'000 + i;
    auto start = std::clock();
    Transaction t("Zoo");
    for (const auto &uuid : rows)
        t.update("Cage", uuid, {{"counters", counters}});
    auto text = t.encode(1);
    auto spent = 1e3 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    RecordProperty("milliseconds", fmt::format("{:.1f}", spent));
    EXPECT_LT(spent, 500) << "for " << text.size() << " bytes";
    transact(*client, t);
    EXPECT_EQ((*client->replica().row("Cage", rows.back()))["counters"], Datum(counters));
}

} // namespace
} // namespace bvs::ovsdb
