// SPDX-License-Identifier: Apache-2.0
//
// bvs/mirrors, see docs/unixctl.md.
#pragma once

#include "switch/mirrors.h"

namespace bvs::daemon {

class Commands;

void add_mirror_commands(Commands &commands, const Mirrors &mirrors); // which outlives them

} // namespace bvs::daemon
