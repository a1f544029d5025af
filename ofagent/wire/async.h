// SPDX-License-Identifier: Apache-2.0
//
// Which messages a controller wants unasked: OpenFlow 1.5.1, 7.3.10; 1.3.5, A.3.10; Nicira's
// NXT_SET_ASYNC_CONFIG (the layout of 1.3) and NXT_SET_ASYNC_CONFIG2 (the properties of 1.4).
#pragma once

#include "ofagent/wire/bytes.h"
#include "ofagent/wire/message.h"

namespace bvs::wire {

// Six masks, of which none can be left out.
bool is_plain_async(const SetAsync &set);
model::Answer<SetAsync> read_plain_async(Reader &reader, const Dialect &dialect);
void write_plain_async(Writer &writer, const SetAsync &set, const Dialect &dialect);

model::Answer<SetAsync> read_async_properties(Reader &reader, const Dialect &dialect);
void write_async_properties(Writer &writer, const SetAsync &set, const Dialect &dialect);

model::Answer<GetAsyncReply> read_get_async_reply(Reader &reader, const Dialect &dialect);
void write_get_async_reply(Writer &writer, const GetAsyncReply &reply, const Dialect &dialect);

} // namespace bvs::wire
