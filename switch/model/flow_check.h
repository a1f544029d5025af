// SPDX-License-Identifier: Apache-2.0
//
// Is a request about flows one that can be carried out at all? OpenFlow 1.5.1, 7.3.4.2, 7.5.4.3 to
// 7.5.4.6. What depends on the flows that are there is for FlowTables::plan. Pure.
#pragma once

#include "switch/model/action_check.h"
#include "switch/model/flow.h"

namespace bvs::model {

Answer<> check(const FlowMod &mod, const Inventory &inventory);

Answer<> check(const Match &match);

} // namespace bvs::model
