// SPDX-License-Identifier: Apache-2.0
//
// How much may come in at a port: ingress_policing_rate, in kilobits a second, and
// ingress_policing_kpkts_rate, in thousands of packets a second (ovs-vswitchd.conf.db(5)).
#pragma once

#include <cstdint>
#include <optional>

namespace bvs::model {

struct Limit {
    std::uint64_t rate = 0; // a second; 0: none
    std::uint64_t burst = 0;

    bool operator==(const Limit &) const = default;
};

struct Policing {
    Limit kilobits;
    Limit kilopackets;

    bool any() const { return kilobits.rate || kilopackets.rate; }
    bool operator==(const Policing &) const = default;
};

// What the row says, as it is.
struct PolicingRequest {
    std::optional<std::int64_t> rate, burst;
    std::optional<std::int64_t> kpkts_rate, kpkts_burst;
};

Policing settle(const PolicingRequest &request);

} // namespace bvs::model
