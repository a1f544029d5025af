// SPDX-License-Identifier: Apache-2.0
//
// The flow tables of a bridge: OpenFlow 1.5.1, 5.2 and 6.4 to 6.6. A request becomes the changes
// that it asks for, or an error, before anything is changed; `apply` carries them out and `undo`
// takes them back, the last ones first. So a bundle is planned request by request on top of what
// its earlier ones did, and thrown away whole if one is refused.
//
// What a flow may contain is asked before (flow_check.h). No clock: times are the caller's, from
// any fixed point. Counters are the caller's, under the id of the flow. One thread.
#pragma once

#include "switch/model/flow_store.h"
#include "switch/model/openflow_error.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <set>
#include <tuple>
#include <unordered_map>
#include <vector>

namespace bvs::model {

struct FlowChange {
    enum class Kind : std::uint8_t { added, modified, removed };

    Kind kind = Kind::added;
    RemovedReason reason = RemovedReason::removed; // of removed
    bool reset_counts = false; // of what has a `before`; what has none starts at zero anyway
    FlowId id = k_no_flow;
    FlowPtr before; // of added: the flow of the same match and priority that is replaced, if any
    FlowPtr after;
};
using FlowChanges = std::vector<FlowChange>;

using FlowTime = std::chrono::nanoseconds;

class FlowTables {
  public:
    explicit FlowTables(std::size_t most = 1'000'000) : most_(most) {}

    // A table's own limit, and whether flows make room for others (Flow_Table's flow_limit and
    // overflow_policy, OFPT_TABLE_MOD). What is too many already is for `plan_limit`.
    void configure(std::uint8_t table, std::uint32_t limit, bool eviction);

    Answer<FlowChanges> plan(const FlowMod &mod, FlowTime now) const;
    FlowChanges plan_removal(FlowId id, RemovedReason reason) const;
    FlowChanges plan_removal_of_group(std::uint32_t group) const;
    FlowChanges plan_removal_of_meter(std::uint32_t meter) const;
    FlowChanges plan_timeouts(FlowId id, std::uint16_t idle, std::uint16_t hard) const;
    FlowChanges plan_limit(std::uint8_t table) const;

    void apply(const FlowChanges &changes);
    void undo(const FlowChanges &changes);

    std::size_t size() const { return store_.size(); }
    std::size_t size(std::uint8_t table) const { return store_.size(table); }
    std::size_t limit(std::uint8_t table) const { return limits_[table].most; }
    const FlowPtr &find(FlowId id) const { return store_.at(id); } // nothing: no such flow
    FlowId find(std::uint8_t table, std::uint16_t priority, const FlowWords &words) const {
        return store_.find(table, priority, words); // k_no_flow: there is none
    }
    void for_each(const FlowFilter &filter,
                  const std::function<void(FlowId, const Flow &)> &use) const;
    // Flows that name the group, or meter.
    std::uint32_t users_of_group(std::uint32_t group) const;
    std::uint32_t users_of_meter(std::uint32_t meter) const;

  private:
    // Who goes first: the least important, then the first to expire.
    using Rank = std::tuple<std::uint16_t, FlowTime, FlowId>;
    struct Limit {
        std::size_t most = std::numeric_limits<std::uint32_t>::max();
        bool eviction = false;
        std::set<Rank> candidates; // with eviction
    };
    using Users = std::unordered_map<std::uint32_t, std::uint32_t>;

    Answer<FlowChanges> plan_add(const FlowMod &mod, std::uint64_t cookie, FlowTime now) const;
    FlowChanges plan_modify(const FlowMod &mod, FlowTime now) const;
    FlowChanges plan_remove(const FlowMod &mod) const;
    Answer<FlowChanges> make_room(std::uint8_t table, std::uint16_t importance) const;
    // use(id, flow) for those that a modification or removal means.
    template <class Use>
    void meant(const FlowMod &mod, Use use) const;
    template <class Wanted>
    FlowChanges remove_all(RemovedReason reason, const Wanted &wanted) const;

    void put(FlowId id, const FlowPtr &flow);
    void count(const Flow &flow, bool more);
    static Rank rank(FlowId id, const Flow &flow);

    FlowStore store_;
    std::size_t most_;
    std::array<Limit, k_all_tables> limits_;
    Users group_users_;
    Users meter_users_;
};

// As it is told to those who ask; counters and idle time are the caller's.
FlowStats stats_of(const Flow &flow, FlowTime now);

} // namespace bvs::model
