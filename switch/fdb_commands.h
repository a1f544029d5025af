// SPDX-License-Identifier: Apache-2.0
//
// The forwarding database on the control socket: fdb/show, fdb/flush, fdb/add, fdb/del,
// fdb/stats-show, worded as Open vSwitch has them.
#pragma once

namespace bvs::daemon {

class Commands;
class PortTable;

void add_fdb_commands(Commands &commands, PortTable &table);

} // namespace bvs::daemon
