// SPDX-License-Identifier: Apache-2.0
//
// The masks under which rules are looked for: one subtable per bridge, table and mask, counted by
// its rules' priorities, and per table the list of its subtables by falling highest priority.
//
// A packet leaves the list at the first subtable that cannot beat the rule it has. So a subtable's
// max_priority is raised before the list is in its new order, and lowered when no packet can be
// reading the old list any more. A list is replaced whole.
//
//   acquire, publish, (the rules become visible)
//   (the rules are gone) release, publish, (grace period) settle
#pragma once

#include "base/result.h"
#include "maps/abi.h"
#include "maps/array.h"
#include "maps/runs.h"

#include <cstdint>
#include <cstring>
#include <map>
#include <set>
#include <unordered_map>
#include <vector>

namespace bvs::maps {

class Subtables {
  public:
    struct Arrays {
        Array<bvs_table> &tables;
        Array<bvs_subtable> &subtables;
        Array<std::uint32_t> &lists;
    };
    explicit Subtables(Arrays arrays);

    // The number of the subtable for one more rule. `table` is bridge * BVS_TABLES + table.
    Result<std::uint32_t> acquire(std::uint32_t table, const bvs_subtable &mask,
                                  std::uint32_t priority);
    void release(std::uint32_t subtable, std::uint32_t priority);

    // Gives packets the lists as they are to be now. An error changes nothing.
    Result<> publish();
    // A grace period has passed since the last publish().
    void settle();
    bool settled() const {
        return changed_.empty() && leaving_.empty() && lowering_.empty() && old_lists_.empty();
    }

    // Of a daemon that takes over: the lists as packets have them, without any rules, which are
    // then given to adopt_rule() one by one.
    void adopt();
    bool listed(std::uint32_t subtable) const {
        return subtable < infos_.size() && infos_[subtable].table;
    }
    void adopt_rule(std::uint32_t subtable, std::uint32_t priority);

    std::uint32_t table_of(std::uint32_t subtable) const { return infos_[subtable].table; }
    std::size_t size() const { return by_mask_.size(); }

  private:
    struct Mask {
        std::uint64_t table = 0;
        bvs_subtable subtable{};
        bool operator<(const Mask &other) const {
            return std::memcmp(this, &other, sizeof *this) < 0;
        }
    };
    struct Info {
        std::uint32_t table = 0;
        std::map<std::uint32_t, std::uint32_t> priorities; // -> how many rules
        std::uint32_t highest() const { return priorities.rbegin()->first; }
    };
    struct Run {
        std::uint32_t first = 0;
        std::uint32_t length = 0;
    };
    static Mask mask_of(std::uint32_t table, const bvs_subtable &subtable);
    Result<std::uint32_t> make(const Mask &mask);
    Result<Run> write_list(const std::vector<std::uint32_t> &members);
    void replace_list(std::uint32_t table, Run list);

    Arrays arrays_;
    Runs runs_;
    std::map<Mask, std::uint32_t> by_mask_;
    std::vector<Info> infos_;
    std::vector<std::uint32_t> free_;
    std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> members_; // of a table
    std::set<std::uint32_t> changed_;                 // tables whose list is out of date
    std::vector<std::uint32_t> leaving_;              // subtables in no list any more
    std::map<std::uint32_t, std::uint32_t> lowering_; // subtable -> max_priority to come
    std::vector<Run> old_lists_;
};

} // namespace bvs::maps
