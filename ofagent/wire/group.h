// SPDX-License-Identifier: Apache-2.0
//
// Groups: OpenFlow 1.5.1, 7.3.4.3 and 7.3.5.10 to 7.3.5.12; 1.3.5, A.3.4.2; for 1.0 Nicira's, which
// have the layout of 1.5; selection methods as Netronome's property.
#pragma once

#include "ofagent/wire/bytes.h"
#include "ofagent/wire/message.h"

namespace bvs::wire {

model::Answer<model::GroupMod> read_group_mod(Reader &reader, const Dialect &dialect);
void write_group_mod(Writer &writer, const model::GroupMod &mod, const Dialect &dialect);

model::Answer<GroupDescRequest> read_group_desc_request(Reader &reader, const Dialect &dialect);
void write_group_desc_request(Writer &writer, const GroupDescRequest &request,
                              const Dialect &dialect);
model::Answer<model::GroupDescription> read_group_desc(Reader &reader, const Dialect &dialect);
void write_group_desc(Writer &writer, const model::GroupDescription &group, const Dialect &dialect);

model::Answer<GroupStatsRequest> read_group_stats_request(Reader &reader, const Dialect &dialect);
void write_group_stats_request(Writer &writer, const GroupStatsRequest &request,
                               const Dialect &dialect);
model::Answer<model::GroupStats> read_group_stats(Reader &reader, const Dialect &dialect);
void write_group_stats(Writer &writer, const model::GroupStats &stats, const Dialect &dialect);

model::Answer<GroupFeatures> read_group_features(Reader &reader, const Dialect &dialect);
void write_group_features(Writer &writer, const GroupFeatures &features, const Dialect &dialect);

} // namespace bvs::wire
