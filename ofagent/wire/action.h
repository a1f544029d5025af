// SPDX-License-Identifier: Apache-2.0
//
// Lists of actions: OpenFlow 1.0.2, 5.2.4; 1.5.1, 7.2.6; Nicira's in every version, and the ONF's
// copy_field of 1.3. An action that a version has no form for is written as the actions that come
// to the same, or left out where there are none.
#pragma once

#include "ofagent/wire/bytes.h"
#include "ofagent/wire/message.h"

namespace bvs::wire {

// What an action may depend on besides its bytes.
struct ActionScope {
    std::uint8_t ip_proto = 6; // matched by the rule: whose ports OpenFlow 1.0's setters set
    unsigned depth = 0;        // how many clones it is in
};
ActionScope scope_of(const model::Match &match);

// All that the reader has left.
model::Answer<model::Actions> read_actions(Reader &reader, const Dialect &dialect,
                                           ActionScope scope = {});
void write_actions(Writer &writer, const model::Actions &actions, const Dialect &dialect,
                   ActionScope scope = {});

} // namespace bvs::wire
