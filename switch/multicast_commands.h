// SPDX-License-Identifier: Apache-2.0
//
// Commands that show and clear what a bridge knows of multicast: mdb/show, mdb/flush as Open
// vSwitch has them, mdb/stats-show, and bvs/mdb for bvsctl.
#pragma once

#include "switch/multicast.h"

namespace bvs::daemon {

class Commands;

void add_multicast_commands(Commands &commands, PortTable &table, Multicast &multicast);

} // namespace bvs::daemon
