// SPDX-License-Identifier: Apache-2.0
#include "switch/compile/policer.h"

#include "switch/compile/bucket.h"

namespace bvs::compile {

namespace {

bvs_rate rate_of(const model::Limit &limit, std::uint64_t parts) {
    if (!limit.rate)
        return {};
    const auto bucket = bucket_of(limit.rate, limit.burst, parts);
    return {.paid = 0, .burst = bucket.burst, .price = bucket.price};
}

// Longer than two ticks of the slowest kernels (CONFIG_HZ=100), or no bucket at all.
bool holds_ticks(const bvs_rate &rate) {
    constexpr std::uint64_t k_two_ticks = 20'000'000ULL << BVS_METER_CLOCK_SHIFT;
    return !rate.price || rate.burst > k_two_ticks;
}

} // namespace

bvs_policer compile_policer(const model::Policing &policing) {
    constexpr std::uint64_t k_packets_of_kilopacket = 1000;
    bvs_policer policer = {.bytes = rate_of(policing.kilobits, k_bytes_of_kilobit),
                           .packets = rate_of(policing.kilopackets, k_packets_of_kilopacket),
                           .coarse = 0,
                           .reserved = {}};
    policer.coarse = holds_ticks(policer.bytes) && holds_ticks(policer.packets);
    return policer;
}

} // namespace bvs::compile
