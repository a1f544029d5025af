// SPDX-License-Identifier: Apache-2.0
//
// General queries, which ask hosts for all the groups that they want: frames of IGMP v3 (RFC 3376,
// 4.1) and MLD v2 (RFC 3810, 5.1). Hosts of earlier versions understand them as their own.
#pragma once

#include "switch/model/ip_address.h"
#include "switch/protocol/bytes.h"

namespace bvs::protocol {

struct GroupQuery {
    model::Mac mac{};
    std::uint16_t vlan = 0;  // 0: without a tag
    model::IpAddress source; // makes it IGMP or MLD; 0.0.0.0 is ::ffff:0.0.0.0
    std::uint8_t robustness; // 2 to 7: of so many messages one may arrive
    std::chrono::seconds interval;
    Milliseconds max_response; // within which hosts answer
};

// Times that have no exact code are the next lower ones that have.
Bytes encode_general_query(const GroupQuery &query);

} // namespace bvs::protocol
