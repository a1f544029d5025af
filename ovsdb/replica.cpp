// SPDX-License-Identifier: Apache-2.0
#include "ovsdb/replica.h"

#include "ovsdb/json.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

namespace bvs::ovsdb {

namespace {

using Json = nlohmann::json;

std::shared_ptr<const Layout> make_layout(const std::string &table, const TableSchema &schema,
                                          std::vector<std::string> names) {
    auto layout = std::make_shared<Layout>();
    layout->table = table;
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    layout->names = std::move(names);
    for (const auto &name : layout->names) {
        const auto &type = schema.find(name)->type;
        layout->types.push_back(type);
        layout->defaults.push_back(std::make_shared<const Datum>(type.default_value()));
    }
    return layout;
}

bool is_own_column(const std::string &name) {
    return !name.starts_with('_');
}

std::string single_index(const TableSchema &schema, const Layout &layout) {
    for (const auto &index : schema.indexes)
        if (index.size() == 1) {
            auto at = layout.index(index.front());
            if (at < layout.names.size() && layout.types[at].is_scalar() &&
                layout.types[at].key.type == AtomType::string)
                return index.front();
        }
    return "";
}

const Json *member(const Json &object, const char *name) {
    auto it = object.find(name);
    return it == object.end() || it->is_null() ? nullptr : &*it;
}

} // namespace

std::size_t Layout::index(std::string_view column) const {
    auto it = std::ranges::lower_bound(names, column, std::less<>());
    if (it == names.end() || *it != column)
        return names.size();
    return static_cast<std::size_t>(it - names.begin());
}

Row::Row(Uuid uuid, std::shared_ptr<const Layout> layout)
    : uuid_(uuid), layout_(std::move(layout)), cells_(layout_->defaults) {}

const Datum &Row::operator[](std::string_view column) const {
    static const Datum nothing;
    auto at = layout_->index(column);
    return at < cells_.size() ? *cells_[at] : nothing;
}

bool Change::changed(std::string_view column) const {
    if (!before || !after)
        return true;
    return (*before)[column] != (*after)[column];
}

std::vector<std::string> Replica::configure(const Schema &schema, const Selection &selection) {
    std::vector<std::string> lacking;
    std::map<std::string, Table, std::less<>> tables;
    for (const auto &[name, wanted] : selection) {
        const auto *table_schema = schema.find(name);
        if (!table_schema) {
            lacking.push_back(name);
            continue;
        }
        std::vector<std::string> columns;
        for (const auto &column : wanted) {
            if (!table_schema->find(column))
                lacking.push_back(name + "." + column);
            else if (column != "_uuid") // is told with each row
                columns.push_back(column);
        }
        if (wanted.empty())
            for (const auto &[column, column_schema] : table_schema->columns)
                if (is_own_column(column))
                    columns.push_back(column);
        auto &table = tables[name];
        table.layout = make_layout(name, *table_schema, std::move(columns));
        table.index_column = single_index(*table_schema, *table.layout);
        auto old = tables_.find(name);
        if (old != tables_.end() && old->second.layout->names == table.layout->names &&
            old->second.layout->types == table.layout->types &&
            old->second.index_column == table.index_column)
            table = std::move(old->second);
    }
    schema_ = schema;
    tables_ = std::move(tables);
    return lacking;
}

Result<> Replica::apply(const Json &updates, UpdateFormat format, Changes &changes) {
    if (!updates.is_object())
        return fail("an update of tables is not an object but {}", updates.type_name());
    for (const auto &[name, rows] : updates.items()) {
        auto table = tables_.find(name);
        if (table == tables_.end() || !rows.is_object())
            return fail("the server sent an update for table {} that cannot be applied", name);
        for (const auto &[key, update] : rows.items()) {
            auto uuid = Uuid::parse(key);
            if (!uuid || !update.is_object())
                return fail("the server sent an update for row {} of table {} that cannot be read",
                            key, name);
            if (auto good = apply_row(table->second, *uuid, update, format, changes); !good)
                return fail("row {} of table {}: {}", key, name, good.error().message);
        }
    }
    return {};
}

Result<> Replica::apply_row(Table &table, const Uuid &uuid, const Json &update, UpdateFormat format,
                            Changes &changes) {
    auto old = table.rows.find(uuid);
    RowPtr before = old == table.rows.end() ? nullptr : old->second;
    const Json *cells = nullptr;
    bool modify = false;
    if (format == UpdateFormat::whole) {
        cells = member(update, "new");
    } else if ((cells = member(update, "modify"))) {
        modify = true;
        if (!before)
            return fail("the server modified a row that it had not told");
    } else if (!(cells = member(update, "insert"))) {
        cells = member(update, "initial");
    }
    if (!cells) {
        store(table, uuid, nullptr, changes);
        return {};
    }
    if (!cells->is_object())
        return fail("its columns are not an object but {}", cells->type_name());

    // Update tells whole values, of all columns or at least of those that changed.
    bool keeps = before && (modify || format == UpdateFormat::whole);
    auto after = keeps ? std::make_shared<Row>(*before) : std::make_shared<Row>(uuid, table.layout);
    for (const auto &[name, json] : cells->items()) {
        auto at = table.layout->index(name);
        if (at == table.layout->names.size())
            continue;
        const auto &type = table.layout->types[at];
        auto datum = datum_from_json(json, type);
        if (!datum)
            return fail("column {}: {}", name, datum.error().message);
        auto &cell = after->cells_[at];
        if (modify)
            *datum = apply_difference(*cell, *datum, type);
        if (*datum != *cell)
            cell = std::make_shared<const Datum>(std::move(*datum));
    }
    store(table, uuid, std::move(after), changes);
    return {};
}

// Puts the row in place, unless nothing about it is new.
void Replica::store(Table &table, const Uuid &uuid, RowPtr after, Changes &changes) {
    auto it = table.rows.find(uuid);
    RowPtr before = it == table.rows.end() ? nullptr : it->second;
    if (!before && !after)
        return;
    if (before && after &&
        std::ranges::equal(before->cells_, after->cells_,
                           [](const auto &a, const auto &b) { return a == b || *a == *b; }))
        return;
    if (!table.index_column.empty()) {
        // Within one update a name may go to another row before its old one is seen.
        if (before) {
            auto entry = table.index.find((*before)[table.index_column].string());
            if (entry != table.index.end() && entry->second == uuid)
                table.index.erase(entry);
        }
        if (after)
            table.index[(*after)[table.index_column].string()] = uuid;
    }
    if (!after)
        table.rows.erase(it);
    else if (before)
        it->second = after;
    else
        table.rows.emplace(uuid, after);
    changes.push_back({std::move(before), std::move(after)});
}

Result<> Replica::replace(const Json &updates, UpdateFormat format, Changes &changes) {
    if (!updates.is_object())
        return fail("the content of a database is not an object but {}", updates.type_name());
    for (auto &[name, table] : tables_) {
        std::set<Uuid> told;
        if (const Json *rows = member(updates, name.c_str()))
            for (const auto &[key, update] : rows->items())
                if (auto uuid = Uuid::parse(key))
                    told.insert(*uuid);
        std::vector<Uuid> stale;
        for (const auto &[uuid, row] : table.rows)
            if (!told.contains(uuid))
                stale.push_back(uuid);
        for (const auto &uuid : stale)
            store(table, uuid, nullptr, changes);
    }
    return apply(updates, format, changes);
}

void Replica::clear() {
    schema_ = {};
    tables_.clear();
}

std::vector<std::shared_ptr<const Layout>> Replica::layouts() const {
    std::vector<std::shared_ptr<const Layout>> result;
    for (const auto &[name, table] : tables_)
        result.push_back(table.layout);
    return result;
}

const Rows &Replica::rows(std::string_view table) const {
    static const Rows none;
    auto it = tables_.find(table);
    return it == tables_.end() ? none : it->second.rows;
}

RowPtr Replica::row(std::string_view table, const Uuid &uuid) const {
    const auto &all = rows(table);
    auto it = all.find(uuid);
    return it == all.end() ? nullptr : it->second;
}

RowPtr Replica::find(std::string_view table, std::string_view column, const Datum &value) const {
    auto it = tables_.find(table);
    if (it == tables_.end())
        return nullptr;
    const auto &layout = *it->second.layout;
    if (column == it->second.index_column) {
        auto text = value.optional_string();
        auto entry = text ? it->second.index.find(*text) : it->second.index.end();
        return entry == it->second.index.end() ? nullptr : row(table, entry->second);
    }
    auto at = layout.index(column);
    if (at == layout.names.size())
        return nullptr;
    auto found = std::ranges::find_if(
        it->second.rows, [&](const auto &entry) { return entry.second->at(at) == value; });
    return found == it->second.rows.end() ? nullptr : found->second;
}

RowPtr Replica::first(std::string_view table) const {
    const auto &all = rows(table);
    return all.empty() ? nullptr : all.begin()->second;
}

Datum apply_difference(const Datum &before, const Datum &difference, const ColumnType &type) {
    if (type.max == 1)
        return difference;
    Datum after = before;
    for (std::size_t i = 0; i < difference.size(); i++) {
        const Atom &key = difference.keys()[i];
        if (!type.is_map()) {
            if (!after.erase(key))
                after.insert(key);
            continue;
        }
        const Atom &value = difference.values()[i];
        const Atom *present = after.find(key);
        if (present && *present == value)
            after.erase(key);
        else
            after.insert(key, value);
    }
    return after;
}

} // namespace bvs::ovsdb
