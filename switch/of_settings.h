// SPDX-License-Identifier: Apache-2.0
//
// What the database says of a bridge's OpenFlow: Bridge.protocols, fail_mode and controller, and
// the rows of Controller and SSL, as ovs-vswitchd.conf.db(5) describes them.
#pragma once

#include "net/tls.h"
#include "ofagent/controller.h"
#include "ovsdb/replica.h"
#include "switch/model/group_table.h"
#include "switch/model/meter_table.h"
#include "switch/of_hidden.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace bvs::daemon {

struct OfController {
    ovsdb::Uuid row;
    ofagent::ControllerSettings settings;

    bool operator==(const OfController &) const = default;
};

// A row of Flow_Table. Its groups and prefixes are for Open vSwitch's own ways to find flows.
struct OfTable {
    std::string name;
    std::optional<std::uint32_t> limit;
    bool evict = false; // what is too much; else it is refused

    bool operator==(const OfTable &) const = default;
};

// Beside the flows of each table: what a bridge may have of what all bridges share.
struct OfQuota {
    std::size_t groups = model::k_most_groups; // other_config:group-table-size
    std::size_t meters = model::k_most_meters; // other_config:meter-table-size

    bool operator==(const OfQuota &) const = default;
};

struct OfSettings {
    std::uint32_t versions = 0; // bit n: version n
    bool secure = false;        // fail_mode; else standalone
    std::vector<OfController> controllers;
    std::vector<InBandRemote> in_band; // of the controllers
    std::map<std::uint8_t, OfTable> tables;
    OfQuota quota;
    std::vector<std::string> warnings;

    bool operator==(const OfSettings &) const = default;
};

ovsdb::Selection of_selection();
OfSettings of_settings(const ovsdb::Replica &replica, const ovsdb::Row &bridge);
net::TlsFiles of_tls(const ovsdb::Replica &replica); // empty names: not configured

} // namespace bvs::daemon
