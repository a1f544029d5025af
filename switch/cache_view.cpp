// SPDX-License-Identifier: Apache-2.0
#include "switch/cache_view.h"

#include <algorithm>
#include <bpf/bpf.h>
#include <span>
#include <unistd.h>

namespace bvs::daemon {

namespace {

// As the masks of the bridge and the kind of packet name the key's words.
model::FlowWords words_of(const maps::PipelineMaps &maps, const bvs_cache_entry &entry) {
    const auto bridge = entry.bridge_kind >> 8, kind = entry.bridge_kind & 0xff;
    const auto mask = maps.cache_masks.get(bridge * BVS_KINDS + kind);
    model::FlowWords words;
    for (std::uint32_t i = 0; i < std::min<std::uint32_t>(mask.words, BVS_CACHE_WORDS); ++i) {
        words.mask[mask.word[i]] |= mask.mask[i];
        words.value[mask.word[i]] |= entry.key[i] & mask.mask[i];
    }
    return words;
}

void keep_common(model::FlowWords &common, const model::FlowWords &other) {
    for (std::size_t i = 0; i < BVS_FLOW_WORDS; ++i) {
        common.mask[i] &= other.mask[i] & ~(common.value[i] ^ other.value[i]);
        common.value[i] &= common.mask[i];
    }
}

// visit(entry, bridge, whether it is known to hold)
template <class Visit>
void for_each_entry(const maps::PipelineMaps &maps, unsigned cpu, Visit visit) {
    const auto *sets = reinterpret_cast<const bvs_cache_set *>(maps.cache.begin(cpu));
    for (const auto &set : std::span(sets, BVS_CACHE_SETS))
        for (const auto &there : set.entry) {
            const auto entry = there; // BPF may be writing it
            const auto bridge = entry.bridge_kind >> 8;
            if (entry.hash && bridge < BVS_MAX_BRIDGES)
                visit(entry, static_cast<std::uint16_t>(bridge),
                      entry.generation == maps.pipelines.get(bridge).generation);
        }
}

} // namespace

std::vector<CacheCount> count_cache_entries(const maps::PipelineMaps &maps, unsigned cpus) {
    std::vector<CacheCount> counts(BVS_MAX_BRIDGES);
    for (unsigned cpu = 0; cpu < cpus; ++cpu)
        if (maps.cache.has(cpu))
            for_each_entry(maps, cpu,
                           [&](const bvs_cache_entry &, std::uint16_t bridge, bool valid) {
                               ++(valid ? counts[bridge].valid : counts[bridge].stale);
                           });
    return counts;
}

unsigned possible_cpus() {
    return static_cast<unsigned>(::sysconf(_SC_NPROCESSORS_CONF));
}

CacheView::CacheView(const maps::PipelineMaps &maps, unsigned cpus) {
    for (unsigned cpu = 0; cpu < cpus; ++cpu)
        if (maps.cache.has(cpu))
            read_cache(maps, cpu);
    read_trajectories(maps, cpus);
    sum_up();
}

void CacheView::read_cache(const maps::PipelineMaps &maps, unsigned cpu) {
    for_each_entry(maps, cpu, [&](const bvs_cache_entry &entry, std::uint16_t bridge, bool valid) {
        flows_.push_back({.cpu = cpu,
                          .bridge = bridge,
                          .trajectory = entry.trajectory,
                          .valid = valid,
                          .words = valid ? words_of(maps, entry) : model::FlowWords()});
    });
}

void CacheView::read_trajectories(const maps::PipelineMaps &maps, unsigned cpus) {
    bvs_identity identity = {};
    const bvs_identity *last = nullptr;
    const auto end = maps.trajectory_pool.get(0).capacity;
    while (!bpf_map_get_next_key(maps.interned_fd, last, &identity)) {
        last = &identity;
        std::uint32_t place = 0;
        if (bpf_map_lookup_elem(maps.interned_fd, &identity, &place) || !place || place >= end)
            continue;
        UsedTrajectory found{.place = place, .trajectory = maps.trajectories[place]};
        for (unsigned cpu = 0; cpu < cpus; ++cpu) {
            const auto tally =
                maps.tallies[(cpu * BVS_TRAJECTORY_CHUNKS << BVS_TRAJECTORY_SHIFT) + place];
            found.packets += tally.packets;
            found.bytes += tally.bytes;
            found.used = std::max(found.used, static_cast<std::uint32_t>(tally.used));
        }
        trajectories_.push_back(found);
    }
    std::ranges::sort(trajectories_, {}, &UsedTrajectory::place);
}

void CacheView::sum_up() {
    for (const auto &flow : flows_) {
        const auto place =
            std::ranges::lower_bound(trajectories_, flow.trajectory, {}, &UsedTrajectory::place);
        if (!flow.valid || place == trajectories_.end() || place->place != flow.trajectory)
            continue;
        if (place->entries++)
            keep_common(place->covers, flow.words);
        else
            place->covers = flow.words;
    }
}

} // namespace bvs::daemon
