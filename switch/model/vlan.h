// SPDX-License-Identifier: Apache-2.0
//
// What a port does with VLANs: the columns of Port that speak of them, and what they come to
// together, as ovs-vswitchd.conf.db(5) says and ovs-vswitchd does. Values only.
#pragma once

#include "maps/abi.h"
#include "switch/model/settings.h"

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bvs::model {

using VlanSet = std::bitset<BVS_VLANS>;

// What the Port row says.
struct VlanRequest {
    std::string mode; // empty: follows from the tag
    std::optional<std::int64_t> tag;
    std::vector<std::int64_t> trunks;
    std::vector<std::int64_t> cvlans;
};

// What it means.
struct VlanSettings {
    bvs_vlan_mode mode = BVS_VLAN_TRUNK;
    std::uint16_t tag = 0;       // of access, native and tunnel modes
    std::optional<VlanSet> list; // which VLANs pass, in a tunnel which customer VLANs; nothing: all
    std::uint16_t tunnel_tpid = 0x88a8;
    bvs_priority_tags priority_tags = BVS_PRIORITY_TAGS_NEVER;

    bool operator==(const VlanSettings &) const = default;
};

VlanSet to_vlan_set(const std::vector<std::int64_t> &vlans);

// `other_config` of the port: qinq-ethtype, priority-tags.
VlanSettings settle(const VlanRequest &request, Settings &other_config, std::string_view port,
                    Warnings &warnings);

} // namespace bvs::model
