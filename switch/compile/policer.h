// SPDX-License-Identifier: Apache-2.0
//
// From a port's policing to the datapath's buckets (maps/service.h). Pure.
#pragma once

#include "maps/abi.h"
#include "switch/model/policing.h"

namespace bvs::compile {

bvs_policer compile_policer(const model::Policing &policing); // `paid` is 0

} // namespace bvs::compile
