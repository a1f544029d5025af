// SPDX-License-Identifier: Apache-2.0
//
// What a bond's buckets have carried, in bytes, summed over CPUs. Each CPU's part only ever grows,
// whoever has the bond's place.
#pragma once

#include "base/result.h"
#include "maps/abi.h"
#include "maps/bond.h"

#include <array>
#include <cstdint>

namespace bvs::maps {

class BondBytes {
  public:
    using Buckets = std::array<std::uint64_t, BVS_BOND_BUCKETS>;

    static Result<BondBytes> open(int map_fd); // borrows the descriptor

    Buckets get(std::uint32_t place) const; // zero where it cannot be read

  private:
    BondBytes(int fd, int cpus) : fd_(fd), cpus_(cpus) {}
    int fd_;
    int cpus_; // possible ones, as the kernel lays the values out
};

} // namespace bvs::maps
