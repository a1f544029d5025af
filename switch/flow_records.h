// SPDX-License-Identifier: Apache-2.0
//
// What the datapath has counted (maps/account.h) as the flows that collectors are told of
// (netflow/flow.h). Pure.
#pragma once

#include "maps/accounts.h"
#include "netflow/flow.h"

#include <cstdint>
#include <functional>
#include <optional>

namespace bvs::daemon {

// What is known of a port of the bridge beside its number.
struct FlowPort {
    std::uint32_t ifindex = 0; // 0: it has no netdev
    netflow::TunnelType tunnel = netflow::TunnelType::none;
    std::uint16_t tunnel_port = 0; // of UDP
};
// By the number of the bridge and OpenFlow's of the port.
using FlowPortOf = std::function<FlowPort(std::uint16_t bridge, std::uint32_t ofport)>;

inline std::uint16_t bridge_of(const bvs_account_key &key) {
    return static_cast<std::uint16_t>(key.transport >> 48);
}

// `output`: as bvs_account_tag has it; nothing: nobody knows.
netflow::FlowKey flow_key(const bvs_account_key &key, std::optional<std::uint16_t> output,
                          const FlowPortOf &port_of);

// From CLOCK_MONOTONIC's ns, which is the clock of all flows' times.
netflow::Time flow_time(std::uint64_t ns);
netflow::Traffic traffic_of(const bvs_account_counts &counts, std::uint64_t first,
                            std::uint64_t last, std::uint16_t tcp_flags);

netflow::Moment moment_now();

} // namespace bvs::daemon
