// SPDX-License-Identifier: Apache-2.0
#include "ctl/symbols.h"

#include "ctl/draft.h"

namespace bvs::ctl {

using ovsdb::Atom;
using ovsdb::Datum;
using ovsdb::Uuid;

namespace {

Result<std::string_view> name_of(std::string_view id) {
    if (id.size() < 2 || id[0] != '@')
        return fail("row id \"{}\" does not begin with \"@\"", id);
    return id.substr(1);
}

} // namespace

Symbols::Symbol &Symbols::symbol(std::string_view name) {
    auto found = symbols_.find(name);
    if (found == symbols_.end())
        found = symbols_.emplace(name, Symbol{.row = random_uuid()}).first;
    return found->second;
}

Result<Uuid> Symbols::create(std::string_view id, bool is_root) {
    auto name = name_of(id);
    if (!name)
        return std::unexpected(name.error());
    auto &made = symbol(*name);
    if (made.defined)
        return fail("row id \"{}\" may only be specified on one --id option", id);
    made.defined = true;
    made.created = !is_root;
    return made.row;
}

Result<> Symbols::define(std::string_view id, const Uuid &row) {
    auto name = name_of(id);
    if (!name)
        return std::unexpected(name.error());
    if (auto found = symbols_.find(*name); found != symbols_.end())
        return fail(fmt::runtime(found->second.defined
                                     ? "row id \"{}\" may only be specified on one --id option"
                                     : "row id \"{}\" specified on \"get\" command was used "
                                       "before it was defined"),
                    id);
    symbols_.emplace(*name, Symbol{.row = row, .defined = true});
    return {};
}

std::optional<Uuid> Symbols::find(std::string_view id) const {
    auto name = name_of(id);
    auto found = name ? symbols_.find(*name) : symbols_.end();
    if (found == symbols_.end() || !found->second.defined)
        return std::nullopt;
    return found->second.row;
}

Datum Symbols::resolve(const Datum &datum, const ovsdb::ColumnType &type) {
    auto resolved = [this](const Atom &atom, const ovsdb::BaseType &base) -> Atom {
        auto *name = std::get_if<ovsdb::NamedUuid>(&atom);
        if (!name)
            return atom;
        auto &meant = symbol(name->name);
        (base.weak ? meant.referred_weakly : meant.referred_strongly) = true;
        return meant.row;
    };
    if (!datum.is_map()) {
        std::vector<Atom> atoms;
        for (const auto &key : datum.keys())
            atoms.push_back(resolved(key, type.key));
        return Datum::set(std::move(atoms));
    }
    std::vector<std::pair<Atom, Atom>> pairs;
    for (std::size_t i = 0; i < datum.size(); i++)
        pairs.emplace_back(resolved(datum.keys()[i], type.key),
                           resolved(datum.values()[i], *type.value));
    return Datum::map(std::move(pairs));
}

Result<std::vector<std::string>> Symbols::check() const {
    std::vector<std::string> warnings;
    for (const auto &[name, symbol] : symbols_) {
        if (!symbol.defined)
            return fail("row id \"@{0}\" is referenced but never created (e.g. with \"-- --id=@{0} "
                        "create ...\")",
                        name);
        if (symbol.created && !symbol.referred_strongly)
            warnings.push_back(
                fmt::format("row id \"@{}\" was created but {} reference to it was inserted, so it "
                            "will not actually appear in the database",
                            name, symbol.referred_weakly ? "only a weak" : "no"));
    }
    return warnings;
}

} // namespace bvs::ctl
