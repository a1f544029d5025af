// SPDX-License-Identifier: Apache-2.0
//
// What a controller settles for its connection by Nicira's messages.
#pragma once

#include "ofagent/wire/bytes.h"
#include "ofagent/wire/message.h"

namespace bvs::wire {

model::Answer<SetFlowFormat> read_flow_format(Reader &reader, const Dialect &dialect);
void write_flow_format(Writer &writer, const SetFlowFormat &set, const Dialect &dialect);

model::Answer<SetTableIdInCommand> read_table_id_setting(Reader &reader, const Dialect &dialect);
void write_table_id_setting(Writer &writer, const SetTableIdInCommand &set, const Dialect &dialect);

model::Answer<SetPacketInFormat> read_packet_in_format(Reader &reader, const Dialect &dialect);
void write_packet_in_format(Writer &writer, const SetPacketInFormat &set, const Dialect &dialect);

model::Answer<SetControllerId> read_controller_id(Reader &reader, const Dialect &dialect);
void write_controller_id(Writer &writer, const SetControllerId &set, const Dialect &dialect);

} // namespace bvs::wire
