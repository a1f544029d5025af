// SPDX-License-Identifier: Apache-2.0
#include "ctl/condition.h"

#include <algorithm>

namespace bvs::ctl {

using ovsdb::Atom;
using ovsdb::Datum;

namespace {

// First the number of elements, then the keys, then the values: less than 0, 0 or more.
int order(const Datum &a, const Datum &b) {
    if (a.size() != b.size())
        return a.size() < b.size() ? -1 : 1;
    auto by_atoms = [](auto x, auto y) {
        auto [i, j] = std::ranges::mismatch(x, y);
        return i == x.end() ? 0 : *i < *j ? -1 : 1;
    };
    int keys = by_atoms(a.keys(), b.keys());
    return keys != 0 ? keys : by_atoms(a.values(), b.values());
}

bool has_element(const Datum &datum, const Datum &of, std::size_t i) {
    const auto &key = of.keys()[i];
    if (!of.is_map() || !datum.is_map())
        return datum.contains(key);
    auto *value = datum.find(key);
    return value && *value == of.values()[i];
}

std::size_t common(const Datum &a, const Datum &b) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < b.size(); i++)
        count += has_element(a, b, i);
    return count;
}

} // namespace

bool compare(const Datum &has, std::string_view op, const Datum &wanted) {
    if (op == "=" || op == "{=}")
        return order(has, wanted) == 0;
    if (op == "!=" || op == "{!=}")
        return order(has, wanted) != 0;
    if (op == "<")
        return order(has, wanted) < 0;
    if (op == ">")
        return order(has, wanted) > 0;
    if (op == "<=")
        return order(has, wanted) <= 0;
    if (op == ">=")
        return order(has, wanted) >= 0;
    auto both = common(has, wanted);
    if (op == "{<}")
        return both == has.size() && has.size() < wanted.size();
    if (op == "{>}")
        return both == wanted.size() && wanted.size() < has.size();
    if (op == "{<=}" || op == "{in}")
        return both == has.size();
    if (op == "{>=}")
        return both == wanted.size();
    return both == 0; // {not-in}
}

Result<RowCondition> parse_condition(const ovsdb::Schema &schema, std::string_view table,
                                     std::string_view text, Symbols &symbols) {
    auto selector = ovsdb::parse_selector(text);
    if (!selector)
        return std::unexpected(selector.error());
    auto column = find_column(schema, table, selector->column);
    if (!column)
        return std::unexpected(column.error());
    if (selector->op.empty())
        return fail("{}: argument does not end in =, !=, <, >, <=, >=, {{=}}, {{!=}}, {{<}}, "
                    "{{>}}, {{<=}}, {{>=}}, {{in}} or {{not-in}} followed by a value",
                    text);
    RowCondition condition{std::move(*column), std::nullopt, selector->op, {}};
    auto type = condition.column.schema.type;
    if (selector->key) {
        if (!type.is_map())
            return fail("cannot specify key to check for non-map column {}", condition.column.name);
        auto key = ovsdb::parse_atom(*selector->key, type.key);
        if (!key)
            return std::unexpected(key.error());
        condition.key = std::move(*key);
        type = {.key = *type.value, .value = std::nullopt};
    }
    if (selector->op.starts_with('{')) {
        type.min = 0;
        type.max = ovsdb::k_unlimited;
    }
    auto wanted = ovsdb::parse_datum(selector->value, type);
    if (!wanted)
        return std::unexpected(wanted.error());
    condition.wanted = symbols.resolve(*wanted, type);
    return condition;
}

bool RowCondition::holds(const Draft &draft, std::string_view table, const ovsdb::Uuid &row) const {
    auto has = draft.get(table, row, column.name);
    if (!key)
        return compare(has, op, wanted);
    auto *value = has.find(*key);
    if (!value && !op.starts_with('{'))
        return false;
    return compare(value ? Datum(*value) : Datum(), op, wanted);
}

} // namespace bvs::ctl
