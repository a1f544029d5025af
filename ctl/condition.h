// SPDX-License-Identifier: Apache-2.0
//
// Conditions of find and wait-until, COLUMN[:KEY]OPERATOR VALUE, held against a row. Pure.
#pragma once

#include "ctl/lookup.h"

namespace bvs::ctl {

struct RowCondition {
    Column column;
    std::optional<ovsdb::Atom> key;
    std::string op;
    ovsdb::Datum wanted;

    bool holds(const Draft &draft, std::string_view table, const ovsdb::Uuid &row) const;
};

Result<RowCondition> parse_condition(const ovsdb::Schema &schema, std::string_view table,
                                     std::string_view text, Symbols &symbols);

// `has OP wanted`, for the operators of ovsdb/text.h.
bool compare(const ovsdb::Datum &has, std::string_view op, const ovsdb::Datum &wanted);

} // namespace bvs::ctl
