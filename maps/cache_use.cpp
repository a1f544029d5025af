// SPDX-License-Identifier: Apache-2.0
#include "maps/cache_use.h"

#include "maps/store.h"

#include <algorithm>

namespace bvs::maps {

bvs_tally &CacheUse::tally(unsigned cpu, std::uint32_t place) const {
    return maps_.tallies[((cpu * BVS_TRAJECTORY_CHUNKS) << BVS_TRAJECTORY_SHIFT) + place];
}

CacheCounts CacheUse::read() {
    const auto pool = maps_.trajectory_pool.get(0);
    const auto end = std::min(pool.next, pool.capacity);
    std::uint64_t followed = 0;
    CacheCounts counts;
    for (unsigned cpu = 0; cpu < cpus_ && end; ++cpu) {
        counts.misses += load(tally(cpu, 0).packets);
        counts.unkept += load(tally(cpu, 0).reserved);
        for (std::uint32_t place = 1; place < end; ++place)
            followed += load(tally(cpu, place).packets);
    }
    const auto found_out = counts.misses - std::min(counts.unkept, counts.misses);
    // Packets go on while this reads, and a counter does not go back.
    counts.hits = hits_ = std::max(hits_, followed - std::min(found_out, followed));
    return counts;
}

} // namespace bvs::maps
