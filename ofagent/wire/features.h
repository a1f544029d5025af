// SPDX-License-Identifier: Apache-2.0
//
// What the switch is and how it treats packets: OpenFlow 1.5.1, 7.3.1, 7.3.2 and 7.3.5.1.
#pragma once

#include "ofagent/wire/bytes.h"
#include "ofagent/wire/message.h"

namespace bvs::wire {

model::Answer<FeaturesReply> read_features(Reader &reader, const Dialect &dialect);
// Ports that do not fit into 64 KiB are left out: that is what OFPMP_PORT_DESC is for.
void write_features(Writer &writer, const FeaturesReply &features, const Dialect &dialect);

model::Answer<SwitchConfig> read_switch_config(Reader &reader, const Dialect &dialect);
void write_switch_config(Writer &writer, const SwitchConfig &config, const Dialect &dialect);

model::Answer<Description> read_description(Reader &reader, const Dialect &dialect);
void write_description(Writer &writer, const Description &description, const Dialect &dialect);

} // namespace bvs::wire
