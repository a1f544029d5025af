// SPDX-License-Identifier: Apache-2.0
//
// Rows with a target that another row refers to: controllers of a bridge, managers of the database.
#pragma once

#include "ctl/context.h"

namespace bvs::ctl {

struct RemoteRows {
    std::string owner_table;
    ovsdb::Uuid owner;
    std::string column; // of the owner, with the references
    std::string table;
};

void print_remotes(DatabaseContext &context, const RemoteRows &remotes);
void erase_remotes(Draft &draft, const RemoteRows &remotes);
// In place of those that are there; heeds --inactivity-probe.
Result<> set_remotes(DatabaseContext &context, const RemoteRows &remotes,
                     const std::vector<std::string> &targets);

} // namespace bvs::ctl
