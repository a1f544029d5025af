// SPDX-License-Identifier: Apache-2.0
//
// bfd/show and bfd/set-forwarding, as Open vSwitch has them.
#pragma once

#include "switch/bfd_sessions.h"

namespace bvs::daemon {

class Commands;

void add_bfd_commands(Commands &commands, BfdSessions &bfd);

} // namespace bvs::daemon
