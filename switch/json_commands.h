// SPDX-License-Identifier: Apache-2.0
//
// What programs ask the switch: bvs/status, bvs/ports, bvs/drops, bvs/drop-samples, bvs/fdb. The
// answers are JSON documents; docs/unixctl.md says what is in them.
#pragma once

#include "switch/drop_samples.h"
#include "switch/port_view.h"
#include "switch/vswitch.h"

#include <functional>
#include <optional>
#include <string>

namespace bvs::daemon {

class Commands;

struct JsonSources { // outlive the commands
    PortSources ports;
    const DropSamples &drops;
    const std::optional<std::chrono::system_clock::time_point> &last_change;
    std::string version;
    std::function<DatabaseStatus()> database_status;
};

void add_json_commands(Commands &commands, JsonSources sources);

} // namespace bvs::daemon
