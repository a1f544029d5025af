// SPDX-License-Identifier: Apache-2.0
//
// bvs/exporters, see docs/unixctl.md.
#pragma once

#include "switch/flow_export.h"

namespace bvs::daemon {

class Commands;

void add_export_commands(Commands &commands, const FlowExport &exports); // which outlives them

} // namespace bvs::daemon
