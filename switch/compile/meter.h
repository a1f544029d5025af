// SPDX-License-Identifier: Apache-2.0
//
// From a meter to the buckets that the datapath fills and empties (maps/pipeline.h). Pure.
#pragma once

#include "maps/abi.h"
#include "switch/model/meter.h"

namespace bvs::compile {

// A band that names no burst may have one of a second.
bvs_meter_bands compile_meter(const model::MeterConfig &config);

} // namespace bvs::compile
