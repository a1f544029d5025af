// SPDX-License-Identifier: Apache-2.0
//
// Requests to be told of changes to flows: OpenFlow 1.5.1, 7.3.5.17; Nicira's NXST_FLOW_MONITOR of
// 1.0 (nx); the ONF's extension 187 to 1.3 (onf).
#pragma once

#include "ofagent/wire/bytes.h"
#include "ofagent/wire/message.h"

namespace bvs::wire {

model::Answer<FlowMonitorRequest> read_flow_monitor(Reader &reader, const Dialect &dialect);
void write_flow_monitor(Writer &writer, const FlowMonitorRequest &request, const Dialect &dialect);
model::Answer<FlowMonitorRequest> read_nx_flow_monitor(Reader &reader, const Dialect &dialect);
void write_nx_flow_monitor(Writer &writer, const FlowMonitorRequest &request,
                           const Dialect &dialect);
model::Answer<FlowMonitorRequest> read_onf_flow_monitor(Reader &reader, const Dialect &dialect);
void write_onf_flow_monitor(Writer &writer, const FlowMonitorRequest &request,
                            const Dialect &dialect);

model::Answer<FlowMonitorCancel> read_monitor_cancel(Reader &reader, const Dialect &dialect);
void write_monitor_cancel(Writer &writer, const FlowMonitorCancel &cancel, const Dialect &dialect);
// Since 1.4 a request with another command.
void write_monitor_delete(Writer &writer, const FlowMonitorCancel &cancel, const Dialect &dialect);

} // namespace bvs::wire
