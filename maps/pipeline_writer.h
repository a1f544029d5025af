// SPDX-License-Identifier: Apache-2.0
//
// Changes the rules, groups and meters of a bridge such that every packet sees a change whole or
// not at all, be it one rule or a bundle of thousands (maps/pipeline.h has the generations).
//
//   begin(bridge), add, remove, replace ..., commit() or abort()
//
// What is prepared is invisible; commit() makes it so by one store. A full table is an error with
// code ENOSPC (or ENOMEM) and leaves what was prepared before as it is, to be aborted or committed.
// A rule is known by its place in `rules`, which is given to another one only after reclaim() has
// named it; a group by its place in `groups`.
//
// A group that changes gets another place. Whoever names it, rules and groups, is to be replaced in
// the same change; the old one is gone with it, and its counters go on at the new one.
//
// What is gone is taken down by reclaim(), which waits for a grace period (8 ms), once for all of
// it; to be called now and then while `reclaimable()`. One thread.
#pragma once

#include "base/result.h"
#include "maps/grace.h"
#include "maps/groups.h"
#include "maps/meters.h"
#include "maps/pipeline_maps.h"
#include "maps/programs.h"
#include "maps/records.h"
#include "maps/rule_index.h"
#include "maps/slots.h"
#include "maps/subtables.h"
#include "maps/trajectories.h"

#include <cstdint>
#include <functional>
#include <set>
#include <span>
#include <unordered_map>
#include <vector>

namespace bvs::maps {

// What is to be matched: `mask` says which words (max_priority is not looked at), `value` their
// values, without a bit outside the mask.
struct NewRule {
    std::uint8_t table = 0;
    std::uint32_t priority = 0;
    bvs_subtable mask{};
    bvs_flow value{};
    std::span<const bvs_instruction> code; // `y` of a DEC_TTL counts from its begin
    std::span<const std::uint8_t> record;  // as it was sent, for a daemon to come
};

struct TableCounters {
    std::uint64_t matched = 0;
    std::uint64_t missed = 0;
};

struct RuleCounters {
    std::uint64_t packets = 0;
    std::uint64_t bytes = 0;
    std::uint32_t used = 0; // tick of the last packet; 0: there was none

    bool operator==(const RuleCounters &) const = default;
};

struct GoneRule {
    std::uint32_t rule = 0;
    RuleCounters counters; // for good
};

// What else a commit makes void, besides what was decided in the tables that changed.
struct Voids {
    bool groups = false; // what a group had a say in
    bool all = false;
};

class PipelineWriter {
  public:
    PipelineWriter(PipelineMaps &maps, unsigned cpus, Grace grace = grace_period);

    // Makes what a first rule needs, or takes over what a former daemon left; what that one had
    // prepared and not committed is dropped.
    Result<> start(std::uint64_t seed);

    void begin(std::uint16_t bridge);
    Result<std::uint32_t> add(const NewRule &rule);
    void remove(std::uint32_t rule);
    // The same match with other actions; the counters go on there, unless they start anew. What is
    // counted for the old one from now on is counted for the new one. reclaim() does not name it.
    Result<std::uint32_t> replace(std::uint32_t rule, std::span<const bvs_instruction> code,
                                  std::span<const std::uint8_t> record, bool reset_counts);

    Result<std::uint32_t> add_group(const NewGroup &group);
    // The group's counters go on at the new place, and those of buckets as `counts_on` says.
    Result<std::uint32_t> replace_group(std::uint32_t place, const NewGroup &group,
                                        CountsOn counts_on);
    void remove_group(std::uint32_t place);

    Result<std::uint32_t> add_meter(const NewMeter &meter);
    Result<> change_meter(std::uint32_t place, const NewMeter &meter);
    void remove_meter(std::uint32_t place);

    Result<> commit(Voids voids = {});
    void abort();

    // A program for the time of a call, to which its place is given.
    Result<> with_program(std::span<const bvs_instruction> code,
                          const std::function<Result<>(std::uint32_t place)> &use);

    // Of a bridge, whose `record` is not looked at.
    Result<> set_tlv_table(std::uint16_t bridge, bvs_tlv_table table,
                           std::span<const std::uint8_t> record);

    // What the cache compares of a bridge's packets; to be widened before a commit, and narrowed
    // after the rules that it was for are gone. Words that both masks have stand at their places.
    void set_cache_mask(std::uint16_t bridge, unsigned kind, const bvs_cache_mask &mask);
    bvs_cache_mask cache_mask(std::uint16_t bridge, unsigned kind) const {
        return maps_.cache_masks.get(bridge * BVS_KINDS + kind);
    }

    // Up to date after a harvest.
    RuleCounters counters(std::uint32_t rule) const;
    // Packets that a rule was good for without being looked up.
    void credit(std::uint32_t rule, std::uint64_t packets, std::uint64_t bytes, std::uint32_t tick);
    bool finished(std::uint32_t rule) const; // see bvs_rule
    GroupCounters group_counters(std::uint32_t place) const { return groups_.counters(place); }
    MeterCounters meter_counters(std::uint32_t place) const { return meters_.counters(place); }
    void harvest() { trajectories_.harvest(); }
    TableCounters table_counters(std::uint16_t bridge, std::uint8_t table) const;
    void clear_table_counters(std::uint16_t bridge); // of one that had the number before

    bool reclaimable() const;
    bool crowded() const { return trajectories_.crowded(); } // it is worth a reclaim()
    // Trajectories not used since `oldest` (ticks) may be taken back. Returns the rules removed
    // that no packet can count any more.
    std::vector<GoneRule> reclaim(std::uint32_t oldest = 0);

    // What a daemon that takes over finds: places of rules, groups and meters, bridge and record of
    // each.
    template <class Visit>
    void for_each(Visit visit) const {
        index_.for_each([&](std::uint32_t rule) {
            if (maps_.rules[rule].removed == k_forever)
                visit(rule);
        });
    }
    template <class Visit>
    void for_each_group(Visit visit) const {
        groups_.for_each(visit);
    }
    template <class Visit>
    void for_each_meter(Visit visit) const {
        meters_.for_each(visit);
    }
    std::uint32_t bridge_of(std::uint32_t rule) const {
        return subtables_.table_of(maps_.rules[rule].subtable) / BVS_TABLES;
    }
    std::uint32_t priority_of(std::uint32_t rule) const { return maps_.rules[rule].priority; }
    std::uint32_t bridge_of_group(std::uint32_t place) const { return maps_.groups[place].bridge; }
    std::uint32_t bridge_of_meter(std::uint32_t place) const { return maps_.meters[place].bridge; }
    std::span<const std::uint8_t> record(std::uint32_t rule) const {
        return records_.get(maps_.rules[rule].record);
    }
    std::span<const std::uint8_t> group_record(std::uint32_t place) const {
        return records_.get(maps_.groups[place].record);
    }
    std::span<const std::uint8_t> meter_record(std::uint32_t place) const {
        return records_.get(maps_.meters[place].record);
    }

    std::uint32_t rules() const { return rules_.taken(); }
    std::uint32_t groups() const { return groups_.taken(); }
    std::uint32_t instructions() const { return programs_.in_use(); }
    std::uint32_t record_cells() const { return records_.in_use(); }
    const Trajectories &trajectories() const { return trajectories_; }

  private:
    static constexpr std::uint64_t k_forever = ~0ULL;
    struct Leaving {
        std::uint32_t rule = 0;
        bool told = false; // reclaim() names it
    };

    std::uint64_t next_generation() const;
    std::uint32_t table_index(std::uint8_t table) const { return bridge_ * BVS_TABLES + table; }
    Result<> write_key(bvs_rule &rule, const NewRule &wanted);
    Result<> enter(std::uint32_t place, bvs_rule &rule, const NewRule &wanted);
    void free(std::uint32_t rule);
    void hide(std::uint32_t rule);
    void inherit(std::uint32_t from, std::uint32_t to);
    std::uint32_t heir_of(std::uint32_t rule) const;
    std::uint32_t counted_for(std::uint32_t visit) const;
    void adopt();
    void adopt_places();
    void drop_unlisted();

    PipelineMaps &maps_;
    Grace grace_;
    Slots<RuleArray> rules_;
    Slots<LongKeyArray> long_keys_;
    Programs programs_;
    Records records_;
    Groups groups_;
    Meters meters_;
    Subtables subtables_;
    RuleIndex index_;
    Trajectories trajectories_;

    std::uint16_t bridge_ = 0;                               // of the change under way
    std::vector<std::uint32_t> added_;                       // in it
    std::vector<Leaving> removed_;                           // in it
    std::unordered_map<std::uint32_t, std::uint32_t> heirs_; // of replaced rules: who counts
    std::set<std::uint32_t> changed_;                        // tables in it
    std::vector<Leaving> leaving_;                           // out of sight, in the index
    std::vector<std::uint32_t> left_;                        // out of the index
};

} // namespace bvs::maps
