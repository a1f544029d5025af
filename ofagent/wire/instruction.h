// SPDX-License-Identifier: Apache-2.0
//
// Instructions: OpenFlow 1.5.1, 7.2.5. OpenFlow 1.0 has a list of actions in their place, in which
// write_metadata and goto_table are shown as what comes to the same.
#pragma once

#include "ofagent/wire/action.h"

namespace bvs::wire {

// All that the reader has left.
model::Answer<model::Instructions> read_instructions(Reader &reader, const Dialect &dialect,
                                                     ActionScope scope = {});
void write_instructions(Writer &writer, const model::Instructions &instructions,
                        const Dialect &dialect, ActionScope scope = {});

} // namespace bvs::wire
