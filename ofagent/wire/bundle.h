// SPDX-License-Identifier: Apache-2.0
//
// Bundles: OpenFlow 1.5.1, 7.3.11, and with the same bodies the ONF's extension 230 to 1.3.
#pragma once

#include "ofagent/wire/bytes.h"
#include "ofagent/wire/message.h"

namespace bvs::wire {

model::Answer<BundleControl> read_bundle_control(Reader &reader, const Dialect &dialect);
void write_bundle_control(Writer &writer, const BundleControl &control, const Dialect &dialect);

// The message within must be of the same version, and none that opens, fills or ends a bundle.
model::Answer<BundleAdd> read_bundle_add(Reader &reader, const Dialect &dialect);
// The message as its bytes if there are any.
void write_bundle_add(Writer &writer, const BundleAdd &add, const Dialect &dialect);

} // namespace bvs::wire
