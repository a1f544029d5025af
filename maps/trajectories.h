// SPDX-License-Identifier: Apache-2.0
//
// The daemon's side of trajectories: counting what packets did, and taking back those that nobody
// uses.
//
// A packet is counted once, by its CPU, at its trajectory. harvest() adds what was counted since
// the last time to the rules, groups, buckets and tables that the trajectory visited. How far it
// came is in a tally of its own, beside those of the CPUs, so that a later daemon goes on there.
//
// To be used again a trajectory is taken out of reach in steps with a grace period between them:
// out of `trajectories`, so that no packet finds it anew; out of all caches, where no packet can
// enter it any more; then counted for the last time and given to `free_trajectories`.
#pragma once

#include "base/result.h"
#include "maps/pipeline_maps.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace bvs::maps {

class Trajectories {
  public:
    // Who is counted instead of what was visited: itself, or what it was replaced by.
    using HeirOf = std::function<std::uint32_t(std::uint32_t visit)>;

    Trajectories(PipelineMaps &maps, unsigned cpus, HeirOf heir_of);

    // Room for trajectories, and every CPU's cache.
    Result<> start();

    void harvest();
    // Packets counted elsewhere.
    void credit(std::uint32_t bridge, std::uint32_t rule, std::uint64_t packets,
                std::uint64_t bytes, std::uint32_t tick);

    // A grace period has passed since the last call. If the room gets short there will be more, or
    // else those not used since `oldest` (ticks) are on their way. Harvests.
    void after_grace(std::uint32_t oldest);
    bool crowded() const { return used() + capacity() / 4 >= capacity(); }
    // Would another call do something, without packets having come meanwhile?
    bool settled() const {
        return unfindable_.empty() && uncached_.empty() && (full_ || !crowded());
    }

    std::uint32_t used() const; // places that are not free
    std::uint32_t capacity() const { return maps_.trajectory_pool.at(0).capacity; }

  private:
    using Places = std::vector<std::uint32_t>;
    bvs_tally &tally(unsigned cpu, std::uint32_t place) const;
    std::uint32_t last_used(std::uint32_t place) const;
    Result<> add_chunk();
    void harvest(std::uint32_t place);
    void credit(const bvs_trajectory &trajectory, const bvs_tally &delta);
    Places unused_since(std::uint32_t oldest) const;
    Places forget(const Places &places);
    void clear_caches();
    void free(const Places &places);

    PipelineMaps &maps_;
    unsigned cpus_;
    HeirOf heir_of_;
    bool full_ = false;      // there cannot be more
    std::vector<bool> free_; // by place: given back, and no packet counted there since
    Places unfindable_;      // packets may still have them at hand, or enter them in a cache
    Places uncached_;        // packets may still have them at hand
};

} // namespace bvs::maps
