// SPDX-License-Identifier: Apache-2.0
#include "ctl/list.h"

#include "ctl/condition.h"
#include "ovsdb/json.h"

#include <algorithm>

namespace bvs::ctl {

using ovsdb::Uuid;

namespace {

struct Request {
    std::string table;
    std::vector<std::string> columns;
};

Result<std::vector<std::string>> chosen_columns(const ovsdb::Schema &schema,
                                                const std::string &table, std::string_view names) {
    std::vector<std::string> columns;
    while (!names.empty()) {
        auto end = std::min(names.find_first_of(", "), names.size());
        if (end > 0) {
            auto column = find_column(schema, table, names.substr(0, end));
            if (!column)
                return std::unexpected(column.error());
            columns.push_back(column->name);
        }
        names.remove_prefix(std::min(end + 1, names.size()));
    }
    if (columns.empty())
        return fail("must specify at least one column name");
    return columns;
}

Result<Request> parse_request(const Command &command, const ovsdb::Schema &schema) {
    auto table = find_table(schema, command.arguments[0]);
    if (!table)
        return std::unexpected(table.error());
    Request request{*table, {}};
    if (auto names = command.option("--columns")) {
        auto columns = chosen_columns(schema, *table, *names);
        if (!columns)
            return std::unexpected(columns.error());
        request.columns = std::move(*columns);
        return request;
    }
    for (const auto &[name, column] : schema.find(*table)->columns)
        if (name != "_version")
            request.columns.push_back(name);
    return request;
}

std::string sort_key(const Draft &draft, const std::string &table, const Uuid &row) {
    return draft.get(table, row, "name").string();
}

void print(DatabaseContext &context, const Request &request, const std::vector<Uuid> &rows) {
    const auto &columns = context.draft.schema().find(request.table)->columns;
    auto format = context.options.format.value_or(Format::list);
    auto data = context.options.data.value_or(CellFormat::string);
    Table table{.headings = request.columns, .as_ovs = true};
    for (const auto &row : rows) {
        std::vector<Cell> cells;
        for (const auto &name : request.columns)
            cells.push_back(value_cell(context.draft.get(request.table, row, name),
                                       columns.find(name)->second.type, data));
        table.rows.push_back(std::move(cells));
    }
    context.output.print_table(std::move(table), format);
}

} // namespace

Result<> list_records(DatabaseContext &context) {
    auto request = parse_request(context.command, context.draft.schema());
    if (!request)
        return std::unexpected(request.error());
    std::vector<Uuid> rows;
    for (std::size_t i = 1; i < context.command.arguments.size(); i++) {
        auto row = need_row(context.draft, context.symbols, request->table, context.argument(i));
        if (row)
            rows.push_back(*row);
        else if (!context.command.has("--if-exists"))
            return std::unexpected(row.error());
    }
    if (context.command.arguments.size() == 1) {
        rows = context.draft.rows(request->table);
        std::ranges::stable_sort(rows, {}, [&](const Uuid &row) {
            return sort_key(context.draft, request->table, row);
        });
    }
    print(context, *request, rows);
    return {};
}

Result<> find_records(DatabaseContext &context) {
    auto request = parse_request(context.command, context.draft.schema());
    if (!request)
        return std::unexpected(request.error());
    std::vector<RowCondition> conditions;
    for (std::size_t i = 1; i < context.command.arguments.size(); i++) {
        auto condition = parse_condition(context.draft.schema(), request->table,
                                         context.argument(i), context.symbols);
        if (!condition)
            return std::unexpected(condition.error());
        conditions.push_back(std::move(*condition));
    }
    auto rows = context.draft.rows(request->table);
    std::erase_if(rows, [&](const Uuid &row) {
        return !std::ranges::all_of(conditions, [&](const RowCondition &condition) {
            return condition.holds(context.draft, request->table, row);
        });
    });
    std::ranges::stable_sort(
        rows, {}, [&](const Uuid &row) { return sort_key(context.draft, request->table, row); });
    print(context, *request, rows);
    return {};
}

void select_list(const Command &command, const ovsdb::Schema &schema, ovsdb::Selection &selection) {
    auto request = parse_request(command, schema);
    if (!request)
        return;
    select_names(selection, schema, request->table);
    for (std::size_t i = 1; i < command.arguments.size(); i++)
        if (auto selector = ovsdb::parse_selector(command.arguments[i]))
            if (auto column = find_column(schema, request->table, selector->column))
                request->columns.push_back(column->name);
    std::erase(request->columns, "_uuid");
    if (!request->columns.empty())
        select_columns(selection, request->table, request->columns);
}

Cell value_cell(const ovsdb::Datum &value, const ovsdb::ColumnType &type, CellFormat format) {
    std::string json;
    ovsdb::append_json(json, value);
    switch (format) {
    case CellFormat::string:
        return {ovsdb::format(value, type), std::move(json)};
    case CellFormat::bare:
        return {ovsdb::format_bare(value), std::move(json)};
    case CellFormat::json:
        return {json, json};
    }
    return {};
}

} // namespace bvs::ctl
