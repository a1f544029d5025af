// SPDX-License-Identifier: Apache-2.0
//
// The groups of a bridge: OpenFlow 1.5.1, 5.10 and 7.3.4.3. As with flows (flow_table.h), a request
// becomes changes or an error before anything is changed, and changes can be undone, the last ones
// first. Flows that use a removed group go with it; that is the caller's, who has the flows. So are
// the counters, under the group's number and its buckets' ids. No clock; one thread.
//
// Every bucket has an id here, also one that came without. No group leads back to itself, neither
// by its buckets' actions nor by the groups that they watch.
#pragma once

#include "switch/model/action_check.h"
#include "switch/model/group.h"
#include "switch/model/openflow_error.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

namespace bvs::model {

inline constexpr std::size_t k_most_groups = 65'535;
inline constexpr std::size_t k_most_buckets = BVS_GROUP_BUCKETS;
inline constexpr std::uint32_t k_most_weight = 65'536; // of a group's buckets in sum
inline constexpr std::size_t k_most_hash_words = 8;    // that a select group's fields touch

struct Group {
    GroupDescription description;
    std::chrono::nanoseconds created{};
};
using GroupPtr = std::shared_ptr<const Group>;

struct GroupChange {
    std::uint32_t group = 0;
    GroupPtr before;            // nothing: added
    GroupPtr after;             // nothing: removed
    bool reset_buckets = false; // the buckets' counters start anew, the group's go on
};
using GroupChanges = std::vector<GroupChange>;

class GroupTable {
  public:
    // What is too many already stays.
    void set_most(std::size_t most) { most_ = most; }
    std::size_t most() const { return most_; }

    // `inventory` knows of these groups as well as of the meters.
    Answer<GroupChanges> plan(const GroupMod &mod, const Inventory &inventory,
                              std::chrono::nanoseconds now) const;
    void apply(const GroupChanges &changes);
    void undo(const GroupChanges &changes);

    std::size_t size() const { return groups_.size(); }
    GroupPtr find(std::uint32_t group) const; // nothing: no such group
    const std::map<std::uint32_t, GroupPtr> &all() const { return groups_; }
    std::uint32_t users(std::uint32_t group) const; // other groups that lead to it

  private:
    Answer<GroupChanges> plan_remove(std::uint32_t group) const;
    Answer<> check(const GroupDescription &wanted, const Inventory &inventory) const;
    bool leads_to(const GroupDescription &from, std::uint32_t group) const;
    void put(std::uint32_t group, const GroupPtr &value);

    std::size_t most_ = k_most_groups;
    std::map<std::uint32_t, GroupPtr> groups_;
    std::unordered_map<std::uint32_t, std::uint32_t> users_; // of those that have some
};

} // namespace bvs::model
