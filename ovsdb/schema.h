// SPDX-License-Identifier: Apache-2.0
//
// The types of a database's tables and columns, as get_schema tells them (RFC 7047, section 3.2).
// Values only.
#pragma once

#include "base/result.h"
#include "ovsdb/value.h"

#include <cstdint>
#include <limits>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bvs::ovsdb {

enum class AtomType { integer, real, boolean, string, uuid };

std::string_view to_string(AtomType type); // as the schema spells it

struct BaseType {
    AtomType type = AtomType::string;
    std::vector<Atom> choices; // of an enum, sorted; empty if any value will do
    std::int64_t min_integer = std::numeric_limits<std::int64_t>::min();
    std::int64_t max_integer = std::numeric_limits<std::int64_t>::max();
    double min_real = std::numeric_limits<double>::lowest();
    double max_real = std::numeric_limits<double>::max();
    std::size_t min_length = 0; // in characters
    std::size_t max_length = std::numeric_limits<std::size_t>::max();
    std::string ref_table; // of a uuid that refers to a row; else empty
    bool weak = false;     // the reference does not keep the row alive

    bool operator==(const BaseType &) const = default;
};

inline constexpr std::size_t k_unlimited = std::numeric_limits<std::size_t>::max();

struct ColumnType {
    BaseType key;
    std::optional<BaseType> value; // of a map
    std::size_t min = 1;
    std::size_t max = 1;

    bool is_map() const { return value.has_value(); }
    bool is_scalar() const { return !value && min == 1 && max == 1; }
    bool is_optional() const { return !value && min == 0 && max == 1; }
    Datum default_value() const; // what a new row has in a column that is not given

    bool operator==(const ColumnType &) const = default;
};

struct ColumnSchema {
    ColumnType type;
    bool is_mutable = true; // can be changed after the row was inserted
    bool ephemeral = false; // is not kept when the server restarts

    bool operator==(const ColumnSchema &) const = default;
};

struct TableSchema {
    std::map<std::string, ColumnSchema, std::less<>> columns; // with _uuid and _version
    std::vector<std::vector<std::string>> indexes;            // sets of columns unique together
    std::size_t max_rows = k_unlimited;
    bool is_root = false; // rows live without being referred to

    const ColumnSchema *find(std::string_view column) const;

    bool operator==(const TableSchema &) const = default;
};

struct Schema {
    std::string name;
    std::string version;
    std::map<std::string, TableSchema, std::less<>> tables;

    const TableSchema *find(std::string_view table) const;

    bool operator==(const Schema &) const = default;
};

Result<Schema> parse_schema(const nlohmann::json &json);

// Whether a column of this type may hold the datum: atom types, enum, range, length, number.
Result<> check(const Datum &datum, const ColumnType &type);

} // namespace bvs::ovsdb
