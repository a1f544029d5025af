// SPDX-License-Identifier: Apache-2.0
//
// From a rate to a bucket of time (maps/meter.h). Pure.
#pragma once

#include <cstdint>

namespace bvs::compile {

struct Bucket {
    std::uint64_t burst = 0;
    std::uint64_t price = 0;
};

// So many units a second, and so many at once; `parts` of what is paid for, bytes or packets, are
// one unit. The rate is not 0.
Bucket bucket_of(std::uint64_t rate, std::uint64_t burst, std::uint64_t parts);

constexpr std::uint64_t k_bytes_of_kilobit = 125;

} // namespace bvs::compile
