// SPDX-License-Identifier: Apache-2.0
//
// What frames tell a switch about multicast groups: IGMP v1 (RFC 1112), v2 (RFC 2236) and v3 (RFC
// 3376), MLD v1 (RFC 2710) and v2 (RFC 3810), and the hellos of PIM routers (RFC 7761, 4.9.2).
//
// Read are only messages that are beyond doubt: lengths and checksums right, no fragments, sent
// with a TTL or hop limit of 1, which no router lets through. A router alert is asked of queries of
// IGMP v2 and v3 and of all MLD. Other messages are errors that say what is wrong.
//
// Sources are not followed: who wants a group from some senders gets it from all.
#pragma once

#include "base/result.h"
#include "switch/model/ip_address.h"
#include "switch/protocol/bytes.h"

#include <vector>

namespace bvs::protocol {

struct GroupChange {
    model::IpAddress group;
    bool joins = false; // or leaves

    bool operator==(const GroupChange &) const = default;
};

struct GroupMessage {
    enum class Kind { query, report, router };

    Kind kind = Kind::report;
    model::IpAddress source;          // 0.0.0.0 is ::ffff:0.0.0.0
    std::vector<GroupChange> changes; // of a report
    model::IpAddress group;           // that a query asks for; none: all
    Milliseconds max_response{0};     // of a query

    bool operator==(const GroupMessage &) const = default;
};

// The frame may have VLAN tags; it is the caller who knows which VLAN it is in.
Result<GroupMessage> decode_group_message(ByteSpan frame);

bool is_link_local(const model::IpAddress &address); // fe80::/10: MLD is spoken from there

// 224.0.0.0/24 and ff02::1 are for everybody on the link, and nobody reports them.
bool is_link_local_group(const model::IpAddress &group);

} // namespace bvs::protocol
