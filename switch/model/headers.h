// SPDX-License-Identifier: Apache-2.0
//
// Which headers a packet must have, as far as a match, and what was done to the packet since, says.
// A field may be matched or set only if its header is known to be there: OpenFlow 1.5.1, table 15.
#pragma once

#include "switch/model/match.h"

#include <cstdint>
#include <optional>

namespace bvs::model {

struct KnownHeaders {
    bool in_port = false;
    unsigned tags = 0;                     // of VLANs, at least
    std::optional<std::uint16_t> eth_type; // behind all VLAN tags
    std::optional<std::uint8_t> ip_proto;
    std::optional<std::uint8_t> icmpv6_type;
    bool icmpv6_code = false;    // one that neighbour discovery does not have
    bool later_fragment = false; // which has no transport header

    bool mpls() const { return eth_type == 0x8847 || eth_type == 0x8848; }
    bool pbb() const { return eth_type == 0x88e7; }
    bool ip() const { return eth_type == 0x0800 || eth_type == 0x86dd; }
    bool transport(std::uint8_t protocol) const {
        return ip() && ip_proto == protocol && !later_fragment;
    }
    bool have(Needs needs) const;

    // Another payload begins behind the Ethernet header.
    void become(std::optional<std::uint16_t> type);
};

KnownHeaders headers_of(const Match &match);

} // namespace bvs::model
