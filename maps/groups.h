// SPDX-License-Identifier: Apache-2.0
//
// Groups in the datapath. A group is written whole, at a place of its own and with a program for
// each of its buckets, and never changed: a changed one is another, at another place, which rules
// come to name in the same change. So a packet sees a change of a group as it sees that of rules,
// whole or not at all. Part of the PipelineWriter, which has the generations.
#pragma once

#include "maps/pipeline_maps.h"
#include "maps/programs.h"
#include "maps/records.h"
#include "maps/slots.h"

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <unordered_map>
#include <vector>

namespace bvs::maps {

struct NewGroup {
    bvs_group group{}; // without the buckets' code, counters, and what is for a daemon to come
    std::span<const std::vector<bvs_instruction>> code; // by bucket
    std::span<const std::uint8_t> record;               // as it was sent
};
// By bucket of a group that replaces another one: the bucket there whose counters go on here.
using CountsOn = std::vector<std::optional<std::uint32_t>>;

struct Counters {
    std::uint64_t packets = 0;
    std::uint64_t bytes = 0;

    bool operator==(const Counters &) const = default;
};
struct GroupCounters {
    Counters group;
    std::vector<Counters> buckets;
};

class Groups {
  public:
    Groups(GroupArray &groups, Programs &programs, Records &records)
        : groups_(groups), programs_(programs), records_(records), places_(groups) {}

    // Both in the change under way, which makes `generation` of `bridge`.
    Result<std::uint32_t> add(std::uint16_t bridge, std::uint64_t generation,
                              const NewGroup &group);
    Result<std::uint32_t> replace(std::uint32_t old, std::uint64_t generation,
                                  const NewGroup &group, CountsOn counts_on);
    void remove(std::uint32_t place, std::uint64_t generation);

    bool changing() const { return !added_.empty() || !removed_.empty(); }
    void commit(); // the generation is there
    void abort();

    // A grace period has passed, and packets have been counted since.
    void reclaim();
    bool settled() const { return leaving_.empty(); }

    GroupCounters counters(std::uint32_t place) const;
    // Who is counted instead of a group or a bucket that a trajectory visited.
    std::uint32_t heir_of(std::uint32_t visit) const;

    // Of a daemon that takes over: those that a former one's commits left, by their bridges'
    // generations. Notes the programs and records that they hold.
    void adopt(const Array<bvs_pipeline> &pipelines, std::set<std::uint32_t> &programs,
               std::set<std::uint32_t> &records);

    template <class Visit>
    void for_each(Visit visit) const { // place; of those that are there now
        for (std::uint32_t place = 1; place < groups_.size(); ++place)
            if (groups_[place].bridge && groups_[place].removed == ~0ULL)
                visit(place);
    }
    std::uint32_t taken() const { return places_.taken(); }

  private:
    struct Heir {
        std::uint32_t group = 0;
        CountsOn counts_on;
    };
    Result<> fill(bvs_group &made, const NewGroup &group);
    void free(std::uint32_t place);
    void inherit(std::uint32_t from);

    GroupArray &groups_;
    Programs &programs_;
    Records &records_;
    Slots<GroupArray> places_;
    std::unordered_map<std::uint32_t, Heir> heirs_; // of replaced groups
    std::vector<std::uint32_t> added_;              // in the change under way
    std::vector<std::uint32_t> removed_;            // in it
    std::vector<std::uint32_t> leaving_;            // out of sight
};

} // namespace bvs::maps
