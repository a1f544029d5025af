// SPDX-License-Identifier: Apache-2.0
//
// What the datapath has decided and flows that OpenFlow has, on the control socket:
// dpctl/dump-flows and bridge/dump-flows as Open vSwitch has them, bvs/cache for bvsctl.
#pragma once

namespace bvs::daemon {

class Commands;
class OpenFlow;
class PortTable;

void add_cache_commands(Commands &commands, PortTable &table, OpenFlow &openflow);

} // namespace bvs::daemon
