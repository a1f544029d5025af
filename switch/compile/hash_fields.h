// SPDX-License-Identifier: Apache-2.0
//
// Which bits of the flow a choice is hashed from: of a link (multipath), of a bucket of a select
// group. What is hashed is part of the cache's key, so that the choice is fixed for each flow.
// Pure.
#pragma once

#include "switch/compile/rule.h"
#include "switch/model/action.h"

namespace bvs::compile {

void add_hash_fields(FlowMask &mask, model::action::HashFields fields);

// Of a select group that names no fields: Ethernet, IP and ARP addresses, protocol and ports.
FlowMask default_hash();

} // namespace bvs::compile
