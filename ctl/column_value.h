// SPDX-License-Identifier: Apache-2.0
//
// Arguments of the form COLUMN[:KEY]=VALUE, applied to a row of the draft.
#pragma once

#include "ctl/lookup.h"

namespace bvs::ctl {

Result<> set_column(Draft &draft, Symbols &symbols, const std::string &table,
                    const ovsdb::Uuid &row, std::string_view argument);

Result<> check_mutable(const Draft &draft, const std::string &table, const ovsdb::Uuid &row,
                       const Column &column);

} // namespace bvs::ctl
