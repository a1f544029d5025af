// SPDX-License-Identifier: Apache-2.0
//
// The names of rows within one command line: --id=@name before create or get gives one, and @name
// in a value refers to it, before or after. Pure.
#pragma once

#include "base/result.h"
#include "ovsdb/schema.h"
#include "ovsdb/value.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bvs::ctl {

class Symbols {
  public:
    // The uuid of the row that `create` makes under that name.
    Result<ovsdb::Uuid> create(std::string_view id, bool is_root);
    // Gives the name to a row that is there.
    Result<> define(std::string_view id, const ovsdb::Uuid &row);
    std::optional<ovsdb::Uuid> find(std::string_view id) const;

    // Puts uuids in place of names.
    ovsdb::Datum resolve(const ovsdb::Datum &datum, const ovsdb::ColumnType &type);

    // At the end: every name referred to was given; returns warnings on rows that nobody refers to.
    Result<std::vector<std::string>> check() const;

  private:
    struct Symbol {
        ovsdb::Uuid row;
        bool defined = false;
        bool created = false; // and not in a table whose rows live by themselves
        bool referred_strongly = false;
        bool referred_weakly = false;
    };

    Symbol &symbol(std::string_view name);

    std::map<std::string, Symbol, std::less<>> symbols_; // without the @
};

} // namespace bvs::ctl
