// SPDX-License-Identifier: Apache-2.0
//
// Statistics of flows, one by one and added up: OpenFlow 1.0.2, 5.3.5; 1.5.1, 7.3.5.2 and 7.3.5.4;
// and Nicira's of 1.0 (nx). In 1.5 OFPMP_FLOW_DESC, which has the statistics as well. After the
// header of the multipart message; a reply's flows one at a time.
#pragma once

#include "ofagent/wire/bytes.h"
#include "ofagent/wire/message.h"

namespace bvs::wire {

model::Answer<FlowStatsRequest> read_flow_stats_request(Reader &reader, const Dialect &dialect);
void write_flow_stats_request(Writer &writer, const FlowStatsRequest &request,
                              const Dialect &dialect);
model::Answer<FlowStatsRequest> read_nx_flow_stats_request(Reader &reader, const Dialect &dialect);
void write_nx_flow_stats_request(Writer &writer, const FlowStatsRequest &request,
                                 const Dialect &dialect);

model::Answer<model::FlowStats> read_flow_stats(Reader &reader, const Dialect &dialect);
void write_flow_stats(Writer &writer, const model::FlowStats &flow, const Dialect &dialect);
model::Answer<model::FlowStats> read_nx_flow_stats(Reader &reader, const Dialect &dialect);
void write_nx_flow_stats(Writer &writer, const model::FlowStats &flow, const Dialect &dialect);

model::Answer<AggregateRequest> read_aggregate_request(Reader &reader, const Dialect &dialect);
void write_aggregate_request(Writer &writer, const AggregateRequest &request,
                             const Dialect &dialect);
model::Answer<AggregateRequest> read_nx_aggregate_request(Reader &reader, const Dialect &dialect);
void write_nx_aggregate_request(Writer &writer, const AggregateRequest &request,
                                const Dialect &dialect);

model::Answer<AggregateReply> read_aggregate_reply(Reader &reader, const Dialect &dialect);
model::Answer<AggregateReply> read_nx_aggregate_reply(Reader &reader, const Dialect &dialect);
// Nicira's is the same as OpenFlow 1.0's.
void write_aggregate_reply(Writer &writer, const AggregateReply &reply, const Dialect &dialect);

} // namespace bvs::wire
