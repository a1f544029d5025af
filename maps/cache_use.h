// SPDX-License-Identifier: Apache-2.0
//
// How the caches of all CPUs do. A trajectory's tallies count its packets, those that had to find
// it out included; the tallies of place 0, which is no trajectory's, count the runs of the tables:
// `packets` all of them and `reserved` those that no trajectory was kept for (bpf/trajectory.h).
#pragma once

#include "maps/pipeline_maps.h"

#include <cstdint>

namespace bvs::maps {

// Packets of bridges that use their tables, since the maps were made.
struct CacheCounts {
    std::uint64_t hits = 0;   // the cache knew their trajectory
    std::uint64_t misses = 0; // the tables were run for them
    std::uint64_t unkept = 0; // of the misses: there was no room for their trajectory
};

class CacheUse {
  public:
    CacheUse(const PipelineMaps &maps, unsigned cpus) : maps_(maps), cpus_(cpus) {}

    CacheCounts read(); // never less than the last time

  private:
    bvs_tally &tally(unsigned cpu, std::uint32_t place) const;

    const PipelineMaps &maps_;
    unsigned cpus_;
    std::uint64_t hits_ = 0;
};

} // namespace bvs::maps
