// SPDX-License-Identifier: Apache-2.0
//
// The datapath's cache and trajectories, as they are at a moment. An entry is valid if it was made
// or looked at since the latest change of its bridge; the mask that it is read with is then the one
// that it was made with.
#pragma once

#include "maps/pipeline_maps.h"
#include "switch/model/match.h"

#include <chrono>
#include <cstdint>
#include <vector>

namespace bvs::daemon {

struct CachedFlow {
    unsigned cpu = 0;
    std::uint16_t bridge = 0;
    std::uint32_t trajectory = 0;
    bool valid = false;
    model::FlowWords words; // of valid ones
};

struct UsedTrajectory {
    std::uint32_t place = 0;
    bvs_trajectory trajectory{};
    std::uint64_t packets = 0;
    std::uint64_t bytes = 0;
    std::uint32_t used = 0;    // tick
    std::size_t entries = 0;   // valid ones in caches
    model::FlowWords covers{}; // the bits in which all of them agree
};

struct CacheCount {
    std::uint64_t valid = 0;
    std::uint64_t stale = 0;
};

// Entries by number of the bridge, of all CPUs.
std::vector<CacheCount> count_cache_entries(const maps::PipelineMaps &maps, unsigned cpus);

unsigned possible_cpus();

class CacheView {
  public:
    CacheView(const maps::PipelineMaps &maps, unsigned cpus); // reads all of it

    const std::vector<CachedFlow> &flows() const { return flows_; }
    const std::vector<UsedTrajectory> &trajectories() const { return trajectories_; } // by place

  private:
    void read_cache(const maps::PipelineMaps &maps, unsigned cpu);
    void read_trajectories(const maps::PipelineMaps &maps, unsigned cpus);
    void sum_up();

    std::vector<CachedFlow> flows_;
    std::vector<UsedTrajectory> trajectories_;
};

} // namespace bvs::daemon
