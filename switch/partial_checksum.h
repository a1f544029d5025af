// SPDX-License-Identifier: Apache-2.0
//
// A packet that a stack left for its network card to finish has, where its TCP or UDP checksum
// belongs, the sum of the pseudo header alone. What leaves the kernel for a controller has passed
// no card. Pure.
#pragma once

#include "switch/model/packet.h"

namespace bvs::daemon {

// Finishes the checksum of a whole frame if it is so; every other frame stays as it is.
void complete_checksum(model::Bytes &frame);

} // namespace bvs::daemon
