// SPDX-License-Identifier: Apache-2.0
//
// The ports' counters, summed over CPUs. Each CPU's part is written by BPF alone and only ever
// grows, so a sum is never less than an earlier one; a port number that is given to another port is
// cleared first.
#pragma once

#include "base/result.h"
#include "maps/abi.h"

#include <cstdint>
#include <vector>

namespace bvs::maps {

class PortCounters {
  public:
    // Borrows the descriptor.
    static Result<PortCounters> open(int map_fd);

    Result<bvs_port_counters> get(std::uint32_t port) const;
    Result<> clear(std::uint32_t port);

  private:
    PortCounters(int fd, int cpus) : fd_(fd), cpus_(cpus) {}
    int fd_;
    int cpus_; // possible ones, as the kernel lays the values out
};

} // namespace bvs::maps
