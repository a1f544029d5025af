// SPDX-License-Identifier: Apache-2.0
//
// LACP as the columns of Port and Interface ask for it, with ovs-vswitchd's defaults. Values only.
#pragma once

#include "switch/protocol/lacp.h"

namespace bvs::protocol {

// What the row of a port says.
struct LacpRequest {
    std::string port;
    std::string lacp;              // the column: active, passive, off or empty
    model::StringMap other_config; // lacp-system-id, lacp-system-priority, lacp-time, ...
    std::size_t interfaces = 1;
    model::Mac bridge_mac{};
};

// Nothing if the port is not to speak LACP.
std::optional<LacpSettings> settle(const LacpRequest &request, model::Warnings &warnings);

// `ofport` is the member's number if its other_config names none.
LacpMemberSettings settle_lacp_member(const std::string &interface, const model::Mac &mac,
                                      std::uint32_t ofport, const model::StringMap &other_config,
                                      model::Warnings &warnings);

} // namespace bvs::protocol
