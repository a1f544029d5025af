// SPDX-License-Identifier: Apache-2.0
//
// What services of a bridge add to a packet (docs/services.md): BPF_PROG_TEST_RUN of the tc program
// on a small switch, with each service on and with none. CPU time of the thread.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>

namespace bvs::bench {

struct ServiceCostOptions {
    std::uint32_t rounds = 9; // in each, every case once
    std::uint32_t packets = 400'000;
};

// JSON: for each case a list, ns a packet in each round.
//   plain             to a known address, one flow
//   idle              the same where a mirror and a policer are at other ports of the bridge
//   policed           within a rate that is never used up
//   accounted         counted under its flow, which is UDP over IPv4
//   mirrored          with a mirror's copy
//   flood_1, flood_2  an unknown address, to one port and to two: one more clone
Result<std::string> service_cost(const ServiceCostOptions &options);

} // namespace bvs::bench
