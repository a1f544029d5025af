// SPDX-License-Identifier: Apache-2.0
//
// What the daemon tells the database: columns of rows, of which only those that changed since they
// were last written go into the next transaction. Assumes that a transaction succeeds; who learns
// that one did not calls forget_all() and sets everything again.
#pragma once

#include "ovsdb/transaction.h"
#include "ovsdb/value.h"

#include <map>
#include <optional>
#include <string>
#include <unordered_map>

namespace bvs::daemon {

class WriteBack {
  public:
    void set(const std::string &table, const ovsdb::Uuid &row, const ovsdb::Values &values);
    void forget(const ovsdb::Uuid &row); // it is gone
    void forget_all();

    // What is to be written now, if anything: as a transaction that needs the lock.
    std::optional<ovsdb::Transaction> take();

  private:
    struct Row {
        std::map<std::string, ovsdb::Datum> written;
    };
    struct Update {
        std::string table;
        std::map<std::string, ovsdb::Datum> values;
    };

    std::unordered_map<ovsdb::Uuid, Row> rows_;
    std::map<ovsdb::Uuid, Update> updates_;
};

} // namespace bvs::daemon
