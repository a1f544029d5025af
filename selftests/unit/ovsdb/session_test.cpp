// SPDX-License-Identifier: Apache-2.0
//
// Conversations with a server played by the test: what it must be asked, what it answers. The
// whole of one is also run with the connection cut at every step.
#include "ovsdb/jsonrpc.h"
#include "ovsdb/session.h"
#include "ovsdb/stream.h"

#include <cerrno>
#include <deque>
#include <fstream>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bvs::ovsdb {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

const std::string k_row = "aaaaaaaa-0000-0000-0000-000000000001";
const std::string k_other = "bbbbbbbb-0000-0000-0000-000000000002";
const Json k_unknown = {{"error", "unknown method"}, {"details", "?"}};

Json zoo_schema() {
    std::ifstream file(BVS_TEST_SCHEMA);
    return Json::parse(file);
}

Json server_row(const Json &columns) {
    return {{"Database", {{k_other, {{"new", columns}}}}}};
}

const Json k_standalone = {{"name", "Zoo"},
                           {"model", "standalone"},
                           {"connected", true},
                           {"leader", true},
                           {"schema", "v1"}};

Json cages(const char *update, const Json &columns) {
    return {{"Cage", {{k_row, {{update, columns}}}}}};
}

// Carries the session's wishes out against a list of what the server got.
class Talk : public testing::Test {
  protected:
    explicit Talk(SessionOptions options = zoo_options()) : session(std::move(options)) {}

    static SessionOptions zoo_options() {
        return {.database = "Zoo", .selection = {{"Cage", {"name", "size"}}}, .lock = "keeper"};
    }

    void drain() {
        for (auto &wish : session.take_wishes()) {
            if (auto *send = std::get_if<SendWish>(&wish))
                got.push_back(*decode(send->bytes));
            else if (auto *connect = std::get_if<ConnectWish>(&wish))
                connect_at = connect->at;
            else if (std::holds_alternative<CloseWish>(wish))
                closed = true;
            else
                events.push_back(std::move(std::get<Event>(wish)));
        }
    }

    void start() { session.start(now), drain(); }
    void connect() { session.on_connected(now), closed = false, drain(); }
    void cut() { session.on_disconnected({"cut", 0}, now), drain(), got.clear(); }
    void say(const Message &message) { session.on_bytes(encode(message), now), drain(); }
    void wait(std::chrono::milliseconds time) { now += time, session.on_timer(now), drain(); }

    // The next request has to be of this method; its id and parameters.
    Request expect(const std::string &method) {
        EXPECT_FALSE(got.empty()) << "expected " << method;
        if (got.empty())
            return {};
        auto *request = std::get_if<Request>(&got.front());
        EXPECT_TRUE(request) << "expected " << method;
        Request result = request ? *request : Request{};
        got.pop_front();
        EXPECT_EQ(result.method, method);
        return result;
    }
    Request answer(const std::string &method, const Json &result, const Json &error = nullptr) {
        auto request = expect(method);
        say(Response{request.id, result, error});
        return request;
    }

    void greet() {
        start(), connect();
        answer("set_db_change_aware", Json::object());
        answer("monitor", server_row(k_standalone));
        answer("get_schema", zoo_schema());
        answer("lock", {{"locked", true}});
        answer("monitor_cond_since", {false, "t1", cages("initial", {{"name", "x"}})});
    }

    template <class T>
    std::vector<T> take() {
        std::vector<T> found;
        for (const auto &event : std::exchange(events, {}))
            if (const auto *wanted = std::get_if<T>(&event))
                found.push_back(*wanted);
        return found;
    }
    std::string name() {
        auto row = session.replica().first("Cage");
        return row ? (*row)["name"].string() : "";
    }
    std::string last_error() {
        auto all = take<DisconnectedEvent>();
        return all.empty() ? "" : all.back().error.message;
    }

    Session session;
    Time now = Time(1000s);
    Time connect_at;
    bool closed = false;
    std::deque<Message> got;
    std::vector<Event> events;
};

TEST_F(Talk, LeadsToAWholeReplica) {
    start();
    EXPECT_EQ(connect_at, now);
    connect();
    answer("set_db_change_aware", nullptr, k_unknown); // an old server
    answer("monitor", server_row(k_standalone));
    EXPECT_EQ(answer("get_schema", zoo_schema()).params, Json({"Zoo"}));
    EXPECT_EQ(answer("lock", {{"locked", true}}).params, Json({"keeper"}));
    EXPECT_TRUE(session.has_lock());
    EXPECT_FALSE(session.ready());
    auto request = answer("monitor_cond_since", {false, "t1", cages("initial", {{"name", "x"}})});
    EXPECT_EQ(request.params[0], "Zoo");
    EXPECT_EQ(request.params[2], Json::parse(R"({"Cage":[{"columns":["name","size"]}]})"));
    EXPECT_EQ(request.params[3], "00000000-0000-0000-0000-000000000000");
    EXPECT_TRUE(session.ready());
    EXPECT_EQ(name(), "x");
    ASSERT_EQ(events.size(), 2u);
    EXPECT_TRUE(std::get<LockEvent>(events[0]).held);
    EXPECT_EQ(std::get<ReadyEvent>(events[1]).changes.size(), 1u);
    EXPECT_TRUE(got.empty());
}

TEST_F(Talk, AsksOlderServersInOlderWays) {
    start(), connect();
    answer("set_db_change_aware", nullptr, k_unknown);
    answer("monitor", nullptr, {{"error", "unknown database"}});
    answer("get_schema", zoo_schema());
    answer("lock", {{"locked", false}});
    answer("monitor_cond_since", nullptr, k_unknown);
    auto cond = answer("monitor_cond", nullptr, "unknown method");
    EXPECT_EQ(cond.params.size(), 3u);
    answer("monitor", cages("new", {{"name", "x"}, {"size", 1}}));
    EXPECT_TRUE(session.ready());
    say(Notification{"update", {"data", cages("new", {{"name", "y"}, {"size", 1}})}});
    EXPECT_EQ(name(), "y");
    EXPECT_EQ(take<ChangesEvent>().size(), 1u);

    // The next server may be newer.
    cut(), connect();
    answer("set_db_change_aware", nullptr, k_unknown);
    answer("monitor", nullptr, {{"error", "unknown database"}});
    answer("get_schema", zoo_schema());
    answer("lock", {{"locked", false}});
    expect("monitor_cond_since");
}

TEST_F(Talk, FollowsTheServer) {
    greet();
    say(Notification{"update3", {"data", "t2", cages("modify", {{"name", "y"}})}});
    EXPECT_EQ(name(), "y");
    auto changes = take<ChangesEvent>();
    ASSERT_EQ(changes.size(), 1u);
    EXPECT_EQ((*changes[0].changes[0].before)["name"].string(), "x");
    say(Notification{"update3", {"data", "t3", cages("delete", nullptr)}});
    EXPECT_EQ(name(), "");
    say(Notification{"unheard", {1}});
    EXPECT_FALSE(closed);
}

TEST_F(Talk, ContinuesWhereItWasCut) {
    greet();
    say(Notification{"update3", {"data", "t2", cages("modify", {{"size", 4}})}});
    auto kept = session.replica().first("Cage");
    cut();
    EXPECT_FALSE(session.ready());
    EXPECT_FALSE(session.has_lock());
    EXPECT_EQ(connect_at, now + 1s);
    EXPECT_EQ(name(), "x");
    take<ReadyEvent>();

    connect();
    answer("set_db_change_aware", Json::object());
    answer("monitor", server_row(k_standalone));
    answer("get_schema", zoo_schema());
    answer("lock", {{"locked", false}});
    auto request = answer("monitor_cond_since", {true, "t5", Json::object()});
    EXPECT_EQ(request.params[3], "t2");
    EXPECT_TRUE(take<ReadyEvent>().at(0).changes.empty());
    EXPECT_EQ(session.replica().first("Cage"), kept);
    EXPECT_FALSE(session.has_lock());
    say(Notification{"locked", {"keeper"}});
    EXPECT_TRUE(session.has_lock());
    cut();
    EXPECT_EQ(connect_at, now + 1s); // it had been of use
}

TEST_F(Talk, BeginsAnewWithAnotherSchema) {
    greet();
    cut(), connect();
    answer("set_db_change_aware", Json::object());
    answer("monitor", server_row(k_standalone));
    auto schema = zoo_schema();
    schema["tables"]["Cage"]["columns"].erase("size");
    answer("get_schema", schema);
    answer("lock", {{"locked", true}});
    auto request = answer("monitor_cond_since", {false, "u1", cages("initial", {{"name", "z"}})});
    EXPECT_EQ(request.params[3], "00000000-0000-0000-0000-000000000000");
    EXPECT_EQ(name(), "z");
    EXPECT_EQ(take<ReadyEvent>().at(1).lacking, std::vector<std::string>{"Cage.size"});
}

TEST_F(Talk, TransactsAndTellsHowItWent) {
    Transaction t("Zoo");
    t.comment("x");
    auto early = session.transact(t);
    drain();
    auto completed = take<CompletedEvent>();
    ASSERT_EQ(completed.size(), 1u);
    EXPECT_EQ(completed[0].id, early);
    EXPECT_EQ(completed[0].outcome.error().code, ENOTCONN);

    greet();
    auto good = session.transact(t);
    auto refused = session.transact(t);
    auto wrong = session.transact(t);
    auto cut_off = session.transact(t);
    drain();
    auto first = expect("transact"), second = expect("transact"), third = expect("transact");
    take<CompletedEvent>();
    // The server may answer in any order.
    say(Response{second.id, {{{"error", "not owner"}}}, nullptr});
    say(Response{first.id, Json::array({Json::object()}), nullptr});
    say(Response{third.id, nullptr, {{"error", "unknown database"}}});
    cut();
    completed = take<CompletedEvent>();
    ASSERT_EQ(completed.size(), 4u);
    EXPECT_EQ(completed[0].id, refused);
    EXPECT_EQ(completed[0].outcome.error().code, ENOLCK);
    EXPECT_EQ(completed[1].id, good);
    EXPECT_TRUE(completed[1].outcome);
    EXPECT_EQ(completed[2].id, wrong);
    EXPECT_THAT(completed[2].outcome.error().message, HasSubstr("unknown database"));
    EXPECT_EQ(completed[3].id, cut_off);
    EXPECT_EQ(completed[3].outcome.error().code, ENOTCONN);
}

TEST_F(Talk, HoldsTheLockAsTheServerSays) {
    greet();
    take<LockEvent>();
    say(Notification{"stolen", {"other"}});
    EXPECT_TRUE(session.has_lock());
    say(Notification{"stolen", {"keeper"}});
    EXPECT_FALSE(session.has_lock());
    say(Notification{"locked", {"keeper"}});
    EXPECT_TRUE(session.has_lock());
    EXPECT_EQ(take<LockEvent>().size(), 2u);
}

TEST_F(Talk, AnswersAndMakesProbes) {
    greet();
    say(Request{"e", "echo", {1}});
    ASSERT_EQ(got.size(), 1u);
    EXPECT_EQ(got.front(), Message(Response{"e", {1}, nullptr}));
    got.clear();
    say(Request{9, "dance", Json::array()});
    EXPECT_EQ(std::get<Response>(got.front()).error, Json({{"error", "unknown method"}}));
    got.clear();

    EXPECT_EQ(session.deadline(), now + 5s);
    wait(5s);
    answer("echo", Json::array());
    wait(5s);
    expect("echo");
    wait(5s);
    EXPECT_TRUE(closed);
    EXPECT_THAT(last_error(), HasSubstr("no answer to a probe within 5 s"));
}

TEST_F(Talk, GivesUpAConnectionThatIsNotMade) {
    start();
    wait(10s);
    EXPECT_TRUE(closed);
    EXPECT_EQ(connect_at, now + 1s);
    EXPECT_THAT(last_error(), HasSubstr("no connection within 10 s"));
}

// What the server says in place of ..., and what is said of it.
TEST_F(Talk, LeavesAServerThatIsOfNoUse) {
    auto with = [](const char *column, const Json &value) {
        Json row = k_standalone;
        row[column] = value;
        return server_row(row);
    };
    const std::vector<std::pair<Json, std::string>> cases{
        {Json::object(), "no database named Zoo"},
        {with("name", "Farm"), "no database named Zoo"},
        {with("connected", false), "no connection to its cluster"},
        {5, "object"},
    };
    start();
    for (const auto &[content, part] : cases) {
        connect();
        answer("set_db_change_aware", Json::object());
        answer("monitor", content);
        EXPECT_TRUE(closed);
        EXPECT_THAT(last_error(), HasSubstr(part));
        got.clear();
    }
}

TEST_F(Talk, LeavesAServerWhoseDatabaseChanges) {
    const std::vector<std::pair<Message, std::string>> cases{
        {Notification{"monitor_canceled", {"data"}}, "no longer serves"},
        {Notification{"update", {"server", {{"Database", {{k_other, {{"old", k_standalone}}}}}}}},
         "no database named Zoo"},
        {Notification{"update3", {"data"}}, "1 parameters"},
        {Notification{"update3", {"data", "t2"}}, "transaction id"},
        {Notification{"update2", {"data", Json::object()}}, "unexpected update2"},
        {Notification{"update3", {"else", "t2", Json::object()}}, "unexpected"},
        {Notification{"update3", {"data", "t2", cages("modify", {{"size", "x"}})}}, "size"},
        {Response{77, nullptr, nullptr}, "77"},
        {Response{"x", nullptr, nullptr}, "\"x\""},
    };
    for (const auto &[message, part] : cases) {
        session = Session(zoo_options());
        greet();
        say(message);
        EXPECT_TRUE(closed) << part;
        EXPECT_THAT(last_error(), HasSubstr(part));
        got.clear();
    }
    session = Session(zoo_options());
    greet();
    Json converted = k_standalone;
    converted["schema"] = "v2";
    say(Notification{"update", {"server", server_row(converted)}});
    EXPECT_THAT(last_error(), HasSubstr("schema of database Zoo has changed"));
}

TEST_F(Talk, LeavesAServerThatDoesNotSpeakJson) {
    start(), connect();
    session.on_bytes("HTTP/1.1 400 Bad Request\r\n", now), drain();
    EXPECT_TRUE(closed);
    EXPECT_THAT(last_error(), HasSubstr("offset 0: 'H'"));
    // What still arrives of the old connection is of no interest.
    session.on_bytes("{}", now), drain();
    EXPECT_TRUE(events.empty());
}

TEST_F(Talk, TellsWhatAFaultyUpdateDidAllTheSame) {
    greet();
    events.clear();
    Json updates = {
        {"Cage", {{k_row, {{"modify", {{"name", "y"}}}}}, {k_other, {{"modify", {{"size", 1}}}}}}}};
    say(Notification{"update3", {"data", "t2", updates}});
    EXPECT_TRUE(closed);
    EXPECT_EQ(take<ChangesEvent>().size(), 1u);
}

TEST_F(Talk, InsistsOnTheLeaderIfAsked) {
    auto options = zoo_options();
    options.leader_only = true;
    options.pace.remotes = 2;
    session = Session(options);
    Json follower = k_standalone;
    follower["model"] = "clustered";
    follower["leader"] = false;
    start(), connect();
    answer("set_db_change_aware", Json::object());
    answer("monitor", server_row(follower));
    EXPECT_THAT(last_error(), HasSubstr("not the leader"));
    EXPECT_EQ(connect_at, now); // the other remote, at once
    got.clear();

    session = Session(zoo_options());
    start(), connect();
    answer("set_db_change_aware", Json::object());
    answer("monitor", server_row(follower));
    expect("get_schema");
}

// Cut after every step, the same conversation must lead to the same replica the next time.
TEST_F(Talk, RecoversFromACutAtEveryStep) {
    const std::vector<std::function<void()>> steps{
        [this] { answer("set_db_change_aware", Json::object()); },
        [this] { answer("monitor", server_row(k_standalone)); },
        [this] { answer("get_schema", zoo_schema()); },
        [this] { answer("lock", {{"locked", true}}); },
        [this] { answer("monitor_cond_since", {false, "t1", cages("initial", {{"name", "x"}})}); },
        [this] { session.transact(Transaction("Zoo")), drain(); },
        [this] { answer("transact", Json::array()); },
        [this] { say(Notification{"update3", {"data", "t2", cages("modify", {{"name", "y"}})}}); },
        [this] { say(Notification{"stolen", {"keeper"}}); },
    };
    start();
    for (std::size_t cut_after = 0; cut_after <= steps.size(); cut_after++) {
        connect();
        for (std::size_t i = 0; i < cut_after; i++)
            steps[i]();
        session.on_bytes(R"({"id":null,"meth)", now); // of a message half received
        cut();
        EXPECT_EQ(take<DisconnectedEvent>().size(), 1u);
        EXPECT_GT(connect_at, now);
        EXPECT_FALSE(session.ready() || session.has_lock());
        connect();
        for (const auto &step : steps)
            step();
        EXPECT_TRUE(session.ready());
        EXPECT_EQ(name(), "y");
        EXPECT_TRUE(got.empty());
        cut();
        events.clear();
    }
}

} // namespace
} // namespace bvs::ovsdb
