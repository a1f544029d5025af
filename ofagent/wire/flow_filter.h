// SPDX-License-Identifier: Apache-2.0
//
// Which flows somebody wants to know of: what requests for statistics, single and added up, share.
#pragma once

#include "ofagent/wire/bytes.h"
#include "ofagent/wire/message.h"

namespace bvs::wire {

model::Answer<model::FlowFilter> read_flow_filter(Reader &reader, const Dialect &dialect);
void write_flow_filter(Writer &writer, const model::FlowFilter &filter, const Dialect &dialect);

model::Answer<model::FlowFilter> read_nx_flow_filter(Reader &reader);
void write_nx_flow_filter(Writer &writer, const model::FlowFilter &filter, const Dialect &dialect);

} // namespace bvs::wire
