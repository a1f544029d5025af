// SPDX-License-Identifier: Apache-2.0
//
// What a field needs, asked of the packet itself. A rule's match says which headers there are; a
// group's buckets meet packets of any kind, and fields of different protocols share places in the
// flow, so there each write is skipped for packets without the field (OpenFlow 1.5.1, 7.2.3.8).
#pragma once

#include "maps/abi.h"
#include "switch/model/field.h"

#include <cstdint>
#include <vector>

namespace bvs::compile {

// SKIPs that keep packets without the field's headers from the `body` instructions that follow.
std::vector<bvs_instruction> guard(model::Field field, std::uint32_t body);

} // namespace bvs::compile
