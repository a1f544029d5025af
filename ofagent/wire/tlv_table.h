// SPDX-License-Identifier: Apache-2.0
//
// Nicira's TLV table: which of Geneve's options are fields. NXT_TLV_TABLE_MOD, _REQUEST and _REPLY.
#pragma once

#include "ofagent/wire/bytes.h"
#include "ofagent/wire/message.h"

namespace bvs::wire {

model::Answer<model::TlvMod> read_tlv_mod(Reader &reader, const Dialect &dialect);
void write_tlv_mod(Writer &writer, const model::TlvMod &mod, const Dialect &dialect);

model::Answer<TlvTableReply> read_tlv_table(Reader &reader, const Dialect &dialect);
void write_tlv_table(Writer &writer, const TlvTableReply &table, const Dialect &dialect);

} // namespace bvs::wire
