// SPDX-License-Identifier: Apache-2.0
//
// What ovs-ctl(8) does to a database before a daemon uses it, for the one that bvsd keeps itself:
// the row of Open_vSwitch exists, and says which versions and which system this is.
#pragma once

#include "ovsdb/replica.h"
#include "ovsdb/transaction.h"

#include <string>

namespace bvs::daemon {

ovsdb::Selection own_database_selection(); // the columns looked at

bool has_root_row(const ovsdb::Replica &replica);

// Empty if nothing is to be done.
ovsdb::Transaction initialise_own_database(const ovsdb::Replica &replica,
                                           const std::string &os_release);

} // namespace bvs::daemon
