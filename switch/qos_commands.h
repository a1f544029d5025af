// SPDX-License-Identifier: Apache-2.0
//
// What people ask of the queues of a port, in Open vSwitch's words: qos/show and qos/show-types.
#pragma once

namespace bvs::daemon {

class Commands;
class PortTable;
class Shaping;

void add_qos_commands(Commands &commands, PortTable &table, Shaping &shaping);

} // namespace bvs::daemon
