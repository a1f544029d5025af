// SPDX-License-Identifier: Apache-2.0
//
// Which port a netdev is: the table that BPF asks first for every packet. The daemon alone writes;
// each change is one store of one slot.
#pragma once

#include "base/result.h"
#include "maps/abi.h"
#include "maps/array.h"

#include <cstdint>

namespace bvs::maps {

class PortIndex {
  public:
    explicit PortIndex(Array<bvs_port_bucket> &table) : table_(table) {}

    std::uint32_t find(std::uint32_t ifindex) const; // 0: none

    // An error if eight other ports' ifindexes share the bucket.
    Result<> set(std::uint32_t ifindex, std::uint32_t port);
    void remove(std::uint32_t ifindex);

  private:
    Array<bvs_port_bucket> &table_;
};

} // namespace bvs::maps
