// SPDX-License-Identifier: Apache-2.0
//
// The commands that every daemon of Open vSwitch has: about itself, its log and its end.
#pragma once

#include "switch/log.h"
#include "switch/tallies.h"
#include "switch/unixctl.h"

#include <cstdint>
#include <functional>

namespace bvs::daemon {

struct DaemonCommandParts { // all outlive the commands
    Log &log;
    const Tallies &coverage;
    const Tallies &memory;
    std::function<void(bool clean_up)> end;
};

void add_daemon_commands(Commands &commands, DaemonCommandParts parts);

std::uint64_t resident_kilobytes(); // of this process

} // namespace bvs::daemon
