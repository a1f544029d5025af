// SPDX-License-Identifier: Apache-2.0
//
// Packets for a controller: OpenFlow 1.0.2, 5.4.1; 1.5.1, 7.4.1; and Nicira's two (nx, nx2), of
// which the second is made of properties. After the header; the packet goes up to the end.
#pragma once

#include "ofagent/wire/bytes.h"
#include "ofagent/wire/message.h"

namespace bvs::wire {

model::Answer<model::PacketIn> read_packet_in(Reader &reader, const Dialect &dialect);
void write_packet_in(Writer &writer, const model::PacketIn &packet, const Dialect &dialect);

model::Answer<model::PacketIn> read_nx_packet_in(Reader &reader, const Dialect &dialect);
void write_nx_packet_in(Writer &writer, const model::PacketIn &packet, const Dialect &dialect);

model::Answer<model::PacketIn> read_nx_packet_in2(Reader &reader, const Dialect &dialect);
void write_nx_packet_in2(Writer &writer, const model::PacketIn &packet, const Dialect &dialect);

} // namespace bvs::wire
