// SPDX-License-Identifier: Apache-2.0
//
// What people ask a switch about itself, in Open vSwitch's words: dpif/show, dpif/dump-dps,
// ofproto/list; and the switch's part of coverage/show and
// memory/show.
#pragma once

namespace bvs::daemon {

class Commands;
class Config;
class PortTable;
class Tallies;

void add_show_commands(Commands &commands, PortTable &table, const Config &config);
void add_tallies(Tallies &coverage, Tallies &memory, PortTable &table);

} // namespace bvs::daemon
