// SPDX-License-Identifier: Apache-2.0
//
// That a flow is gone: OpenFlow 1.0.2, 5.4.3; 1.5.1, 7.4.2; and Nicira's of 1.0 (nx), which has an
// NXM match. After the header.
#pragma once

#include "ofagent/wire/bytes.h"
#include "ofagent/wire/message.h"

namespace bvs::wire {

model::Answer<model::FlowRemoved> read_flow_removed(Reader &reader, const Dialect &dialect);
void write_flow_removed(Writer &writer, const model::FlowRemoved &removed, const Dialect &dialect);

model::Answer<model::FlowRemoved> read_nx_flow_removed(Reader &reader, const Dialect &dialect);
void write_nx_flow_removed(Writer &writer, const model::FlowRemoved &removed,
                           const Dialect &dialect);

} // namespace bvs::wire
