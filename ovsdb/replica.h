// SPDX-License-Identifier: Apache-2.0
//
// The tables of a database as the monitor keeps them current. A row is immutable and shared: a
// change puts a new one in its place and hands out both, which costs a pointer for each column that
// stayed as it was. So a caller may keep a RowPtr for as long as it likes, and compare.
// Never throws; no I/O; one thread.
#pragma once

#include "base/result.h"
#include "ovsdb/schema.h"
#include "ovsdb/value.h"

#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace bvs::ovsdb {

// Which columns of which tables: {"Bridge", {"name", "ports"}}. No column named = all there are.
using Selection = std::map<std::string, std::vector<std::string>, std::less<>>;

// The columns of a table that are monitored, sorted by name.
struct Layout {
    std::string table;
    std::vector<std::string> names;
    std::vector<ColumnType> types;
    std::vector<std::shared_ptr<const Datum>> defaults;

    std::size_t index(std::string_view column) const; // names.size() if there is none
};

class Row {
  public:
    Row(Uuid uuid, std::shared_ptr<const Layout> layout);

    const Uuid &uuid() const { return uuid_; }
    const std::string &table() const { return layout_->table; }
    const Layout &layout() const { return *layout_; }
    // A column that is not monitored, or that the server's schema lacks, reads as the empty set.
    const Datum &operator[](std::string_view column) const;
    const Datum &at(std::size_t index) const { return *cells_[index]; }

  private:
    friend class Replica;
    Uuid uuid_;
    std::shared_ptr<const Layout> layout_;
    std::vector<std::shared_ptr<const Datum>> cells_; // in the order of the layout
};

using RowPtr = std::shared_ptr<const Row>;
using Rows = std::map<Uuid, RowPtr>;

struct Change {
    RowPtr before; // null: the row is new
    RowPtr after;  // null: the row is gone

    const Row &row() const { return after ? *after : *before; }
    const std::string &table() const { return row().table(); }
    const Uuid &uuid() const { return row().uuid(); }
    bool changed(std::string_view column) const; // true for every column of a new or gone row
};

using Changes = std::vector<Change>;

// The three dialects of update: RFC 7047's, and that of monitor_cond and monitor_cond_since, whose
// modifications carry differences of sets and maps.
enum class UpdateFormat { whole, difference };

class Replica {
  public:
    Replica() = default;

    // Starts with the selected columns that the schema has; rows are kept where a table's layout
    // stays the same, since a reconnection usually finds the same database. Returns the names of
    // what the schema lacks, as `Table` or `Table.column`.
    std::vector<std::string> configure(const Schema &schema, const Selection &selection);

    // Applies <table-updates> and adds to `changes` what changed. An error means that replica and
    // server have parted; what was changed until then stands, and is told like the rest.
    Result<> apply(const nlohmann::json &updates, UpdateFormat format, Changes &changes);

    // As apply(), for updates that tell the whole content: rows not among them are gone.
    Result<> replace(const nlohmann::json &updates, UpdateFormat format, Changes &changes);

    void clear();

    const Schema &schema() const { return schema_; }
    std::vector<std::shared_ptr<const Layout>> layouts() const; // one a table
    const Rows &rows(std::string_view table) const;             // no such table: none
    RowPtr row(std::string_view table, const Uuid &uuid) const;

    // The first row whose column equals the value; null if none does. Looks at each row, unless
    // the schema has an index of that column alone.
    RowPtr find(std::string_view table, std::string_view column, const Datum &value) const;

    // The only or first row: of tables such as Open_vSwitch, that have one.
    RowPtr first(std::string_view table) const;

  private:
    struct Table {
        std::shared_ptr<const Layout> layout;
        Rows rows;
        std::string index_column; // a column that is unique alone, or empty
        std::map<std::string, Uuid, std::less<>> index;
    };

    Result<> apply_row(Table &table, const Uuid &uuid, const nlohmann::json &update,
                       UpdateFormat format, Changes &changes);
    void store(Table &table, const Uuid &uuid, RowPtr after, Changes &changes);

    Schema schema_;
    std::map<std::string, Table, std::less<>> tables_;
};

// The value after a difference as monitor_cond and later send it: for at most one atom the new
// value, for sets the symmetric difference, for maps the pairs to add, remove or replace.
Datum apply_difference(const Datum &before, const Datum &difference, const ColumnType &type);

} // namespace bvs::ovsdb
