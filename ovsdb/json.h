// SPDX-License-Identifier: Apache-2.0
//
// Values as JSON and back (RFC 7047, section 5.1): single atoms bare, ["set", [...]],
// ["map", [[k, v], ...]], ["uuid", "..."], ["named-uuid", "..."]. Writing appends to a text,
// without a tree in between, because the daemon writes thousands of rows every few seconds; invalid
// UTF-8 becomes U+FFFD. Reading never throws.
#pragma once

#include "base/result.h"
#include "ovsdb/schema.h"
#include "ovsdb/value.h"

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace bvs::ovsdb {

void append_json_string(std::string &out, std::string_view text); // quoted and escaped
void append_json(std::string &out, const Atom &atom);
void append_json(std::string &out, const Datum &datum);

// Of the types that the column says. Limits (enum, range, number) are not checked; see check().
Result<Datum> datum_from_json(const nlohmann::json &json, const ColumnType &type);

// Of the types that the JSON itself has: for select and for values without a schema. An integer
// stays an integer.
Result<Datum> datum_from_json(const nlohmann::json &json);

Result<Atom> atom_from_json(const nlohmann::json &json, AtomType type);

} // namespace bvs::ovsdb
