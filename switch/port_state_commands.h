// SPDX-License-Identifier: Apache-2.0
//
// A port's state (port_state.h) on the control socket: bvs/port-state-export and
// bvs/port-state-import, as docs/unixctl.md has them.
#pragma once

namespace bvs::daemon {

class Commands;
class Config;
class OpenFlow;
class PortTable;

void add_port_state_commands(Commands &commands, PortTable &table, const Config &config,
                             OpenFlow &openflow);

} // namespace bvs::daemon
