// SPDX-License-Identifier: Apache-2.0
//
// The database as it will be once the changes made so far are committed: commands of one line see
// each other's work, and become one transaction, which happens only if what it changes is still as
// it was read. A new row has a uuid of its own making until then. Reads of columns that were not
// selected find them empty. No I/O.
#pragma once

#include "ovsdb/replica.h"
#include "ovsdb/transaction.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace bvs::ctl {

class Draft {
  public:
    explicit Draft(const ovsdb::Replica &replica) : replica_(replica) {}

    const ovsdb::Schema &schema() const { return replica_.schema(); }

    std::vector<ovsdb::Uuid> rows(std::string_view table) const;
    bool exists(std::string_view table, const ovsdb::Uuid &row) const;
    bool is_new(std::string_view table, const ovsdb::Uuid &row) const;
    // The first row whose column, taken for a string, equals that.
    std::optional<ovsdb::Uuid> find(std::string_view table, std::string_view column,
                                    std::string_view value) const;

    ovsdb::Datum get(std::string_view table, const ovsdb::Uuid &row, std::string_view column) const;
    void set(std::string_view table, const ovsdb::Uuid &row, std::string_view column,
             ovsdb::Datum value);
    void insert(std::string_view table, const ovsdb::Uuid &row);
    ovsdb::Uuid insert(std::string_view table, const ovsdb::Values &values);
    void erase(std::string_view table, const ovsdb::Uuid &row);

    // Into and out of a set.
    void add(std::string_view table, const ovsdb::Uuid &row, std::string_view column,
             const ovsdb::Atom &atom);
    void remove(std::string_view table, const ovsdb::Uuid &row, std::string_view column,
                const ovsdb::Atom &atom);

    ovsdb::Transaction transaction() const; // empty if nothing is to change

    // The name that a row's insertion has in the transaction.
    static ovsdb::NamedUuid name_of(const ovsdb::Uuid &row);

  private:
    struct Change {
        bool is_new = false;
        bool erased = false;
        std::map<std::string, ovsdb::Datum, std::less<>> values;
    };
    using Changes = std::map<ovsdb::Uuid, Change>;

    const Change *change(std::string_view table, const ovsdb::Uuid &row) const;
    ovsdb::Datum translate(const ovsdb::Datum &datum) const;
    void commit(ovsdb::Transaction &transaction, const std::string &table, const ovsdb::Uuid &row,
                const Change &change) const;

    const ovsdb::Replica &replica_;
    std::map<std::string, Changes, std::less<>> changes_; // by table
    std::set<ovsdb::Uuid> new_rows_;
};

ovsdb::Uuid random_uuid();

} // namespace bvs::ctl
