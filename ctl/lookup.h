// SPDX-License-Identifier: Apache-2.0
//
// What people call tables, columns and rows: names may be shortened to what is unique, in any case,
// with - for _; rows go by uuid (its first four digits or more), by name, or `.` where there is
// only one. Pure.
#pragma once

#include "base/result.h"
#include "ctl/draft.h"
#include "ctl/symbols.h"
#include "ovsdb/text.h"

#include <optional>
#include <string>
#include <string_view>

namespace bvs::ctl {

Result<std::string> find_table(const ovsdb::Schema &schema, std::string_view name);

struct Column {
    std::string name;
    ovsdb::ColumnSchema schema;
};
Result<Column> find_column(const ovsdb::Schema &schema, std::string_view table,
                           std::string_view name);

// nullopt if there is no such row; an error if there are several.
Result<std::optional<ovsdb::Uuid>> find_row(const Draft &draft, const Symbols &symbols,
                                            std::string_view table, std::string_view record);
// As find_row(), but a missing one is an error.
Result<ovsdb::Uuid> need_row(const Draft &draft, const Symbols &symbols, std::string_view table,
                             std::string_view record);

// Adds columns to those selected; none given means all of the table.
void select_columns(ovsdb::Selection &selection, const std::string &table,
                    const std::vector<std::string> &columns);
// Adds what find_row() reads.
void select_names(ovsdb::Selection &selection, const ovsdb::Schema &schema,
                  const std::string &table);

} // namespace bvs::ctl
