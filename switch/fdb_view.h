// SPDX-License-Identifier: Apache-2.0
//
// The forwarding database of a bridge with names in place of numbers.
#pragma once

#include "switch/port_table.h"

#include <cstdint>
#include <vector>

namespace bvs::daemon {

struct KnownAddress {
    const LivePort *port;
    std::uint16_t vlan;
    model::Mac mac;
    std::uint64_t age_seconds; // since it was seen; 0 if static
    bool is_static;
};

// Sorted by VLAN, then address.
std::vector<KnownAddress> list_addresses(PortTable &table, const LiveBridge &bridge);

} // namespace bvs::daemon
