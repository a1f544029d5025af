// SPDX-License-Identifier: Apache-2.0
//
// The operations of one transact request (RFC 7047, section 5.2), written as JSON text as they are
// added, and the reading of its result. All operations happen, or none. No I/O.
//
//     Transaction t;
//     t.assert_lock("ovs_vswitchd");
//     NamedUuid port = t.insert("Port", {{"name", "eth0"}, {"interfaces", t.insert("Interface",
//     ...)}}); t.mutate("Bridge", bridge_uuid, {{"ports", "insert", port}}); t.update("Interface",
//     uuid, {{"ofport", 5}, {"statistics", counters}});
#pragma once

#include "base/result.h"
#include "ovsdb/value.h"

#include <chrono>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bvs::ovsdb {

using Values = std::vector<std::pair<std::string, Datum>>; // columns of a row

struct Condition {
    std::string column;
    std::string function; // == != < <= > >= includes excludes
    Datum value;
};

struct Mutation {
    std::string column;
    std::string mutator; // += -= *= /= %= insert delete
    Datum value;         // delete from a map: a set of keys, or a map of pairs that must match
};

class Where {
  public:
    Where() = default; // every row of the table
    Where(std::vector<Condition> conditions) : conditions_(std::move(conditions)) {}
    Where(const Uuid &row) : conditions_{{"_uuid", "==", row}} {}
    Where(const NamedUuid &row) : conditions_{{"_uuid", "==", row}} {}

    const std::vector<Condition> &conditions() const { return conditions_; }

  private:
    std::vector<Condition> conditions_;
};

// What one operation did.
struct OperationResult {
    std::optional<Uuid> uuid; // insert
    std::size_t count = 0;    // update, mutate, erase: rows matched
    std::vector<Values> rows; // select, typed as their JSON is
};

struct Outcome {
    std::vector<OperationResult> operations;            // one each, in order
    std::vector<std::pair<std::string, Uuid>> inserted; // by uuid-name

    std::optional<Uuid> find(const NamedUuid &row) const;
};

class Transaction {
  public:
    explicit Transaction(std::string database = "Open_vSwitch") : database_(std::move(database)) {}

    // The returned reference is good within this transaction. A name of one's own must be
    // [A-Za-z_][A-Za-z0-9_]* and new; without one the row is called row1, row2, ...
    NamedUuid insert(std::string_view table, const Values &values, std::string name = "");
    void update(std::string_view table, const Where &where, const Values &values);
    void mutate(std::string_view table, const Where &where, const std::vector<Mutation> &mutations);
    void erase(std::string_view table, const Where &where);
    void select(std::string_view table, const Where &where,
                const std::vector<std::string> &columns);

    // The transaction happens only if the rows that match have these values in these columns now
    // (or `equal` false: have not); else it fails with code EAGAIN. With a timeout the server
    // waits.
    void wait(std::string_view table, const Where &where, const std::vector<std::string> &columns,
              const std::vector<Values> &rows, bool equal = true,
              std::chrono::milliseconds timeout = std::chrono::milliseconds(0));

    void comment(std::string_view text);          // into the database's log
    void assert_lock(std::string_view lock_name); // fails with code ENOLCK unless we hold it

    bool empty() const { return names_.empty(); }
    std::size_t size() const { return names_.size(); } // operations so far
    const std::string &database() const { return database_; }

    std::string encode(std::uint64_t request_id) const; // the whole request

  private:
    friend class TransactionReader;
    void begin(std::string_view operation, std::string_view table);

    std::string database_;
    std::string text_;               // the operations, each led by a comma
    std::vector<std::string> names_; // of the operations, for error messages
    std::vector<std::pair<std::size_t, std::string>> inserts_; // operation and its uuid-name
    unsigned next_name_ = 1;
};

// What remains of a transaction once it is sent: enough to read its result.
class TransactionReader {
  public:
    explicit TransactionReader(const Transaction &transaction)
        : names_(transaction.names_), inserts_(transaction.inserts_) {}

    // An error names the operation that failed and the server's reason. Its code is EAGAIN when a
    // wait() did not hold, ENOLCK when the lock is not ours, else EINVAL.
    Result<Outcome> read(const nlohmann::json &result) const;

  private:
    std::vector<std::string> names_;
    std::vector<std::pair<std::size_t, std::string>> inserts_;
};

} // namespace bvs::ovsdb
