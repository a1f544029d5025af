// SPDX-License-Identifier: Apache-2.0
//
// A bridge as its configuration wants it. Values only.
#pragma once

#include "switch/model/settings.h"
#include "switch/model/vlan.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bvs::model {

struct Bridge {
    std::string name;
    std::optional<std::uint64_t> datapath_id; // nothing: made of the local port's address
    std::optional<Mac> mac;                   // of the local port
    std::uint32_t mac_table_size = 8192;
    std::chrono::seconds mac_aging_time{300};
    bool forward_bpdu = false;
    bool snoops = false; // on IGMP and MLD
    VlanSet flood_vlans;
    std::string refusal; // why it cannot be made; empty if it can

    bool operator==(const Bridge &) const = default;
};

// What the Bridge row says.
struct BridgeRequest {
    std::string name;
    std::string datapath_type;
    std::vector<std::int64_t> flood_vlans;
    bool mcast_snooping_enable = false;
    StringMap other_config;
};

Bridge settle(const BridgeRequest &request, Warnings &warnings);

// Do ports have to be looked at again when the one becomes the other?
bool concerns_ports(const Bridge &before, const Bridge &after);

} // namespace bvs::model
