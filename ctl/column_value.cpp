// SPDX-License-Identifier: Apache-2.0
#include "ctl/column_value.h"

namespace bvs::ctl {

namespace {

// One pair into a map.
Result<> set_pair(Draft &draft, Symbols &symbols, const std::string &table, const ovsdb::Uuid &row,
                  const Column &column, const ovsdb::Selector &selector) {
    const auto &type = column.schema.type;
    if (!type.is_map())
        return fail("cannot specify key to set for non-map column {}", column.name);
    auto key = ovsdb::parse_atom(*selector.key, type.key);
    if (!key)
        return std::unexpected(key.error());
    auto value = ovsdb::parse_atom(selector.value, *type.value);
    if (!value)
        return std::unexpected(value.error());
    ovsdb::ColumnType value_type{.key = *type.value, .value = std::nullopt};
    auto map = draft.get(table, row, column.name);
    if (!map.is_map())
        map = ovsdb::Datum::map({});
    map.insert(*key, symbols.resolve(*value, value_type).keys().front());
    if (auto good = ovsdb::check(map, type); !good)
        return good;
    draft.set(table, row, column.name, std::move(map));
    return {};
}

} // namespace

Result<> set_column(Draft &draft, Symbols &symbols, const std::string &table,
                    const ovsdb::Uuid &row, std::string_view argument) {
    auto selector = ovsdb::parse_selector(argument);
    if (!selector)
        return std::unexpected(selector.error());
    if (selector->op != "=")
        return fail("{}: argument does not end in \"=\" followed by a value", argument);
    auto column = find_column(draft.schema(), table, selector->column);
    if (!column)
        return std::unexpected(column.error());
    if (auto good = check_mutable(draft, table, row, *column); !good)
        return good;
    if (selector->key)
        return set_pair(draft, symbols, table, row, *column, *selector);
    auto value = ovsdb::parse_datum(selector->value, column->schema.type);
    if (!value)
        return std::unexpected(value.error());
    draft.set(table, row, column->name, symbols.resolve(*value, column->schema.type));
    return {};
}

Result<> check_mutable(const Draft &draft, const std::string &table, const ovsdb::Uuid &row,
                       const Column &column) {
    if (column.name.starts_with('_') || (!column.schema.is_mutable && !draft.is_new(table, row)))
        return fail("cannot modify read-only column {} in table {}", column.name, table);
    return {};
}

} // namespace bvs::ctl
