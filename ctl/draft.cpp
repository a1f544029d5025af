// SPDX-License-Identifier: Apache-2.0
#include "ctl/draft.h"

#include <algorithm>
#include <random>

namespace bvs::ctl {

using ovsdb::Atom;
using ovsdb::Datum;
using ovsdb::Uuid;

std::vector<Uuid> Draft::rows(std::string_view table) const {
    std::vector<Uuid> found;
    for (const auto &[uuid, row] : replica_.rows(table))
        if (auto *changed = change(table, uuid); !changed || !changed->erased)
            found.push_back(uuid);
    if (auto changes = changes_.find(table); changes != changes_.end())
        for (const auto &[uuid, changed] : changes->second)
            if (changed.is_new && !changed.erased)
                found.push_back(uuid);
    return found;
}

bool Draft::exists(std::string_view table, const Uuid &row) const {
    if (auto *changed = change(table, row); changed && (changed->is_new || changed->erased))
        return !changed->erased;
    return replica_.row(table, row) != nullptr;
}

bool Draft::is_new(std::string_view table, const Uuid &row) const {
    auto *changed = change(table, row);
    return changed && changed->is_new;
}

std::optional<Uuid> Draft::find(std::string_view table, std::string_view column,
                                std::string_view value) const {
    for (const auto &row : rows(table))
        if (get(table, row, column).optional_string() == value)
            return row;
    return std::nullopt;
}

Datum Draft::get(std::string_view table, const Uuid &row, std::string_view column) const {
    if (column == "_uuid")
        return row;
    auto *changed = change(table, row);
    if (changed)
        if (auto value = changed->values.find(column); value != changed->values.end())
            return value->second;
    if (changed && changed->is_new) {
        auto *type = schema().find(table)->find(column);
        return type ? type->type.default_value() : Datum{};
    }
    auto stored = replica_.row(table, row);
    return stored ? (*stored)[column] : Datum{};
}

void Draft::set(std::string_view table, const Uuid &row, std::string_view column, Datum value) {
    changes_[std::string(table)][row].values[std::string(column)] = std::move(value);
}

void Draft::insert(std::string_view table, const Uuid &row) {
    changes_[std::string(table)][row].is_new = true;
    new_rows_.insert(row);
}

Uuid Draft::insert(std::string_view table, const ovsdb::Values &values) {
    auto row = random_uuid();
    insert(table, row);
    for (const auto &[column, value] : values)
        set(table, row, column, value);
    return row;
}

void Draft::erase(std::string_view table, const Uuid &row) {
    changes_[std::string(table)][row].erased = true;
}

void Draft::add(std::string_view table, const Uuid &row, std::string_view column,
                const Atom &atom) {
    auto value = get(table, row, column);
    value.insert(atom);
    set(table, row, column, std::move(value));
}

void Draft::remove(std::string_view table, const Uuid &row, std::string_view column,
                   const Atom &atom) {
    auto value = get(table, row, column);
    value.erase(atom);
    set(table, row, column, std::move(value));
}

ovsdb::Transaction Draft::transaction() const {
    ovsdb::Transaction transaction(schema().name);
    for (const auto &[table, changes] : changes_)
        for (const auto &[row, changed] : changes)
            commit(transaction, table, row, changed);
    return transaction;
}

void Draft::commit(ovsdb::Transaction &transaction, const std::string &table, const Uuid &row,
                   const Change &changed) const {
    if (changed.erased) {
        if (!changed.is_new)
            transaction.erase(table, row);
        return;
    }
    ovsdb::Values before, after;
    std::vector<std::string> columns;
    auto stored = replica_.row(table, row);
    for (const auto &[column, value] : changed.values) {
        if (stored && (*stored)[column] == value)
            continue;
        if (stored)
            before.emplace_back(column, (*stored)[column]);
        after.emplace_back(column, translate(value));
        columns.push_back(column);
    }
    if (changed.is_new) {
        transaction.insert(table, after, name_of(row).name);
    } else if (!after.empty()) {
        transaction.wait(table, row, columns, {before});
        transaction.update(table, row, after);
    }
}

ovsdb::NamedUuid Draft::name_of(const Uuid &row) {
    auto name = "row_" + row.to_string();
    std::ranges::replace(name, '-', '_');
    return {name};
}

const Draft::Change *Draft::change(std::string_view table, const Uuid &row) const {
    auto changes = changes_.find(table);
    if (changes == changes_.end())
        return nullptr;
    auto found = changes->second.find(row);
    return found == changes->second.end() ? nullptr : &found->second;
}

// References to new rows go by name.
Datum Draft::translate(const Datum &datum) const {
    auto translated = [this](const Atom &atom) -> Atom {
        auto *uuid = std::get_if<Uuid>(&atom);
        if (uuid && new_rows_.contains(*uuid))
            return name_of(*uuid);
        return atom;
    };
    if (!datum.is_map()) {
        std::vector<Atom> atoms;
        std::ranges::transform(datum.keys(), std::back_inserter(atoms), translated);
        return Datum::set(std::move(atoms));
    }
    std::vector<std::pair<Atom, Atom>> pairs;
    for (std::size_t i = 0; i < datum.size(); i++)
        pairs.emplace_back(translated(datum.keys()[i]), translated(datum.values()[i]));
    return Datum::map(std::move(pairs));
}

Uuid random_uuid() {
    std::random_device random;
    Uuid uuid;
    for (auto &byte : uuid.bytes)
        byte = static_cast<std::uint8_t>(random());
    uuid.bytes[6] = static_cast<std::uint8_t>((uuid.bytes[6] & 0x0f) | 0x40); // RFC 4122: random
    uuid.bytes[8] = static_cast<std::uint8_t>((uuid.bytes[8] & 0x3f) | 0x80);
    return uuid;
}

} // namespace bvs::ctl
