// SPDX-License-Identifier: Apache-2.0
#include "maps/rule_index.h"

#include "maps/store.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <vector>

namespace bvs::maps {

namespace {

constexpr std::uint32_t k_half = BVS_BUCKET_CHUNKS / 2;
constexpr std::uint32_t k_chunk = 1U << BVS_BUCKET_SHIFT;
// A pair of buckets holds 16. With two keys a bucket on average it overflows once in a million.
constexpr std::uint32_t k_keys_a_bucket = 2;
constexpr unsigned k_tags_a_word = 4;

unsigned shift_of(unsigned way) {
    return way % k_tags_a_word * 16;
}

std::uint16_t tag_at(const bvs_rule_bucket &bucket, unsigned way) {
    return static_cast<std::uint16_t>(bucket.tags[way / k_tags_a_word] >> shift_of(way));
}

void store_tag(bvs_rule_bucket &bucket, unsigned way, std::uint16_t tag) {
    auto &word = bucket.tags[way / k_tags_a_word];
    store<__u64>(word, (word & ~(0xffffULL << shift_of(way))) | static_cast<__u64>(tag)
                                                                    << shift_of(way));
}

unsigned free_way(const bvs_rule_bucket &bucket) {
    unsigned way = 0;
    while (way < k_rule_ways && tag_at(bucket, way))
        ++way;
    return way;
}

} // namespace

RuleIndex::RuleIndex(PipelineMaps &maps, Grace grace) : maps_(maps), grace_(std::move(grace)) {}

Result<> RuleIndex::start(std::uint64_t seed) {
    const auto there = maps_.classifier.get(0);
    if (there.index) {
        seed_ = there.seed;
        live_ = {.first_chunk = static_cast<std::uint32_t>(there.index >> 32),
                 .buckets = static_cast<std::uint32_t>(there.index) + 1};
        for (std::uint32_t i = 0; i < live_.buckets; ++i)
            for (unsigned way = 0; way < k_rule_ways; ++way)
                keys_ += tag_at(maps_.buckets[live_.at(i)], way) != 0;
        return {};
    }
    const auto empty = make(0, k_chunk);
    if (!empty)
        return std::unexpected(empty.error());
    live_ = *empty;
    seed_ = seed;
    maps_.classifier.at(0).seed = seed;
    store<__u64>(maps_.classifier.at(0).index, live_.word());
    return {};
}

std::uint64_t RuleIndex::hash_of(const bvs_rule &rule) const {
    const auto &subtable = maps_.subtables.at(rule.subtable);
    bvs_flow flow = {};
    for (std::uint32_t i = 0; i < subtable.words; ++i)
        flow.word[subtable.word[i]] = i < BVS_RULE_WORDS
                                          ? rule.key[i]
                                          : maps_.long_keys[rule.long_key].key[i - BVS_RULE_WORDS];
    return bvs_rule_hash(&subtable, rule.subtable, &flow, seed_);
}

bool RuleIndex::same_key(const bvs_rule &one, const bvs_rule &other) const {
    if (one.subtable != other.subtable || std::memcmp(one.key, other.key, sizeof one.key) != 0)
        return false;
    return !one.long_key ||
           std::memcmp(maps_.long_keys[one.long_key].key, maps_.long_keys[other.long_key].key,
                       sizeof(bvs_long_key::key)) == 0;
}

RuleIndex::Slot RuleIndex::find_in(std::uint32_t bucket, std::uint16_t tag,
                                   const bvs_rule &rule) const {
    const auto &there = maps_.buckets[bucket];
    for (unsigned way = 0; way < k_rule_ways; ++way)
        if (tag_at(there, way) == tag && same_key(maps_.rules[there.rule[way]], rule))
            return {.bucket = bucket, .way = way};
    return {};
}

RuleIndex::Slot RuleIndex::find(std::uint64_t hash, const bvs_rule &rule) const {
    const auto home = live_.at(bvs_rule_bucket_of(hash));
    const auto tag = bvs_rule_tag(hash);
    const auto slot = find_in(home, tag, rule);
    return slot || !maps_.buckets[home].overflowed ? slot : find_in(home ^ 1, tag, rule);
}

Result<> RuleIndex::insert(std::uint32_t rule) {
    const auto hash = hash_of(maps_.rules[rule]);
    if (const auto slot = find(hash, maps_.rules[rule])) {
        link(maps_.buckets[slot.bucket].rule[slot.way], rule);
        return {};
    }
    maps_.rules[rule].next = 0;
    if (keys_ >= live_.buckets * k_keys_a_bucket) {
        // Room is made before it is needed; without memory for it there may still be some.
        if (const auto ok = grow(); !ok && ok.error().code != ENOSPC && ok.error().code != ENOMEM)
            return ok;
    }
    while (!put(live_, hash, rule))
        if (auto ok = grow(); !ok)
            return ok;
    ++keys_;
    return {};
}

// Newest first among equals, of which a packet sees at most one.
void RuleIndex::link(std::uint32_t &head, std::uint32_t rule) {
    auto &added = maps_.rules[rule];
    auto *place = &head;
    while (*place && maps_.rules[*place].priority > added.priority)
        place = &maps_.rules[*place].next;
    added.next = *place;
    store(*place, rule);
}

bool RuleIndex::put(const Part &part, std::uint64_t hash, std::uint32_t rule) {
    const auto place = part.at(bvs_rule_bucket_of(hash));
    auto &home = maps_.buckets[place];
    add_to_filter(place, bvs_rule_tag(hash));
    if (const auto way = free_way(home); way < k_rule_ways) {
        fill(home, way, bvs_rule_tag(hash), rule);
        return true;
    }
    auto &neighbour = maps_.buckets[place ^ 1];
    const auto way = free_way(neighbour);
    if (way == k_rule_ways)
        return false;
    store(home.overflowed, home.overflowed + 1);
    fill(neighbour, way, bvs_rule_tag(hash), rule);
    return true;
}

void RuleIndex::add_to_filter(std::uint32_t home, std::uint16_t tag) {
    auto &word = maps_.rule_filters.at(bvs_filter_word(home));
    store<__u64>(word, word | bvs_filter_bit(home, tag));
}

// Of the rules in a bucket whose own one is `home`.
std::uint64_t RuleIndex::filter_bits(std::uint32_t bucket, std::uint32_t home) const {
    std::uint64_t bits = 0;
    const auto &there = maps_.buckets[bucket];
    for (unsigned way = 0; way < k_rule_ways; ++way) {
        if (!tag_at(there, way))
            continue;
        if (live_.at(bvs_rule_bucket_of(hash_of(maps_.rules[there.rule[way]]))) == home)
            bits |= bvs_filter_bit(home, tag_at(there, way));
    }
    return bits;
}

void RuleIndex::renew_filter(std::uint32_t home) {
    constexpr std::uint64_t k_all = 0xffff;
    auto &word = maps_.rule_filters.at(bvs_filter_word(home));
    const auto others = word & ~(k_all << (home & 3) * 16);
    store<__u64>(word, others | filter_bits(home, home) | filter_bits(home ^ 1, home));
}

void RuleIndex::fill(bvs_rule_bucket &bucket, unsigned way, std::uint16_t tag, std::uint32_t rule) {
    store(bucket.rule[way], rule);
    store_tag(bucket, way, tag);
}

void RuleIndex::remove(std::uint32_t rule) {
    const auto &gone = maps_.rules[rule];
    const auto hash = hash_of(gone);
    const auto slot = find(hash, gone);
    if (!slot)
        return;
    auto *place = &maps_.buckets[slot.bucket].rule[slot.way];
    if (*place == rule && !gone.next)
        return clear(slot, hash);
    while (*place && *place != rule)
        place = &maps_.rules[*place].next;
    if (*place)
        store(*place, gone.next);
}

void RuleIndex::clear(Slot slot, std::uint64_t hash) {
    auto &bucket = maps_.buckets[slot.bucket];
    store_tag(bucket, slot.way, 0);
    store(bucket.rule[slot.way], 0U);
    const auto home = live_.at(bvs_rule_bucket_of(hash));
    if (slot.bucket != home)
        store(maps_.buckets[home].overflowed, maps_.buckets[home].overflowed - 1);
    renew_filter(home);
    --keys_;
}

Result<RuleIndex::Part> RuleIndex::make(std::uint32_t first_chunk, std::uint32_t buckets) {
    const Part part = {.first_chunk = first_chunk, .buckets = buckets};
    std::vector<std::uint32_t> chunks(buckets / k_chunk);
    std::iota(chunks.begin(), chunks.end(), first_chunk);
    const bool used_before = maps_.buckets.chunks().has(first_chunk);
    if (auto ok = maps_.buckets.chunks().make(chunks); !ok)
        return std::unexpected(ok.error());
    if (used_before)
        grace_(); // for packets that may be reading here since before the last growth
    for (const auto chunk : chunks)
        std::memset(maps_.buckets.chunks().begin(chunk), 0, k_chunk * sizeof(bvs_rule_bucket));
    std::memset(&maps_.rule_filters.at(bvs_filter_word(part.at(0))), 0,
                buckets / 4 * sizeof(__u64));
    return part;
}

bool RuleIndex::copy_into(const Part &part) {
    for (std::uint32_t i = 0; i < live_.buckets; ++i)
        for (const auto head : maps_.buckets[live_.at(i)].rule)
            if (head && !put(part, hash_of(maps_.rules[head]), head))
                return false;
    return true;
}

Result<> RuleIndex::grow() {
    const auto other_half = live_.first_chunk < k_half ? k_half : 0;
    for (auto buckets = live_.buckets * 2; buckets <= k_half * k_chunk; buckets *= 2) {
        const auto part = make(other_half, buckets);
        if (!part)
            return std::unexpected(part.error());
        if (!copy_into(*part))
            continue;
        live_ = *part;
        store<__u64>(maps_.classifier.at(0).index, live_.word());
        return {};
    }
    return std::unexpected(
        Error{fmt::format("the index of rules is full with {} keys", keys_), ENOSPC});
}

} // namespace bvs::maps
