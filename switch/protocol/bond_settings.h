// SPDX-License-Identifier: Apache-2.0
//
// A bond as the columns of Port ask for it, with ovs-vswitchd's defaults. Values only.
#pragma once

#include "switch/protocol/bond.h"

namespace bvs::protocol {

// What the row of a port says.
struct BondRequest {
    std::string port;
    std::string mode; // bond_mode; may be empty
    std::int64_t updelay = 0;
    std::int64_t downdelay = 0;
    std::string last_active;       // bond_active_slave
    model::StringMap other_config; // bond-primary, bond-rebalance-interval, ...
};

BondSettings settle(const BondRequest &request, model::Warnings &warnings);

} // namespace bvs::protocol
