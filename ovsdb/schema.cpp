// SPDX-License-Identifier: Apache-2.0
#include "ovsdb/schema.h"

#include "ovsdb/json.h"
#include "ovsdb/text.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace bvs::ovsdb {

namespace {

using Json = nlohmann::json;

Result<AtomType> parse_atom_type(const Json &json) {
    for (AtomType type :
         {AtomType::integer, AtomType::real, AtomType::boolean, AtomType::string, AtomType::uuid})
        if (json == to_string(type))
            return type;
    return fail("unknown type {} in the schema", json.dump(-1, ' ', true));
}

template <class T>
void read_number(const Json &json, const char *name, T &number) {
    if (auto it = json.find(name); it != json.end() && it->is_number())
        number = it->get<T>();
}

std::string read_string(const Json &json, const char *name) {
    auto it = json.find(name);
    return it != json.end() && it->is_string() ? it->get<std::string>() : "";
}

bool read_bool(const Json &json, const char *name, bool otherwise) {
    auto it = json.find(name);
    return it != json.end() && it->is_boolean() ? it->get<bool>() : otherwise;
}

// A member that has to be an object; an empty one stands in if it is missing.
Result<Json> read_object(const Json &json, const char *name) {
    auto it = json.find(name);
    if (it == json.end())
        return Json::object();
    if (!it->is_object())
        return fail("\"{}\" in the schema has to be an object, not {}", name, it->type_name());
    return *it;
}

Result<BaseType> parse_base_type(const Json &json) {
    BaseType base;
    auto type = parse_atom_type(json.is_object() ? json.value("type", Json()) : json);
    if (!type)
        return std::unexpected(type.error());
    base.type = *type;
    if (!json.is_object())
        return base;
    if (auto it = json.find("enum"); it != json.end()) {
        ColumnType any{.key = BaseType{.type = base.type}, .min = 0, .max = k_unlimited};
        auto choices = datum_from_json(*it, any);
        if (!choices)
            return std::unexpected(choices.error());
        base.choices.assign(choices->keys().begin(), choices->keys().end());
    }
    read_number(json, "minInteger", base.min_integer);
    read_number(json, "maxInteger", base.max_integer);
    read_number(json, "minReal", base.min_real);
    read_number(json, "maxReal", base.max_real);
    read_number(json, "minLength", base.min_length);
    read_number(json, "maxLength", base.max_length);
    base.ref_table = read_string(json, "refTable");
    base.weak = read_string(json, "refType") == "weak";
    return base;
}

Result<ColumnType> parse_column_type(const Json &json) {
    ColumnType type;
    auto key = parse_base_type(json.is_object() ? json.value("key", Json()) : json);
    if (!key)
        return std::unexpected(key.error());
    type.key = std::move(*key);
    if (!json.is_object())
        return type;
    if (auto it = json.find("value"); it != json.end()) {
        auto value = parse_base_type(*it);
        if (!value)
            return std::unexpected(value.error());
        type.value = std::move(*value);
    }
    read_number(json, "min", type.min);
    read_number(json, "max", type.max);
    if (json.value("max", Json()) == "unlimited")
        type.max = k_unlimited;
    return type;
}

Result<TableSchema> parse_table(const Json &json) {
    TableSchema table;
    table.is_root = read_bool(json, "isRoot", false);
    read_number(json, "maxRows", table.max_rows);
    auto columns = read_object(json, "columns");
    if (!columns)
        return std::unexpected(columns.error());
    for (const auto &[name, column] : columns->items()) {
        if (!column.is_object())
            return fail("column {} in the schema has to be an object", name);
        auto type = parse_column_type(column.value("type", Json()));
        if (!type)
            return fail("column {}: {}", name, type.error().message);
        table.columns[name] = {std::move(*type), read_bool(column, "mutable", true),
                               read_bool(column, "ephemeral", false)};
    }
    for (const char *name : {"_uuid", "_version"})
        table.columns[name] = {{.key = {.type = AtomType::uuid}}, false, false};
    if (auto it = json.find("indexes"); it != json.end() && it->is_array())
        for (const Json &index : *it) {
            auto &names = table.indexes.emplace_back();
            for (const Json &name : index)
                if (name.is_string())
                    names.push_back(name.get<std::string>());
        }
    return table;
}

// Of UTF-8: bytes that do not continue a character.
std::size_t count_characters(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

struct RangeCheck {
    const BaseType &type;

    bool operator()(std::int64_t value) const {
        return value >= type.min_integer && value <= type.max_integer;
    }
    bool operator()(double value) const { return value >= type.min_real && value <= type.max_real; }
    bool operator()(bool) const { return true; }
    bool operator()(const std::string &value) const {
        auto length = count_characters(value);
        return length >= type.min_length && length <= type.max_length;
    }
    bool operator()(const Uuid &) const { return true; }
    bool operator()(const NamedUuid &) const { return true; }
};

bool has_type(const Atom &atom, AtomType type) {
    switch (type) {
    case AtomType::integer:
        return std::holds_alternative<std::int64_t>(atom);
    case AtomType::real:
        return std::holds_alternative<double>(atom);
    case AtomType::boolean:
        return std::holds_alternative<bool>(atom);
    case AtomType::string:
        return std::holds_alternative<std::string>(atom);
    case AtomType::uuid:
        return std::holds_alternative<Uuid>(atom) || std::holds_alternative<NamedUuid>(atom);
    }
    return false;
}

std::string describe_range(const BaseType &type) {
    switch (type.type) {
    case AtomType::integer:
        return fmt::format("{} to {}", type.min_integer, type.max_integer);
    case AtomType::real:
        return fmt::format("{} to {}", type.min_real, type.max_real);
    default:
        return fmt::format("{} to {} characters", type.min_length, type.max_length);
    }
}

Result<> check(const Atom &atom, const BaseType &type) {
    if (!has_type(atom, type.type))
        return fail("{} is not of type {}", format(atom), to_string(type.type));
    if (!type.choices.empty() && !std::ranges::binary_search(type.choices, atom))
        return fail("{} is not one of the allowed values ({})", format(atom),
                    format(Datum::set(type.choices), {.min = 0, .max = k_unlimited}));
    if (!std::visit(RangeCheck{type}, atom))
        return fail("{} is not in the valid range {}", format(atom), describe_range(type));
    return {};
}

} // namespace

std::string_view to_string(AtomType type) {
    switch (type) {
    case AtomType::integer:
        return "integer";
    case AtomType::real:
        return "real";
    case AtomType::boolean:
        return "boolean";
    case AtomType::string:
        return "string";
    case AtomType::uuid:
        return "uuid";
    }
    return "";
}

Datum ColumnType::default_value() const {
    if (value)
        return Datum::map({});
    if (min == 0)
        return {};
    switch (key.type) {
    case AtomType::integer:
        return std::int64_t{0};
    case AtomType::real:
        return 0.0;
    case AtomType::boolean:
        return false;
    case AtomType::string:
        return "";
    case AtomType::uuid:
        return Uuid{};
    }
    return {};
}

const ColumnSchema *TableSchema::find(std::string_view column) const {
    auto it = columns.find(column);
    return it == columns.end() ? nullptr : &it->second;
}

const TableSchema *Schema::find(std::string_view table) const {
    auto it = tables.find(table);
    return it == tables.end() ? nullptr : &it->second;
}

Result<Schema> parse_schema(const Json &json) {
    if (!json.is_object())
        return fail("the schema has to be an object, not {}", json.type_name());
    Schema schema{read_string(json, "name"), read_string(json, "version"), {}};
    auto tables = read_object(json, "tables");
    if (!tables)
        return std::unexpected(tables.error());
    for (const auto &[name, table] : tables->items()) {
        if (!table.is_object())
            return fail("table {} in the schema has to be an object", name);
        auto parsed = parse_table(table);
        if (!parsed)
            return fail("table {}: {}", name, parsed.error().message);
        schema.tables[name] = std::move(*parsed);
    }
    return schema;
}

Result<> check(const Datum &datum, const ColumnType &type) {
    if (datum.size() < type.min || datum.size() > type.max) {
        auto most = type.max == k_unlimited ? std::string("unlimited") : fmt::to_string(type.max);
        return fail("{} values are given where {} to {} are allowed", datum.size(), type.min, most);
    }
    for (const Atom &key : datum.keys())
        if (auto good = check(key, type.key); !good)
            return good;
    for (const Atom &value : datum.values()) {
        if (!type.value)
            return fail("a map is given where a set is expected");
        if (auto good = check(value, *type.value); !good)
            return good;
    }
    return {};
}

} // namespace bvs::ovsdb
