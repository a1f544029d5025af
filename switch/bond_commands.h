// SPDX-License-Identifier: Apache-2.0
//
// bond/... and lacp/..., as Open vSwitch has them; see docs/unixctl.md.
#pragma once

#include "switch/bonds.h"

#include <functional>

namespace bvs::daemon {

class Commands;

// `run` lets the bonds act upon what a person has asked for. Both outlive the commands.
void add_bond_commands(Commands &commands, Bonds &bonds, std::function<void()> run);

} // namespace bvs::daemon
