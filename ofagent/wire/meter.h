// SPDX-License-Identifier: Apache-2.0
//
// Meters: OpenFlow 1.5.1, 7.3.4.5 and 7.3.5.13 to 7.3.5.15; the same since 1.3.
#pragma once

#include "ofagent/wire/bytes.h"
#include "ofagent/wire/message.h"

namespace bvs::wire {

model::Answer<model::MeterMod> read_meter_mod(Reader &reader, const Dialect &dialect);
void write_meter_mod(Writer &writer, const model::MeterMod &mod, const Dialect &dialect);

model::Answer<MeterStatsRequest> read_meter_stats_request(Reader &reader, const Dialect &dialect);
void write_meter_stats_request(Writer &writer, const MeterStatsRequest &request,
                               const Dialect &dialect);
model::Answer<model::MeterStats> read_meter_stats(Reader &reader, const Dialect &dialect);
void write_meter_stats(Writer &writer, const model::MeterStats &stats, const Dialect &dialect);

model::Answer<MeterConfigRequest> read_meter_config_request(Reader &reader, const Dialect &dialect);
void write_meter_config_request(Writer &writer, const MeterConfigRequest &request,
                                const Dialect &dialect);
model::Answer<model::MeterConfig> read_meter_config(Reader &reader, const Dialect &dialect);
void write_meter_config(Writer &writer, const model::MeterConfig &config, const Dialect &dialect);

model::Answer<MeterFeatures> read_meter_features(Reader &reader, const Dialect &dialect);
void write_meter_features(Writer &writer, const MeterFeatures &features, const Dialect &dialect);

} // namespace bvs::wire
