// SPDX-License-Identifier: Apache-2.0
//
// What the control socket tells of bridges' flows: bridge/dump-flows, worded as Open vSwitch has
// it.
#pragma once

namespace bvs::daemon {

class Commands;
class OpenFlow;

void add_openflow_commands(Commands &commands, OpenFlow &openflow);

} // namespace bvs::daemon
