// SPDX-License-Identifier: Apache-2.0
#include "maps/groups.h"

#include "maps/store.h"

#include <algorithm>

namespace bvs::maps {

namespace {

constexpr std::uint64_t k_forever = ~0ULL;

// BPF may add at the same moment.
template <class Counted>
void move_counters(Counted &from, Counted &to) {
    std::atomic_ref(to.packets).fetch_add(std::atomic_ref(from.packets).exchange(0));
    std::atomic_ref(to.bytes).fetch_add(std::atomic_ref(from.bytes).exchange(0));
}

template <class Counted>
Counters read_counters(Counted &counted) {
    return {.packets = load(counted.packets), .bytes = load(counted.bytes)};
}

} // namespace

// All that can fail, in turn; whoever calls gives back what there is then.
Result<> Groups::fill(bvs_group &made, const NewGroup &group) {
    for (const auto &code : group.code) {
        const auto place = programs_.write(code);
        if (!place)
            return std::unexpected(place.error());
        auto &bucket = made.bucket[made.buckets];
        bucket = group.group.bucket[made.buckets++];
        bucket.code = *place;
        bucket.packets = bucket.bytes = 0;
    }
    const auto record = records_.put(group.record);
    if (!record)
        return std::unexpected(record.error());
    made.record = *record;
    return {};
}

Result<std::uint32_t> Groups::add(std::uint16_t bridge, std::uint64_t generation,
                                  const NewGroup &group) {
    const auto place = places_.take();
    if (!place)
        return place;
    auto &made = groups_[*place];
    made = {};
    made.type = group.group.type;
    made.hash_basis = group.group.hash_basis;
    made.hash_words = group.group.hash_words;
    std::ranges::copy(group.group.hash_word, made.hash_word);
    std::ranges::copy(group.group.hash_mask, made.hash_mask);
    if (const auto ok = fill(made, group); !ok) {
        free(*place);
        return std::unexpected(ok.error());
    }
    made.added = generation;
    made.removed = k_forever;
    store<__u32>(made.bridge, bridge);
    added_.push_back(*place);
    return place;
}

Result<std::uint32_t> Groups::replace(std::uint32_t old, std::uint64_t generation,
                                      const NewGroup &group, CountsOn counts_on) {
    const auto place = add(static_cast<std::uint16_t>(groups_[old].bridge), generation, group);
    if (!place)
        return place;
    remove(old, generation);
    heirs_[old] = {.group = *place, .counts_on = std::move(counts_on)};
    return place;
}

void Groups::remove(std::uint32_t place, std::uint64_t generation) {
    store<__u64>(groups_[place].removed, generation);
    removed_.push_back(place);
}

void Groups::commit() {
    for (const auto place : removed_)
        inherit(place);
    leaving_.insert(leaving_.end(), removed_.begin(), removed_.end());
    removed_.clear();
    added_.clear();
}

// What was added no packet has ever come to: no rule that names it was visible.
void Groups::abort() {
    for (const auto place : removed_) {
        store<__u64>(groups_[place].removed, k_forever);
        heirs_.erase(place);
    }
    for (const auto place : added_)
        free(place);
    removed_.clear();
    added_.clear();
}

void Groups::reclaim() {
    for (const auto place : std::exchange(leaving_, {})) {
        inherit(place);
        heirs_.erase(place);
        free(place);
    }
}

void Groups::free(std::uint32_t place) {
    auto &group = groups_[place];
    store<__u32>(group.bridge, 0);
    for (std::uint32_t i = 0; i < group.buckets; ++i)
        programs_.give_back(group.bucket[i].code);
    records_.give_back(group.record);
    group = {};
    places_.give_back(place);
}

std::uint32_t Groups::heir_of(std::uint32_t visit) const {
    const bool is_bucket = (visit & BVS_VISIT_KIND) == BVS_VISIT_BUCKET;
    const auto what = visit & ~BVS_VISIT_KIND;
    auto place = is_bucket ? what / BVS_GROUP_BUCKETS : what;
    auto bucket = what % BVS_GROUP_BUCKETS;
    for (auto heir = heirs_.find(place); heir != heirs_.end(); heir = heirs_.find(place)) {
        if (is_bucket) {
            const auto &counts_on = heir->second.counts_on;
            const auto found = std::ranges::find(counts_on, std::optional(bucket));
            if (found == counts_on.end())
                break;
            bucket = static_cast<std::uint32_t>(found - counts_on.begin());
        }
        place = heir->second.group;
    }
    return is_bucket ? BVS_VISIT_BUCKET | (place * BVS_GROUP_BUCKETS + bucket)
                     : BVS_VISIT_GROUP | place;
}

void Groups::inherit(std::uint32_t from) {
    if (!heirs_.contains(from))
        return;
    auto &old = groups_[from];
    const auto heir = heir_of(BVS_VISIT_GROUP | from) & ~BVS_VISIT_KIND;
    move_counters(old, groups_[heir]);
    for (std::uint32_t i = 0; i < old.buckets; ++i) {
        const auto bucket =
            heir_of(BVS_VISIT_BUCKET | (from * BVS_GROUP_BUCKETS + i)) & ~BVS_VISIT_KIND;
        if (bucket / BVS_GROUP_BUCKETS != from)
            move_counters(old.bucket[i],
                          groups_[bucket / BVS_GROUP_BUCKETS].bucket[bucket % BVS_GROUP_BUCKETS]);
    }
}

GroupCounters Groups::counters(std::uint32_t place) const {
    auto &group = groups_[place];
    GroupCounters found = {.group = read_counters(group), .buckets = {}};
    for (std::uint32_t i = 0; i < group.buckets; ++i)
        found.buckets.push_back(read_counters(group.bucket[i]));
    return found;
}

void Groups::adopt(const Array<bvs_pipeline> &pipelines, std::set<std::uint32_t> &programs,
                   std::set<std::uint32_t> &records) {
    for (std::uint32_t place = 1; place < groups_.size(); ++place) {
        auto &group = groups_[place];
        const auto now = pipelines.at(group.bridge).generation;
        if (!group.bridge || group.added > now) {
            group = {};
            continue;
        }
        if (group.removed <= now)
            leaving_.push_back(place);
        else
            group.removed = k_forever;
        for (std::uint32_t i = 0; i < group.buckets; ++i)
            programs.insert(group.bucket[i].code);
        if (group.record)
            records.insert(group.record);
    }
    places_.adopt([this](std::uint32_t place) { return groups_[place].bridge != 0; });
}

} // namespace bvs::maps
