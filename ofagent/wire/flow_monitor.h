// SPDX-License-Identifier: Apache-2.0
//
// Flow monitors and what they tell: OpenFlow 1.5.1, 7.3.5.17, the same as the ONF's extension 187
// to 1.3, and Nicira's NXST_FLOW_MONITOR of 1.0.
#pragma once

#include "ofagent/wire/bytes.h"
#include "ofagent/wire/message.h"

namespace bvs::wire {

model::Answer<FlowMonitorRequest> read_flow_monitor(Reader &reader, const Dialect &dialect);
void write_flow_monitor(Writer &writer, const FlowMonitorRequest &request, const Dialect &dialect);
model::Answer<FlowUpdate> read_flow_update(Reader &reader, const Dialect &dialect);
void write_flow_update(Writer &writer, const FlowUpdate &update, const Dialect &dialect);

model::Answer<FlowMonitorRequest> read_nx_flow_monitor(Reader &reader, const Dialect &dialect);
void write_nx_flow_monitor(Writer &writer, const FlowMonitorRequest &request,
                           const Dialect &dialect);
// Nicira's has no "initial": those are "added".
model::Answer<FlowUpdate> read_nx_flow_update(Reader &reader, const Dialect &dialect);
void write_nx_flow_update(Writer &writer, const FlowUpdate &update, const Dialect &dialect);

model::Answer<FlowMonitorCancel> read_monitor_cancel(Reader &reader, const Dialect &dialect);
void write_monitor_cancel(Writer &writer, const FlowMonitorCancel &cancel, const Dialect &dialect);

// Since 1.4 an update of its own, in a reply of OFPMP_FLOW_MONITOR.
void write_monitor_pause(Writer &writer, const FlowMonitorPause &pause, const Dialect &dialect);

} // namespace bvs::wire
