// SPDX-License-Identifier: Apache-2.0
//
// Values as people write them on a command line, exactly as ovs-vsctl reads and prints them:
// `10`, `true`, `word`, `"any string"`, `[a, b]` or `a,b`, `{k=v, k2=v2}` or `k=v,k2=v2`, uuids,
// and
// `@name` for a row that the same transaction creates (a NamedUuid of that name).
#pragma once

#include "base/result.h"
#include "ovsdb/schema.h"
#include "ovsdb/value.h"

#include <string>
#include <string_view>

namespace bvs::ovsdb {

Result<Atom> parse_atom(std::string_view text, const BaseType &type);

// A whole value of a column; what it holds is checked against the type's enum, ranges and numbers.
Result<Datum> parse_datum(std::string_view text, const ColumnType &type);

// Brackets are left off where a column can hold one atom at most, and holds one.
std::string format(const Atom &atom);
std::string format(const Datum &datum, const ColumnType &type);

// As `ovs-vsctl --bare` prints: no brackets, no quotes, blanks between the atoms.
std::string format_bare(const Datum &datum);

// Splits `column`, `column:key`, `column=value`, `column:key=value` and the other operators that
// set, find and wait-until take, as `text` begins: returns what was found.
struct Assignment {
    std::string column;
    std::string key; // as written, quotes removed; has_key tells "no key" from an empty one
    std::string op;  // "", "=", "!=", "<", ">", "<=", ">=", "{=}", "{!=}", "{<=}", ... , "+=", "-="
    std::string value; // as written
    bool has_key = false;

    bool operator==(const Assignment &) const = default;
};

Result<Assignment> parse_assignment(std::string_view text);

} // namespace bvs::ovsdb
