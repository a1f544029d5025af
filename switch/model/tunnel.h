// SPDX-License-Identifier: Apache-2.0
//
// What an Interface of type gre, erspan, vxlan or geneve says in `options`, as
// ovs-vswitchd.conf.db(5) has them, with their defaults: RFC 2784 and 2890,
// draft-foschiano-erspan-03, RFC 7348, RFC 8926. Values only.
//
// An option that would make the tunnel another than was asked for refuses it, with a sentence for
// the column `error`; what can be left out is warned of.
#pragma once

#include "base/result.h"
#include "switch/model/ip_address.h"
#include "switch/model/settings.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bvs::model {

struct TunnelAddress {
    IpAddress fixed;   // none: nothing was said, or it is
    bool flow = false; // the flow's tunnel_src or tunnel_dst, or the like of IPv6

    bool operator==(const TunnelAddress &) const = default;
};

struct TunnelKey {
    std::uint64_t fixed = 0;
    bool flow = false;  // the flow's tunnel_id
    bool given = false; // if not, GRE frames carry none

    bool operator==(const TunnelKey &) const = default;
};

// What the header of ERSPAN says beside the session, which is the key.
struct Erspan {
    std::uint8_t version = 1;
    std::uint32_t index = 0;      // of version 1: port, or what its sender likes
    std::uint8_t direction = 0;   // of version 2: 1 if mirrored as sent
    std::uint8_t hardware_id = 0; // of version 2

    bool operator==(const Erspan &) const = default;
};

struct Tunnel {
    bvs_tunnel_type type = BVS_TUNNEL_VXLAN;
    TunnelAddress remote; // never none
    TunnelAddress local;  // none: what the route says
    TunnelKey in_key;
    TunnelKey out_key;
    std::uint16_t dst_port = 0; // of UDP; 0 of GRE and ERSPAN
    std::uint8_t tos = 0;       // without ECN's two bits
    bool tos_inherit = false;
    std::uint8_t ttl = 64;
    bool ttl_inherit = false;
    bool dont_fragment = true;
    bool checksum = false;     // of the outer GRE or UDP header
    bool group_policy = false; // of VXLAN
    bool sequence = false;     // of GRE: frames are numbered; ERSPAN's always are
    Erspan erspan;
    std::optional<std::uint32_t> mark; // egress_pkt_mark

    bool operator==(const Tunnel &) const = default;
};

std::optional<bvs_tunnel_type> parse_tunnel_type(std::string_view type); // as Interface.type has it
std::string_view to_string(bvs_tunnel_type type);

Result<Tunnel> settle_tunnel(bvs_tunnel_type type, const std::string &name,
                             const StringMap &options, Warnings &warnings);

// The name of a patch port's peer.
Result<std::string> settle_peer(const std::string &name, const StringMap &options);

// What is not the default, as `ovs-appctl dpif/show` lists it.
StringMap options_of(const Tunnel &tunnel);

} // namespace bvs::model
