// SPDX-License-Identifier: Apache-2.0
//
// What flow monitors tell: OpenFlow 1.5.1, 7.3.5.17; Nicira's of 1.0, whose layout the ONF's
// extension 187 to 1.3 has with a standard match and instructions.
#pragma once

#include "ofagent/wire/bytes.h"
#include "ofagent/wire/message.h"

namespace bvs::wire {

model::Answer<FlowUpdate> read_flow_update(Reader &reader, const Dialect &dialect);
void write_flow_update(Writer &writer, const FlowUpdate &update, const Dialect &dialect);

// Neither of the two has "initial", which becomes "added", nor pauses.
model::Answer<FlowUpdate> read_nx_flow_update(Reader &reader, const Dialect &dialect);
void write_nx_flow_update(Writer &writer, const FlowUpdate &update, const Dialect &dialect);

// Since 1.4 an update of its own.
void write_monitor_pause(Writer &writer, const FlowMonitorPause &pause, const Dialect &dialect);

} // namespace bvs::wire
