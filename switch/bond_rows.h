// SPDX-License-Identifier: Apache-2.0
//
// Ports that are bonds, or speak LACP, as the database's rows have them: values for the protocols'
// machines (switch/protocol/).
#pragma once

#include "ovsdb/replica.h"
#include "switch/protocol/bond_settings.h"
#include "switch/protocol/lacp_settings.h"

#include <map>
#include <optional>
#include <string>

namespace bvs::daemon {

struct BondRow {
    struct Member {
        ovsdb::Uuid row;
        model::StringMap other_config;
    };

    ovsdb::Uuid row;
    std::optional<protocol::BondSettings> bond; // of more than one interface
    std::optional<protocol::LacpSettings> lacp;
    std::optional<protocol::Milliseconds> poll; // ask drivers for links so often; else they tell
    std::map<std::string, Member> members;      // by interface
    model::Warnings warnings;
};

// Nothing if there is no such port, or if it is neither a bond nor to speak LACP.
std::optional<BondRow> read_bond(const ovsdb::Replica &replica, const std::string &port,
                                 const model::Mac &bridge_mac);

} // namespace bvs::daemon
