// SPDX-License-Identifier: Apache-2.0
//
// How a select group chooses: Netronome's property NTRT_SELECTION_METHOD.
#pragma once

#include "ofagent/wire/bytes.h"
#include "ofagent/wire/message.h"

namespace bvs::wire {

// The properties of a group up to the end of the reader.
model::Answer<model::GroupProperties> read_group_properties(Reader &reader, model::GroupType type);
void write_group_properties(Writer &writer, const model::GroupProperties &properties,
                            const Dialect &dialect);

} // namespace bvs::wire
