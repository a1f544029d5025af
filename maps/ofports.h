// SPDX-License-Identifier: Apache-2.0
//
// Which port of the datapath an OpenFlow port number of a bridge is: what rules that send to a
// number mean. A handle of the map, whose descriptor stays the giver's. What was decided before a
// change is not void by it; that is the caller's (Voids of pipeline_writer.h).
#pragma once

#include "base/result.h"

#include <cstdint>
#include <optional>

namespace bvs::maps {

class OfPorts {
  public:
    explicit OfPorts(int map_fd) : fd_(map_fd) {}

    Result<> set(std::uint16_t bridge, std::uint32_t ofport, std::uint32_t port);
    void remove(std::uint16_t bridge, std::uint32_t ofport);
    void clear(std::uint16_t bridge);
    std::optional<std::uint32_t> find(std::uint16_t bridge, std::uint32_t ofport) const;

  private:
    int fd_;
};

} // namespace bvs::maps
