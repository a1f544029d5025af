// SPDX-License-Identifier: Apache-2.0
//
// Which ports a bridge floods to: a list linked through the ports' entries in the maps, new ports
// at its head. Coming costs two stores, going one, however long the list is. A flood under way
// reads on from where it is, so a port that left keeps its `next` until its number is used again.
#pragma once

#include "maps/maps.h"

#include <cstdint>
#include <vector>

namespace bvs::daemon {

class FloodLists {
  public:
    explicit FloodLists(maps::Maps &maps) : maps_(maps), previous_(BVS_MAX_PORTS) {}

    void link(std::uint32_t bridge, std::uint32_t port);
    void unlink(std::uint32_t bridge, std::uint32_t port);

    // The members as an earlier daemon has left them. Where the list leads to no port of the
    // bridge, it is ended.
    std::vector<std::uint32_t> restore(std::uint32_t bridge);

  private:
    void set_next(std::uint32_t bridge, std::uint32_t previous, std::uint32_t next);

    maps::Maps &maps_;
    std::vector<std::uint32_t> previous_; // of each port; 0: the bridge itself
};

} // namespace bvs::daemon
