// SPDX-License-Identifier: Apache-2.0
//
// Queues: OpenFlow 1.5.1, 7.3.5.8 and 7.3.5.9; 1.3.5, A.3.6; 1.0.2, 5.2.2 and 5.3.4.
#pragma once

#include "ofagent/wire/bytes.h"
#include "ofagent/wire/message.h"

namespace bvs::wire {

model::Answer<QueueGetConfigRequest> read_queue_config_request(Reader &reader,
                                                               const Dialect &dialect);
void write_queue_config_request(Writer &writer, const QueueGetConfigRequest &request,
                                const Dialect &dialect);
model::Answer<QueueGetConfigReply> read_queue_config_reply(Reader &reader, const Dialect &dialect);
void write_queue_config_reply(Writer &writer, const QueueGetConfigReply &reply,
                              const Dialect &dialect);

// OpenFlow 1.4 and newer.
model::Answer<QueueDescRequest> read_queue_desc_request(Reader &reader, const Dialect &dialect);
void write_queue_desc_request(Writer &writer, const QueueDescRequest &request,
                              const Dialect &dialect);
model::Answer<QueueConfig> read_queue_desc(Reader &reader, const Dialect &dialect);
void write_queue_desc(Writer &writer, const QueueConfig &queue, const Dialect &dialect);

model::Answer<QueueStatsRequest> read_queue_stats_request(Reader &reader, const Dialect &dialect);
void write_queue_stats_request(Writer &writer, const QueueStatsRequest &request,
                               const Dialect &dialect);
model::Answer<model::QueueStats> read_queue_stats(Reader &reader, const Dialect &dialect);
void write_queue_stats(Writer &writer, const model::QueueStats &stats, const Dialect &dialect);

} // namespace bvs::wire
