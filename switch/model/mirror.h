// SPDX-License-Identifier: Apache-2.0
//
// A mirror as its configuration wants it (table Mirror of ovs-vswitchd.conf.db(5)). Values only.
#pragma once

#include "switch/model/vlan.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace bvs::model {

struct Mirror {
    std::string name;
    bool all = false;               // each packet, whatever port it comes in at or leaves by
    std::set<std::string> received; // ports
    std::set<std::string> sent;
    std::optional<VlanSet> vlans; // only packets in these
    std::string output_port;      // empty: output_vlan
    std::uint16_t output_vlan = 0;
    std::uint16_t snaplen = 0; // bytes of a copy; 0: all
    std::string refusal;       // why it has no copies; empty if it has

    bool selects_received(const std::string &port) const { return all || received.contains(port); }
    bool selects_sent(const std::string &port) const { return all || sent.contains(port); }
    bool operator==(const Mirror &) const = default;
};

// What the row says; ports by name.
struct MirrorRequest {
    std::string name;
    bool select_all = false;
    std::set<std::string> select_src_port, select_dst_port;
    std::vector<std::int64_t> select_vlan;
    std::string output_port;
    bool lost_output_port = false; // there is one, and it is no port of the bridge
    std::optional<std::int64_t> output_vlan;
    std::optional<std::int64_t> snaplen;
};

Mirror settle(const MirrorRequest &request);

} // namespace bvs::model
