// SPDX-License-Identifier: Apache-2.0
//
// Packets from a controller: OpenFlow 1.0.2, 5.3.6; 1.5.1, 7.3.6. After the header; the packet goes
// up to the end.
#pragma once

#include "ofagent/wire/bytes.h"
#include "ofagent/wire/message.h"

namespace bvs::wire {

model::Answer<model::PacketOut> read_packet_out(Reader &reader, const Dialect &dialect);
void write_packet_out(Writer &writer, const model::PacketOut &packet, const Dialect &dialect);

} // namespace bvs::wire
