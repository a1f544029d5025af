// SPDX-License-Identifier: Apache-2.0
//
// OFPT_FLOW_MOD: OpenFlow 1.0.2, 5.3.3; 1.5.1, 7.3.4.2; and Nicira's of 1.0, whose match is NXM.
#pragma once

#include "ofagent/wire/bytes.h"
#include "ofagent/wire/message.h"

namespace bvs::wire {

// After the header of 8 bytes.
model::Answer<model::FlowMod> read_flow_mod(Reader &reader, const Dialect &dialect);
void write_flow_mod(Writer &writer, const model::FlowMod &mod, const Dialect &dialect);

// NXT_FLOW_MOD, after its header of 16 bytes.
model::Answer<model::FlowMod> read_nx_flow_mod(Reader &reader, const Dialect &dialect);
void write_nx_flow_mod(Writer &writer, const model::FlowMod &mod, const Dialect &dialect);

// OFPFF_*.
model::Answer<model::FlowFlags> read_flow_flags(std::uint16_t bits, Version version);
std::uint16_t flow_flag_bits(const model::FlowFlags &flags, Version version);

} // namespace bvs::wire
