// SPDX-License-Identifier: Apache-2.0
#include "maps/trajectories.h"

#include "maps/store.h"

#include <algorithm>
#include <bpf/bpf.h>
#include <numeric>

namespace bvs::maps {

namespace {

constexpr std::size_t k_most_at_once = 8192; // to be forgotten, as that takes system calls

// BPF adds to the same words.
void add(__u64 &place, std::uint64_t value) {
    std::atomic_ref<__u64>(place).fetch_add(value, std::memory_order_relaxed);
}

} // namespace

Trajectories::Trajectories(PipelineMaps &maps, unsigned cpus, HeirOf heir_of)
    : maps_(maps), cpus_(cpus), heir_of_(std::move(heir_of)) {}

Result<> Trajectories::start() {
    if (cpus_ >= BVS_MAX_CPUS)
        return fail("{} CPUs are more than the {} that BVS has tallies for", cpus_,
                    BVS_MAX_CPUS - 1);
    std::vector<std::uint32_t> cpus(cpus_);
    std::iota(cpus.begin(), cpus.end(), 0);
    if (auto ok = maps_.cache.make(cpus); !ok)
        return ok;
    free_.resize(capacity());
    return capacity() ? Result<>() : add_chunk();
}

bvs_tally &Trajectories::tally(unsigned cpu, std::uint32_t place) const {
    return maps_.tallies[((cpu * BVS_TRAJECTORY_CHUNKS) << BVS_TRAJECTORY_SHIFT) + place];
}

// The tallies first: packets take a place as soon as `capacity` says that it is there.
Result<> Trajectories::add_chunk() {
    const auto chunk = maps_.trajectories.chunks().made();
    if (chunk == maps_.trajectories.chunks().most())
        return std::unexpected(Error{"all trajectories are in use", ENOSPC});
    std::vector<std::uint32_t> tallies;
    for (unsigned cpu = 0; cpu <= cpus_; ++cpu)
        tallies.push_back(cpu * BVS_TRAJECTORY_CHUNKS + chunk);
    if (auto ok = maps_.tallies.chunks().make(tallies); !ok)
        return ok;
    if (auto ok = maps_.trajectories.chunks().make({&chunk, 1}); !ok)
        return ok;
    auto &pool = maps_.trajectory_pool.at(0);
    if (!pool.next)
        pool.next = 1; // place 0 is nobody's
    free_.resize(maps_.trajectories.size());
    store(pool.capacity, maps_.trajectories.size());
    return {};
}

std::uint32_t Trajectories::used() const {
    const auto taken_once = std::min(load(maps_.trajectory_pool.at(0).next), capacity());
    return taken_once - static_cast<std::uint32_t>(std::ranges::count(free_, true));
}

void Trajectories::harvest() {
    const auto end = std::min(load(maps_.trajectory_pool.at(0).next), capacity());
    for (std::uint32_t place = 1; place < end; ++place)
        harvest(place);
}

void Trajectories::harvest(std::uint32_t place) {
    bvs_tally sum = {};
    for (unsigned cpu = 0; cpu < cpus_; ++cpu) {
        auto &one = tally(cpu, place);
        sum.packets += load(one.packets);
        sum.bytes += load(one.bytes);
        sum.used = std::max(sum.used, load(one.used));
    }
    auto &counted = tally(cpus_, place);
    const bvs_tally delta = {.packets = sum.packets - counted.packets,
                             .bytes = sum.bytes - counted.bytes,
                             .used = sum.used,
                             .reserved = 0};
    if (!delta.packets && !delta.bytes)
        return;
    free_[place] = false;
    counted.packets = sum.packets;
    counted.bytes = sum.bytes;
    credit(maps_.trajectories[place], delta);
}

void Trajectories::credit(std::uint32_t bridge, std::uint32_t rule, std::uint64_t packets,
                          std::uint64_t bytes, std::uint32_t tick) {
    auto &there = maps_.rules[rule];
    add(there.packets, packets);
    add(there.bytes, bytes);
    if (there.used < tick)
        store(there.used, tick);
    add(maps_.tables.at(bridge * BVS_TABLES + there.table).matched, packets);
}

void Trajectories::credit(const bvs_trajectory &trajectory, const bvs_tally &delta) {
    const auto visits = std::min<unsigned>(trajectory.visits, BVS_MOST_VISITS);
    for (unsigned i = 0; i < visits; ++i) {
        const auto visit = heir_of_(trajectory.visit[i]);
        const auto what = visit & ~BVS_VISIT_KIND;
        switch (visit & BVS_VISIT_KIND) {
        case BVS_VISIT_RULE:
            credit(trajectory.bridge, what, delta.packets, delta.bytes,
                   static_cast<std::uint32_t>(delta.used));
            break;
        case BVS_VISIT_MISS:
            add(maps_.tables.at(trajectory.bridge * BVS_TABLES + what).missed, delta.packets);
            break;
        case BVS_VISIT_GROUP:
            add(maps_.groups[what].packets, delta.packets);
            add(maps_.groups[what].bytes, delta.bytes);
            break;
        default: {
            auto &bucket = maps_.groups[what / BVS_GROUP_BUCKETS].bucket[what % BVS_GROUP_BUCKETS];
            add(bucket.packets, delta.packets);
            add(bucket.bytes, delta.bytes);
        }
        }
    }
}

void Trajectories::after_grace(std::uint32_t oldest) {
    harvest();
    free(std::exchange(uncached_, {}));
    if (!unfindable_.empty())
        clear_caches();
    uncached_ = std::exchange(unfindable_, {});
    if (!crowded())
        return;
    full_ = full_ || !add_chunk();
    if (full_ && uncached_.empty()) // else some are on their way out already
        unfindable_ = forget(unused_since(oldest));
}

std::uint32_t Trajectories::last_used(std::uint32_t place) const {
    __u64 used = 0;
    for (unsigned cpu = 0; cpu < cpus_; ++cpu)
        used = std::max(used, load(tally(cpu, place).used));
    return static_cast<std::uint32_t>(used);
}

Trajectories::Places Trajectories::unused_since(std::uint32_t oldest) const {
    Places unused;
    const auto end = std::min(load(maps_.trajectory_pool.at(0).next), capacity());
    for (std::uint32_t place = 1; place < end; ++place)
        if (!free_[place] && last_used(place) < oldest)
            unused.push_back(place);
    return unused;
}

// Those that packets can find are found no more; the others are free, or on their way to be.
Trajectories::Places Trajectories::forget(const Places &places) {
    Places forgotten;
    for (const auto place : places) {
        const auto identity = maps_.trajectories[place].identity;
        std::uint32_t found = 0;
        if (bpf_map_lookup_elem(maps_.interned_fd, &identity, &found) || found != place)
            continue;
        if (bpf_map_delete_elem(maps_.interned_fd, &identity) == 0)
            forgotten.push_back(place);
        if (forgotten.size() == k_most_at_once)
            break;
    }
    return forgotten;
}

// A packet may replace an entry at this moment; then its new entry is lost, and made again by the
// next one.
void Trajectories::clear_caches() {
    std::vector<bool> leaving(capacity());
    for (const auto place : unfindable_)
        leaving[place] = true;
    for (unsigned cpu = 0; cpu < cpus_; ++cpu) {
        auto *sets = reinterpret_cast<bvs_cache_set *>(maps_.cache.begin(cpu));
        for (unsigned i = 0; i < BVS_CACHE_SETS; ++i)
            for (auto &entry : sets[i].entry) {
                const auto place = load(entry.trajectory);
                if (place < leaving.size() && leaving[place])
                    store<__u64>(entry.hash, 0);
            }
    }
}

void Trajectories::free(const Places &places) {
    for (const auto place : places)
        if (bpf_map_update_elem(maps_.free_trajectories_fd, nullptr, &place, BPF_ANY) == 0)
            free_[place] = true;
}

} // namespace bvs::maps
