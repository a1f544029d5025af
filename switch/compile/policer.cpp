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

} // namespace

bvs_policer compile_policer(const model::Policing &policing) {
    constexpr std::uint64_t k_packets_of_kilopacket = 1000;
    return {.bytes = rate_of(policing.kilobits, k_bytes_of_kilobit),
            .packets = rate_of(policing.kilopackets, k_packets_of_kilopacket),
            .reserved = {}};
}

} // namespace bvs::compile
