// SPDX-License-Identifier: Apache-2.0
#include "ovsdb/session.h"

#include "ovsdb/jsonrpc.h"
#include "ovsdb/server_info.h"
#include "ovsdb/stream.h"

#include <cerrno>
#include <map>
#include <utility>

namespace bvs::ovsdb {

namespace {

const Json k_server_monitor = "server";
const Json k_data_monitor = "data";
constexpr const char *k_echo = "echo";
constexpr const char *k_no_transaction = "00000000-0000-0000-0000-000000000000";

// The ways to monitor, newest first.
struct MonitorMethod {
    const char *request;
    const char *update;
    UpdateFormat format;
};

constexpr MonitorMethod k_monitor_methods[] = {
    {"monitor_cond_since", "update3", UpdateFormat::difference},
    {"monitor_cond", "update2", UpdateFormat::difference},
    {"monitor", "update", UpdateFormat::whole},
};

// RFC 7047 wants an object with "error" and "details"; some errors are strings.
std::string describe(const Json &error) {
    if (!error.is_object())
        return error.is_string() ? error.get<std::string>() : error.dump(-1, ' ', true);
    std::string text = error.value("error", Json()).is_string() ? error["error"] : Json("error");
    if (auto it = error.find("details"); it != error.end() && it->is_string())
        text += ": " + it->get<std::string>();
    return text;
}

bool is_unknown_method(const Json &error) {
    return error == "unknown method" ||
           (error.is_object() && error.value("error", Json()) == "unknown method");
}

Error not_connected(std::string_view why) {
    return {fmt::format("not connected to the database: {}", why), ENOTCONN};
}

} // namespace

class Session::State {
  public:
    explicit State(SessionOptions options)
        : options_(std::move(options)), pace_(options_.pace),
          server_info_(options_.database, options_.leader_only) {}

    void start(Time now) { wish(ConnectWish{pace_.start(now)}); }
    void on_connected(Time now);
    void on_bytes(std::string_view bytes, Time now);
    void on_disconnected(const Error &why, Time now);
    void on_timer(Time now);
    Time deadline() const { return pace_.deadline(); }
    TransactionId transact(const Transaction &transaction);

    std::vector<Wish> take_wishes() { return std::exchange(wishes_, {}); }
    bool ready() const { return phase_ == Phase::ready; }
    bool has_lock() const { return has_lock_; }
    const Replica &replica() const { return replica_; }

  private:
    enum class Phase { disconnected, greeting, ready };
    using Handler = Result<> (State::*)(const Response &);

    void wish(Wish wish) { wishes_.push_back(std::move(wish)); }
    void send(const Message &message) { wish(SendWish{encode(message)}); }
    void ask(const char *method, Json params, Handler handler);
    void ask_schema();
    void ask_monitor();

    Result<> take_message(const Message &message);
    Result<> on_request(const Request &request);
    Result<> on_notification(const Notification &notification);
    Result<> on_response(const Response &response);
    Result<> on_update(const Notification &notification);

    Result<> on_server_info(const Response &response);
    Result<> on_schema(const Response &response);
    Result<> on_lock(const Response &response);
    Result<> on_content(const Response &response);
    Result<> on_ignored(const Response &) { return {}; }

    Result<> load(const Json &result, Changes &changes);
    void set_lock(bool held);

    SessionOptions options_;
    Pace pace_;
    ServerInfo server_info_;
    Replica replica_;
    Splitter splitter_;
    std::vector<Wish> wishes_;
    std::map<std::uint64_t, Handler> asked_;
    std::map<TransactionId, TransactionReader> transactions_;
    std::uint64_t next_id_ = 1;
    Phase phase_ = Phase::disconnected;
    std::size_t monitor_method_ = 0; // of k_monitor_methods
    std::vector<std::string> lacking_;
    std::string last_transaction_ = k_no_transaction; // that the replica has seen
    bool has_lock_ = false;
};

void Session::State::on_connected(Time now) {
    pace_.connected(now);
    phase_ = Phase::greeting;
    monitor_method_ = 0;
    splitter_ = Splitter();
    // Else the server hangs up when any database is added or removed.
    ask("set_db_change_aware", {true}, &State::on_ignored);
    ask("monitor", ServerInfo::monitor_params(k_server_monitor), &State::on_server_info);
}

void Session::State::on_bytes(std::string_view bytes, Time now) {
    if (phase_ == Phase::disconnected)
        return;
    pace_.heard(now);
    splitter_.feed(bytes);
    for (;;) {
        auto text = splitter_.next();
        if (text && !*text)
            return;
        Result<> good;
        if (!text) {
            good = std::unexpected(text.error());
        } else {
            auto message = decode(**text);
            good = message ? take_message(*message) : std::unexpected(message.error());
        }
        if (!good) {
            wish(CloseWish{});
            on_disconnected(good.error(), now);
            return;
        }
    }
}

void Session::State::on_disconnected(const Error &why, Time now) {
    phase_ = Phase::disconnected;
    asked_.clear();
    set_lock(false);
    for (auto &[id, reader] : std::exchange(transactions_, {}))
        wish(CompletedEvent{id, std::unexpected(not_connected(why.message))});
    wish(DisconnectedEvent{why});
    wish(ConnectWish{pace_.disconnected(now)});
}

void Session::State::on_timer(Time now) {
    using std::chrono::duration_cast;
    using Seconds = std::chrono::duration<double>;
    auto give_up = [&](std::string_view what, Seconds after) {
        wish(CloseWish{});
        on_disconnected({fmt::format("{} within {} s", what, after.count()), ETIMEDOUT}, now);
    };
    switch (pace_.check(now)) {
    case Pace::Verdict::nothing:
        break;
    case Pace::Verdict::send_probe:
        send(Request{k_echo, k_echo, Json::array()});
        break;
    case Pace::Verdict::connect_timed_out:
        give_up("no connection", options_.pace.connect_timeout);
        break;
    case Pace::Verdict::peer_is_dead:
        give_up("no answer to a probe", options_.pace.probe_interval);
        break;
    }
}

TransactionId Session::State::transact(const Transaction &transaction) {
    auto id = next_id_++;
    if (phase_ != Phase::ready) {
        wish(CompletedEvent{id, std::unexpected(not_connected("its content is not known yet"))});
        return id;
    }
    wish(SendWish{transaction.encode(id)});
    transactions_.emplace(id, transaction);
    return id;
}

void Session::State::ask(const char *method, Json params, Handler handler) {
    asked_[next_id_] = handler;
    send(Request{next_id_++, method, std::move(params)});
}

void Session::State::ask_schema() {
    ask("get_schema", {options_.database}, &State::on_schema);
}

void Session::State::ask_monitor() {
    Json tables = Json::object();
    for (const auto &layout : replica_.layouts())
        tables[layout->table] = {{{"columns", layout->names}}};
    Json params{options_.database, k_data_monitor, std::move(tables)};
    if (monitor_method_ == 0)
        params.push_back(last_transaction_);
    ask(k_monitor_methods[monitor_method_].request, std::move(params), &State::on_content);
}

Result<> Session::State::take_message(const Message &message) {
    if (const auto *request = std::get_if<Request>(&message))
        return on_request(*request);
    if (const auto *notification = std::get_if<Notification>(&message))
        return on_notification(*notification);
    return on_response(std::get<Response>(message));
}

Result<> Session::State::on_request(const Request &request) {
    if (request.method == k_echo)
        send(Response{request.id, request.params, nullptr});
    else
        send(Response{request.id, nullptr, {{"error", "unknown method"}}});
    return {};
}

Result<> Session::State::on_notification(const Notification &notification) {
    const auto &[method, params] = notification;
    if (method == "locked" || method == "stolen") {
        if (!params.empty() && params[0] == options_.lock)
            set_lock(method == "locked");
        return {};
    }
    if (method == "monitor_canceled")
        return fail("the server no longer serves database {}", options_.database);
    if (method == "update" || method == "update2" || method == "update3")
        return on_update(notification);
    return {};
}

Result<> Session::State::on_update(const Notification &notification) {
    const auto &[name, params] = notification;
    if (params.size() < 2)
        return fail("the server sent an {} of {} parameters", name, params.size());
    if (params[0] == k_server_monitor)
        return server_info_.update(params[1]);
    const auto &method = k_monitor_methods[monitor_method_];
    if (params[0] != k_data_monitor || name != method.update || phase_ != Phase::ready)
        return fail("the server sent an unexpected {}", name);
    bool since = monitor_method_ == 0;
    if (since && (params.size() < 3 || !params[1].is_string()))
        return fail("the server sent an update3 without a transaction id");
    Changes changes;
    auto good = replica_.apply(params[since ? 2 : 1], method.format, changes);
    last_transaction_ = good && since ? params[1].get<std::string>() : k_no_transaction;
    if (!changes.empty())
        wish(ChangesEvent{std::move(changes)});
    return good;
}

Result<> Session::State::on_response(const Response &response) {
    if (response.id == k_echo)
        return {};
    if (!response.id.is_number_unsigned())
        return fail("the server answered a request {} that was not made", response.id.dump());
    auto id = response.id.get<std::uint64_t>();
    if (auto node = transactions_.extract(id)) {
        if (response.error.is_null())
            wish(CompletedEvent{id, node.mapped().read(response.result)});
        else
            wish(CompletedEvent{
                id, fail("the database refused the transaction: {}", describe(response.error))});
        return {};
    }
    auto node = asked_.extract(id);
    if (!node)
        return fail("the server answered a request {} that was not made", id);
    return (this->*node.mapped())(response);
}

Result<> Session::State::on_server_info(const Response &response) {
    if (response.error.is_null())
        if (auto good = server_info_.begin(response.result); !good)
            return good;
    ask_schema();
    if (!options_.lock.empty())
        ask("lock", {options_.lock}, &State::on_lock);
    return {};
}

Result<> Session::State::on_schema(const Response &response) {
    if (!response.error.is_null())
        return fail("the server does not tell the schema of database {}: {}", options_.database,
                    describe(response.error));
    auto schema = parse_schema(response.result);
    if (!schema)
        return std::unexpected(schema.error());
    // What the replica lacks is not known to the server, which tells only what is newer.
    if (*schema != replica_.schema())
        last_transaction_ = k_no_transaction;
    lacking_ = replica_.configure(*schema, options_.selection);
    ask_monitor();
    return {};
}

Result<> Session::State::on_lock(const Response &response) {
    if (!response.error.is_null() || !response.result.is_object())
        return fail("the server does not give the lock {}: {}", options_.lock,
                    describe(response.error));
    set_lock(response.result.value("locked", Json()) == true);
    return {};
}

Result<> Session::State::on_content(const Response &response) {
    if (!response.error.is_null()) {
        bool oldest = monitor_method_ + 1 == std::size(k_monitor_methods);
        if (!is_unknown_method(response.error) || oldest)
            return fail("the server refuses to tell the content of database {}: {}",
                        options_.database, describe(response.error));
        monitor_method_++;
        ask_monitor();
        return {};
    }
    Changes changes;
    if (auto good = load(response.result, changes); !good) {
        last_transaction_ = k_no_transaction;
        if (!changes.empty())
            wish(ChangesEvent{std::move(changes)});
        return good;
    }
    phase_ = Phase::ready;
    pace_.settled();
    wish(ReadyEvent{std::move(changes), std::move(lacking_)});
    return {};
}

Result<> Session::State::load(const Json &result, Changes &changes) {
    const auto &method = k_monitor_methods[monitor_method_];
    if (monitor_method_ != 0) {
        last_transaction_ = k_no_transaction;
        return replica_.replace(result, method.format, changes);
    }
    if (!result.is_array() || result.size() != 3 || !result[1].is_string())
        return fail("the server answered {} with other than three values", method.request);
    last_transaction_ = result[1].get<std::string>();
    bool newer_only = result[0] == true;
    return newer_only ? replica_.apply(result[2], method.format, changes)
                      : replica_.replace(result[2], method.format, changes);
}

void Session::State::set_lock(bool held) {
    if (held == has_lock_)
        return;
    has_lock_ = held;
    wish(LockEvent{held});
}

Session::Session(SessionOptions options) : state_(std::make_unique<State>(std::move(options))) {}
Session::~Session() = default;
Session::Session(Session &&) noexcept = default;
Session &Session::operator=(Session &&) noexcept = default;

void Session::start(Time now) {
    state_->start(now);
}
void Session::on_connected(Time now) {
    state_->on_connected(now);
}
void Session::on_bytes(std::string_view bytes, Time now) {
    state_->on_bytes(bytes, now);
}
void Session::on_disconnected(const Error &why, Time now) {
    state_->on_disconnected(why, now);
}
void Session::on_timer(Time now) {
    state_->on_timer(now);
}
Time Session::deadline() const {
    return state_->deadline();
}
TransactionId Session::transact(const Transaction &transaction) {
    return state_->transact(transaction);
}
std::vector<Wish> Session::take_wishes() {
    return state_->take_wishes();
}
bool Session::ready() const {
    return state_->ready();
}
bool Session::has_lock() const {
    return state_->has_lock();
}
const Replica &Session::replica() const {
    return state_->replica();
}

} // namespace bvs::ovsdb
