// SPDX-License-Identifier: Apache-2.0
//
// Where a bridge's querier asks: untagged, in VLANs that a port has for its own (its tag), and in
// those where somebody wants a group already; of these only where a flood reaches a port. Other
// VLANs of trunks are not known to be in use. Pure.
#pragma once

#include "switch/compile/entries.h"

#include <cstdint>
#include <set>
#include <vector>

namespace bvs::daemon {

// `ports`: the bridge's. `wanted`: VLANs with groups.
std::set<std::uint16_t> query_vlans(const std::vector<const compile::Port *> &ports,
                                    const std::set<std::uint16_t> &wanted);

} // namespace bvs::daemon
