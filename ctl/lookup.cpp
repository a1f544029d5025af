// SPDX-License-Identifier: Apache-2.0
#include "ctl/lookup.h"

#include "ctl/verb.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace bvs::ctl {

using ovsdb::Uuid;

namespace {

// How the rows of a table without a column `name` are named: by a column of their own, or by that
// of the row that refers to them.
struct RowName {
    std::string_view table;
    std::string_view column;    // empty: the only row, "."
    std::string_view referrer;  // empty: the column is the table's own
    std::string_view reference; // column of the referrer
};

constexpr std::array k_row_names{
    RowName{"Open_vSwitch", "", "", ""},
    RowName{"SSL", "", "", ""},
    RowName{"Manager", "target", "", ""},
    RowName{"Flow_Sample_Collector_Set", "id", "", ""},
    RowName{"Controller", "name", "Bridge", "controller"},
    RowName{"NetFlow", "name", "Bridge", "netflow"},
    RowName{"IPFIX", "name", "Bridge", "ipfix"},
    RowName{"sFlow", "name", "Bridge", "sflow"},
    RowName{"AutoAttach", "name", "Bridge", "auto_attach"},
    RowName{"QoS", "name", "Port", "qos"},
};

std::optional<RowName> row_name(const ovsdb::Schema &schema, std::string_view table) {
    if (auto *known = schema.find(table); known && known->find("name"))
        return RowName{table, "name", "", ""};
    auto found = std::ranges::find(k_row_names, table, &RowName::table);
    return found == k_row_names.end() ? std::nullopt : std::optional(*found);
}

char fold(char c) {
    return c == '-' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

bool is_short_for(std::string_view typed, std::string_view name) {
    return typed.size() <= name.size() &&
           std::ranges::equal(typed, name.substr(0, typed.size()), {}, fold, fold);
}

// The names that the typed one fits best: an exact one, then one that differs in case, then all
// that begin so.
template <class Map>
std::vector<std::string_view> matches(std::string_view typed, const Map &names) {
    std::vector<std::string_view> found;
    for (const auto &[name, value] : names) {
        if (name == typed)
            return {name};
        if (is_short_for(typed, name))
            found.push_back(name);
    }
    auto whole = std::ranges::find(found, typed.size(), &std::string_view::size);
    if (whole != found.end())
        return {*whole};
    return found;
}

template <class Map>
std::string hint(std::string_view typed, const Map &names) {
    std::vector<std::string_view> all;
    for (const auto &[name, value] : names)
        all.push_back(name);
    return did_you_mean(typed, all);
}

bool is_start_of_uuid(std::string_view text) {
    return text.size() >= 4 && text.size() <= 36 && std::ranges::all_of(text, [](char c) {
               return c == '-' || std::isxdigit(static_cast<unsigned char>(c));
           });
}

Result<std::optional<Uuid>> find_by_uuid(const Draft &draft, std::string_view table,
                                         std::string_view record) {
    std::optional<Uuid> found;
    for (const auto &row : draft.rows(table)) {
        if (!row.to_string().starts_with(record))
            continue;
        if (found)
            return fail("{} contains 2 or more rows whose UUIDs begin with {}: at least {} and {}",
                        table, record, found->to_string(), row.to_string());
        found = row;
    }
    return found;
}

Result<std::optional<Uuid>> find_by_name(const Draft &draft, const RowName &by,
                                         std::string_view table, std::string_view record) {
    if (by.column.empty()) {
        auto rows = draft.rows(table);
        return record == "." && !rows.empty() ? std::optional(rows.front()) : std::nullopt;
    }
    auto owner = by.referrer.empty() ? table : by.referrer;
    std::optional<Uuid> found;
    for (const auto &row : draft.rows(owner)) {
        if (format_bare(draft.get(owner, row, by.column)) != record)
            continue;
        auto named =
            by.referrer.empty() ? std::vector{row} : draft.get(owner, row, by.reference).uuids();
        if (named.size() > 1 || (found && !named.empty()))
            return fail("multiple rows in {} match \"{}\"", table, record);
        if (!named.empty())
            found = named.front();
    }
    return found;
}

} // namespace

Result<std::string> find_table(const ovsdb::Schema &schema, std::string_view name) {
    auto found = matches(name, schema.tables);
    if (found.size() == 1)
        return std::string(found.front());
    if (found.empty())
        return fail("unknown table \"{}\"{}", name, hint(name, schema.tables));
    return fail("\"{}\" matches multiple table names: {}", name, fmt::join(found, ", "));
}

Result<Column> find_column(const ovsdb::Schema &schema, std::string_view table,
                           std::string_view name) {
    const auto &columns = schema.find(table)->columns;
    auto found = matches(name, columns);
    if (found.size() == 1)
        return Column{std::string(found.front()), columns.find(found.front())->second};
    if (found.empty())
        return fail("{} does not contain a column whose name matches \"{}\"{}", table, name,
                    hint(name, columns));
    return fail("{} contains more than one column whose name matches \"{}\": {}", table, name,
                fmt::join(found, ", "));
}

Result<std::optional<Uuid>> find_row(const Draft &draft, const Symbols &symbols,
                                     std::string_view table, std::string_view record) {
    if (auto uuid = Uuid::parse(record); uuid && draft.exists(table, *uuid))
        return uuid;
    if (record.starts_with('@'))
        if (auto row = symbols.find(record); row && draft.exists(table, *row))
            return row;
    if (auto by = row_name(draft.schema(), table)) {
        auto found = find_by_name(draft, *by, table, record);
        if (!found || *found)
            return found;
    }
    if (is_start_of_uuid(record))
        return find_by_uuid(draft, table, record);
    return std::nullopt;
}

Result<Uuid> need_row(const Draft &draft, const Symbols &symbols, std::string_view table,
                      std::string_view record) {
    auto found = find_row(draft, symbols, table, record);
    if (!found)
        return std::unexpected(found.error());
    if (!*found)
        return fail("no row \"{}\" in table {}", record, table);
    return **found;
}

void select_columns(ovsdb::Selection &selection, const std::string &table,
                    const std::vector<std::string> &columns) {
    auto [place, is_new] = selection.try_emplace(table, columns);
    auto &selected = place->second;
    if (is_new || selected.empty())
        return;
    if (columns.empty()) {
        selected.clear();
        return;
    }
    for (const auto &column : columns)
        if (std::ranges::find(selected, column) == selected.end())
            selected.push_back(column);
}

void select_names(ovsdb::Selection &selection, const ovsdb::Schema &schema,
                  const std::string &table) {
    auto by = row_name(schema, table);
    auto *known = schema.find(table);
    if (by && by->referrer.empty() && !by->column.empty())
        select_columns(selection, table, {std::string(by->column)});
    else if (known)
        // Which column does not matter where only the rows' being there does.
        for (const auto &[name, column] : known->columns)
            if (name[0] != '_') {
                select_columns(selection, table, {name});
                break;
            }
    if (by && !by->referrer.empty())
        select_columns(selection, std::string(by->referrer),
                       {std::string(by->column), std::string(by->reference)});
}

} // namespace bvs::ctl
