// SPDX-License-Identifier: Apache-2.0
#include "ctl/column_value.h"
#include "ctl/condition.h"
#include "ctl/context.h"
#include "ctl/list.h"

#include <algorithm>
#include <array>

namespace bvs::ctl {

using ovsdb::Datum;
using ovsdb::Uuid;

namespace {

struct Record {
    std::string table;
    std::optional<Uuid> row; // none: not there, and --if-exists was given
};

Result<Record> find_record(const DatabaseContext &context) {
    auto table = find_table(context.draft.schema(), context.argument(0));
    if (!table)
        return std::unexpected(table.error());
    auto row = need_row(context.draft, context.symbols, *table, context.argument(1));
    if (row)
        return Record{*table, *row};
    if (context.command.has("--if-exists"))
        return Record{*table, std::nullopt};
    return std::unexpected(row.error());
}

// The table and the columns that the arguments name, and what finds the record.
void select_record(const Command &command, const ovsdb::Schema &schema,
                   ovsdb::Selection &selection) {
    auto table = find_table(schema, command.arguments[0]);
    if (!table)
        return;
    select_names(selection, schema, *table);
    std::vector<std::string> columns;
    for (const auto &argument : command.arguments)
        if (auto selector = ovsdb::parse_selector(argument))
            if (auto column = find_column(schema, *table, selector->column);
                column && !column->name.starts_with('_'))
                columns.push_back(column->name);
    if (!columns.empty())
        select_columns(selection, *table, columns);
}

Result<Cell> get_cell(const DatabaseContext &context, const Record &record,
                      std::string_view argument) {
    auto selector = ovsdb::parse_selector(argument);
    if (!selector)
        return std::unexpected(selector.error());
    if (!selector->op.empty())
        return fail("{}: trailing garbage \"{}{}\" in argument", argument, selector->op,
                    selector->value);
    auto column = find_column(context.draft.schema(), record.table, selector->column);
    if (!column)
        return std::unexpected(column.error());
    auto value = context.draft.get(record.table, *record.row, column->name);
    const auto &type = column->schema.type;
    if (!selector->key)
        return value_cell(value, type, CellFormat::string);
    if (!type.is_map())
        return fail("cannot specify key to get for non-map column {}", column->name);
    auto key = ovsdb::parse_atom(*selector->key, type.key);
    if (!key)
        return std::unexpected(key.error());
    if (auto *found = value.find(*key))
        return value_cell(*found, {.key = *type.value, .value = std::nullopt}, CellFormat::string);
    if (context.command.has("--if-exists"))
        return Cell();
    return fail("no key \"{}\" in {} record \"{}\" column {}", *selector->key, record.table,
                context.argument(1), column->name);
}

Result<> get(DatabaseContext &context) {
    auto record = find_record(context);
    if (!record)
        return std::unexpected(record.error());
    if (!record->row)
        return {};
    if (auto id = context.command.option("--id"))
        if (auto defined = context.symbols.define(*id, *record->row); !defined)
            return defined;
    Table table{.rows = {{}}};
    for (std::size_t i = 2; i < context.command.arguments.size(); i++) {
        auto cell = get_cell(context, *record, context.argument(i));
        if (!cell)
            return std::unexpected(cell.error());
        context.output.text += cell->text + '\n';
        table.headings.push_back(context.argument(i));
        table.rows[0].push_back(std::move(*cell));
    }
    context.output.table = std::move(table);
    return {};
}

Result<> set(DatabaseContext &context) {
    auto record = find_record(context);
    if (!record)
        return std::unexpected(record.error());
    for (std::size_t i = 2; record->row && i < context.command.arguments.size(); i++)
        if (auto done = set_column(context.draft, context.symbols, record->table, *record->row,
                                   context.argument(i));
            !done)
            return done;
    return {};
}

// The column of the third argument, and that it may be changed.
Result<Column> column_to_change(const DatabaseContext &context, const Record &record,
                                const std::string &name) {
    auto column = find_column(context.draft.schema(), record.table, name);
    if (column)
        if (auto good = check_mutable(context.draft, record.table, *record.row, *column); !good)
            return std::unexpected(good.error());
    return column;
}

Result<Datum> parse_any_number(DatabaseContext &context, const std::string &text,
                               ovsdb::ColumnType type) {
    type.min = 0;
    type.max = ovsdb::k_unlimited;
    auto datum = ovsdb::parse_datum(text, type);
    if (!datum)
        return datum;
    return context.symbols.resolve(*datum, type);
}

std::unexpected<Error> out_of_bounds(std::string_view operation, const Datum &datum,
                                     const Record &record, const Column &column,
                                     std::string_view bound, std::size_t number) {
    return fail("\"{}\" operation would put {} {} in column {} of table {} but the {} number is {}",
                operation, datum.size(), column.schema.type.is_map() ? "pairs" : "values",
                column.name, record.table, bound, number);
}

void insert_all(Datum &into, const Datum &from) {
    for (std::size_t i = 0; i < from.size(); i++) {
        if (from.is_map())
            into.insert(from.keys()[i], from.values()[i]);
        else
            into.insert(from.keys()[i]);
    }
}

Result<> add(DatabaseContext &context) {
    auto record = find_record(context);
    if (!record)
        return std::unexpected(record.error());
    if (!record->row)
        return {};
    auto column = column_to_change(context, *record, context.argument(2));
    if (!column)
        return std::unexpected(column.error());
    const auto &type = column->schema.type;
    auto value = context.draft.get(record->table, *record->row, column->name);
    if (type.is_map() && !value.is_map())
        value = Datum::map({});
    for (std::size_t i = 3; i < context.command.arguments.size(); i++) {
        auto more = parse_any_number(context, context.argument(i), type);
        if (!more)
            return std::unexpected(more.error());
        insert_all(value, *more);
    }
    if (value.size() > type.max)
        return out_of_bounds("add", value, *record, *column, "maximum", type.max);
    context.draft.set(record->table, *record->row, column->name, std::move(value));
    return {};
}

// Of a map, KEY removes the key whatever its value, KEY=VALUE only this pair.
Result<> remove_from(DatabaseContext &context, Datum &value, const std::string &text,
                     const ovsdb::ColumnType &type) {
    if (type.is_map())
        if (auto pairs = parse_any_number(context, text, type)) {
            for (std::size_t i = 0; i < pairs->size(); i++)
                if (auto *has = value.find(pairs->keys()[i]); has && *has == pairs->values()[i])
                    value.erase(pairs->keys()[i]);
            return {};
        }
    auto keys = parse_any_number(context, text, {.key = type.key, .value = std::nullopt});
    if (!keys)
        return std::unexpected(keys.error());
    for (const auto &key : keys->keys())
        value.erase(key);
    return {};
}

Result<> remove(DatabaseContext &context) {
    auto record = find_record(context);
    if (!record)
        return std::unexpected(record.error());
    if (!record->row)
        return {};
    auto column = column_to_change(context, *record, context.argument(2));
    if (!column)
        return std::unexpected(column.error());
    const auto &type = column->schema.type;
    auto value = context.draft.get(record->table, *record->row, column->name);
    for (std::size_t i = 3; i < context.command.arguments.size(); i++)
        if (auto done = remove_from(context, value, context.argument(i), type); !done)
            return done;
    if (value.size() < type.min)
        return out_of_bounds("remove", value, *record, *column, "minimum", type.min);
    context.draft.set(record->table, *record->row, column->name, std::move(value));
    return {};
}

Result<> clear(DatabaseContext &context) {
    auto record = find_record(context);
    if (!record)
        return std::unexpected(record.error());
    for (std::size_t i = 2; record->row && i < context.command.arguments.size(); i++) {
        auto column = column_to_change(context, *record, context.argument(i));
        if (!column)
            return std::unexpected(column.error());
        if (column->schema.type.min > 0)
            return fail("\"clear\" operation cannot be applied to column {} of table {}, which is "
                        "not allowed to be empty",
                        column->name, record->table);
        auto empty = column->schema.type.is_map() ? Datum::map({}) : Datum();
        context.draft.set(record->table, *record->row, column->name, std::move(empty));
    }
    return {};
}

void select_nothing(const Command &, const ovsdb::Schema &, ovsdb::Selection &) {}

Result<> create(DatabaseContext &context) {
    auto table = find_table(context.draft.schema(), context.argument(0));
    if (!table)
        return std::unexpected(table.error());
    bool is_root = context.draft.schema().find(*table)->is_root;
    auto row = random_uuid();
    if (auto id = context.command.option("--id")) {
        auto named = context.symbols.create(*id, is_root);
        if (!named)
            return std::unexpected(named.error());
        row = *named;
    } else if (!is_root) {
        context.warnings.push_back(fmt::format(
            "applying \"create\" command to table {} without --id option will have no effect",
            *table));
    }
    context.draft.insert(*table, row);
    for (std::size_t i = 1; i < context.command.arguments.size(); i++)
        if (auto done =
                set_column(context.draft, context.symbols, *table, row, context.argument(i));
            !done)
            return done;
    context.created = row;
    return {};
}

Result<> destroy(DatabaseContext &context) {
    auto table = find_table(context.draft.schema(), context.argument(0));
    if (!table)
        return std::unexpected(table.error());
    bool all = context.command.has("--all"), if_exists = context.command.has("--if-exists");
    if (all && context.command.arguments.size() > 1)
        return fail("--all and records argument should not be specified together");
    if (all && if_exists)
        return fail("--all and --if-exists should not be specified together");
    if (all)
        for (const auto &row : context.draft.rows(*table))
            context.draft.erase(*table, row);
    for (std::size_t i = 1; i < context.command.arguments.size(); i++) {
        auto row = need_row(context.draft, context.symbols, *table, context.argument(i));
        if (row)
            context.draft.erase(*table, *row);
        else if (!if_exists)
            return std::unexpected(row.error());
    }
    return {};
}

Result<> wait_until(DatabaseContext &context) {
    auto table = find_table(context.draft.schema(), context.argument(0));
    if (!table)
        return std::unexpected(table.error());
    auto row = find_row(context.draft, context.symbols, *table, context.argument(1));
    if (!row)
        return std::unexpected(row.error());
    if (!*row) {
        context.try_again = !context.command.has("--if-exists");
        return {};
    }
    for (std::size_t i = 2; i < context.command.arguments.size(); i++) {
        auto condition =
            parse_condition(context.draft.schema(), *table, context.argument(i), context.symbols);
        if (!condition)
            return std::unexpected(condition.error());
        if (!condition->holds(context.draft, *table, **row))
            context.try_again = true;
    }
    return {};
}

constexpr std::array k_verbs{
    Verb{"list", "TABLE [RECORD...]", "--if-exists --columns=COLUMN[,COLUMN...]",
         "print records, all or some",
         "list Interface veth1\n--columns=name,statistics list Interface\nlist Bridge -f json",
         Access::reads, DatabaseRun{list_records, select_list}},
    Verb{"find", "TABLE [CONDITION...]", "--columns=COLUMN[,COLUMN...]",
         "print records that meet conditions COLUMN[:KEY]=VALUE, also != < > <= >= {>=} ...",
         "find Interface 'error!=[]'\n--columns=name find Port tag=10\n"
         "find Interface external_ids:vm-id=web",
         Access::reads, DatabaseRun{find_records, select_list}},
    Verb{"get", "TABLE RECORD [COLUMN[:KEY]...]", "--if-exists --id=@NAME",
         "print values, or name the record for the commands that follow",
         "get Interface veth1 ofport\nget Interface veth1 external_ids:vm-id", Access::reads,
         DatabaseRun{get, select_record}},
    Verb{"set", "TABLE RECORD COLUMN[:KEY]=VALUE...", "--if-exists", "set values",
         "set Port veth1 tag=10\nset Bridge br0 other_config:mac-aging-time=60", Access::writes,
         DatabaseRun{set, select_record}},
    Verb{"add", "TABLE RECORD COLUMN [KEY=]VALUE...", "--if-exists", "add to a set or map",
         "add Port veth1 trunks 10 20\nadd Interface veth1 external_ids vm-id=web", Access::writes,
         DatabaseRun{add, select_record}},
    Verb{"remove", "TABLE RECORD COLUMN KEY|VALUE|KEY=VALUE...", "--if-exists",
         "remove from a set or map",
         "remove Port veth1 trunks 10\nremove Interface veth1 external_ids vm-id", Access::writes,
         DatabaseRun{remove, select_record}},
    Verb{"clear", "TABLE RECORD COLUMN...", "--if-exists", "empty sets and maps",
         "clear Port veth1 tag trunks", Access::writes, DatabaseRun{clear, select_record}},
    Verb{"create", "TABLE COLUMN[:KEY]=VALUE...", "--id=@NAME",
         "create a record; others refer to it by @NAME",
         "-- --id=@q create QoS type=linux-htb -- set Port veth1 qos=@q", Access::writes,
         DatabaseRun{create, select_nothing}},
    Verb{"destroy", "TABLE [RECORD...]", "--if-exists --all", "delete records",
         "destroy Mirror m0\n--all destroy QoS", Access::writes,
         DatabaseRun{destroy, select_record}},
    Verb{"wait-until", "TABLE RECORD [CONDITION...]", "--if-exists",
         "wait until the record is there and meets the conditions",
         "--timeout=10 wait-until Interface veth1 link_state=up", Access::reads,
         DatabaseRun{wait_until, select_record}},
};

} // namespace

std::span<const Verb> record_verbs() {
    return k_verbs;
}

} // namespace bvs::ctl
