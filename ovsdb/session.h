// SPDX-License-Identifier: Apache-2.0
//
// One client's conversation with an OVSDB server as a state machine without I/O: bytes and time in,
// wishes out. On a connection it asks `_Server` whether this server can serve the database, reads
// the schema, asks for the lock if one is wanted, and monitors what was selected, by the newest
// method that the server knows (monitor_cond_since, monitor_cond, monitor). From then on it is
// ready: the replica is whole, and changes come as events. It answers echoes, probes a silent
// server, and after a disconnection asks to connect again, at first after back_off_min, doubling to
// back_off_max; a replica that the server can bring up to date by its last transaction id is not
// read again. While disconnected the replica keeps its last state.
//
// Call an on_...() function, then carry out what take_wishes() returns, in order. Do not call
// functions of the session from within. One thread.
#pragma once

#include "base/result.h"
#include "ovsdb/pace.h"
#include "ovsdb/replica.h"
#include "ovsdb/transaction.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace bvs::ovsdb {

using TransactionId = std::uint64_t;

struct SessionOptions {
    std::string database = "Open_vSwitch";
    Selection selection;      // what to monitor
    std::string lock;         // name of the lock to ask for; empty: none
    bool leader_only = false; // of a cluster, insist on the leader
    PaceOptions pace;
};

// Events, for the session's user.
struct ReadyEvent {
    Changes changes;                  // since the last time; the first time, all rows
    std::vector<std::string> lacking; // `Table` or `Table.column` selected that the schema lacks
};
struct ChangesEvent {
    Changes changes;
};
struct LockEvent {
    bool held = false;
};
struct DisconnectedEvent {
    Error error;
};
struct CompletedEvent {
    TransactionId id = 0;
    Result<Outcome> outcome;
};
using Event = std::variant<ReadyEvent, ChangesEvent, LockEvent, DisconnectedEvent, CompletedEvent>;

// Wishes, for whoever has the socket.
struct SendWish {
    std::string bytes;
};
struct CloseWish {}; // without calling on_disconnected()
struct ConnectWish {
    Time at; // then the next remote is to be tried
};
using Wish = std::variant<SendWish, CloseWish, ConnectWish, Event>;

class Session {
  public:
    explicit Session(SessionOptions options);
    ~Session();
    Session(Session &&) noexcept;
    Session &operator=(Session &&) noexcept;

    void start(Time now); // wishes the first connection at once
    void on_connected(Time now);
    void on_bytes(std::string_view bytes, Time now);
    void on_disconnected(const Error &why, Time now); // also: the connection could not be made
    void on_timer(Time now);
    Time deadline() const; // when on_timer() wants to be called; Time::max() for never

    // Sends at once if ready, and answers with a CompletedEvent in any case: not ready, or
    // disconnected before the answer, is an error with code ENOTCONN (in the latter case the
    // transaction may or may not have happened). The server's updates that the transaction caused
    // are events before its completion.
    TransactionId transact(const Transaction &transaction);

    std::vector<Wish> take_wishes();

    bool ready() const;
    bool has_lock() const;
    const Replica &replica() const;

  private:
    class State;
    std::unique_ptr<State> state_;
};

} // namespace bvs::ovsdb
