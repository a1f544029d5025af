// SPDX-License-Identifier: Apache-2.0
//
// The writer of the index in which packets find rules: buckets of eight tags, and behind a tag the
// rules of one subtable with one key, chained by falling priority (maps/pipeline.h).
//
// Packets read at the same time. Each store leaves a structure in which everybody finds what was
// there and is to stay: a rule is whole before it is linked, its tag is written last but for its
// bit in the filter, which is there before it and goes after it, an entry
// never moves, and a rule taken out still leads to those behind it. Whoever takes it out waits for
// a grace period before its place is used again. The index grows by being written anew, twice as
// large, beside the old one, and one store.
#pragma once

#include "base/result.h"
#include "maps/grace.h"
#include "maps/pipeline_maps.h"

#include <cstdint>

namespace bvs::maps {

inline constexpr unsigned k_rule_ways = sizeof(bvs_rule_bucket::rule) / sizeof(std::uint32_t);

class RuleIndex {
  public:
    RuleIndex(PipelineMaps &maps, Grace grace);

    // Makes an empty index, or takes over the one that is there.
    Result<> start(std::uint64_t seed);

    // The rule is complete but for `next`. An error leaves everything as it was.
    Result<> insert(std::uint32_t rule);
    void remove(std::uint32_t rule);

    template <class Visit>
    void for_each(Visit visit) const {
        for (std::uint32_t i = 0; i < live_.buckets; ++i)
            for (const auto head : maps_.buckets[live_.at(i)].rule)
                for (auto rule = head; rule; rule = maps_.rules[rule].next)
                    visit(rule);
    }

    std::uint32_t buckets() const { return live_.buckets; }
    std::uint32_t keys() const { return keys_; } // different ones

  private:
    struct Part { // of the bucket chunks
        std::uint32_t first_chunk = 0;
        std::uint32_t buckets = 0;
        std::uint32_t at(std::uint32_t i) const {
            return (first_chunk << BVS_BUCKET_SHIFT) + (i & (buckets - 1));
        }
        std::uint64_t word() const {
            return static_cast<std::uint64_t>(first_chunk) << 32 | (buckets - 1);
        }
    };
    struct Slot {
        std::uint32_t bucket = 0; // in all chunks
        unsigned way = k_rule_ways;
        explicit operator bool() const { return way < k_rule_ways; }
    };

    std::uint64_t hash_of(const bvs_rule &rule) const;
    bool same_key(const bvs_rule &one, const bvs_rule &other) const;
    Slot find(std::uint64_t hash, const bvs_rule &rule) const;
    Slot find_in(std::uint32_t bucket, std::uint16_t tag, const bvs_rule &rule) const;
    bool put(const Part &part, std::uint64_t hash, std::uint32_t rule);
    void add_to_filter(std::uint32_t home, std::uint16_t tag);
    void renew_filter(std::uint32_t home);
    std::uint64_t filter_bits(std::uint32_t bucket, std::uint32_t home) const;
    void fill(bvs_rule_bucket &bucket, unsigned way, std::uint16_t tag, std::uint32_t rule);
    void link(std::uint32_t &head, std::uint32_t rule);
    void clear(Slot slot, std::uint64_t hash);
    Result<> grow();
    Result<Part> make(std::uint32_t first_chunk, std::uint32_t buckets);
    bool copy_into(const Part &part);

    PipelineMaps &maps_;
    Grace grace_;
    std::uint64_t seed_ = 0;
    Part live_;
    std::uint32_t keys_ = 0;
};

} // namespace bvs::maps
