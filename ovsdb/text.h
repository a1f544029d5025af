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

#include <optional>
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

// One of `column`, `column:key`, `column=value`, `column:key=value`, with any operator that find
// and wait-until know: = != < > <= >= {=} {!=} {<} {>} {<=} {>=} {in} {not-in}.
struct Selector {
    std::string column;
    std::optional<std::string> key; // without its quotes
    std::string op;                 // empty if there is none
    std::string value;              // as written; never empty after an operator

    bool operator==(const Selector &) const = default;
};

Result<Selector> parse_selector(std::string_view text);

} // namespace bvs::ovsdb
