// SPDX-License-Identifier: Apache-2.0
//
// What the datapath has of a bridge's flows, groups and meters: the rule behind each flow, the
// places of groups and meters, and what the cache must compare. Writes what a draft comes to, all
// of it or nothing.
#pragma once

#include "maps/ofports.h"
#include "maps/pipeline_writer.h"
#include "switch/compile/cache_mask.h"
#include "switch/compile/program.h"
#include "switch/of_draft.h"
#include "switch/of_hidden.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

namespace bvs::daemon {

std::chrono::nanoseconds monotonic_now(); // the clock of flows' times and of the datapath's ticks

class OfDatapath {
  public:
    OfDatapath(std::uint16_t bridge, maps::PipelineMaps &maps, maps::PipelineWriter &writer)
        : bridge_(bridge), maps_(maps), writer_(writer), ofports_(maps.ofports_fd) {}

    // Takes over what an earlier daemon left, as far as it can be read; the rest is removed.
    void adopt(const OfTables &tables);

    // An error leaves the datapath as it was.
    model::Answer<> write(const OfDraft &draft, const OfTables &tables);
    // Ports came or went: whatever was decided is decided anew, and groups watch what is there now.
    void ports_changed(const OfTables &tables);
    void liveness_changed();
    // A packet that ended a TCP connection came to the flow's fin_timeout.
    bool finished(model::FlowId id) const;
    void set_flags(std::uint32_t flags); // enum bvs_pipeline_flags
    std::uint32_t flags() const { return maps_.pipelines.get(bridge_).flags; }

    compile::Places places() const;

    // The rules above all flows; those that are there already stay.
    model::Answer<> set_hidden(const std::vector<HiddenFlow> &wanted);
    struct HiddenStats {
        HiddenFlow flow;
        model::FlowCounters counters;
        std::chrono::nanoseconds created{};
    };
    std::vector<HiddenStats> hidden() const;

    // Packets that a rule was good for without being looked up, the last one at that time; there
    // may be no such rule (0).
    void credit(std::uint32_t rule, const model::FlowCounters &counters,
                std::chrono::nanoseconds used = monotonic_now()) const;
    std::uint32_t rule_of(model::FlowId flow) const { return place_of(flow); }
    std::uint32_t hidden_rule(const HiddenFlow &flow) const;

    // Up to date after the writer's harvest().
    model::FlowCounters counters(model::FlowId id) const;
    maps::GroupCounters group_counters(std::uint32_t group) const;
    maps::MeterCounters meter_counters(std::uint32_t meter) const;
    std::chrono::nanoseconds last_used(model::FlowId id, const model::Flow &flow) const;

    std::optional<std::uint32_t> group_at(std::uint32_t place) const;

    // The flow of a rule that is there, or was until a moment ago.
    model::FlowPtr flow_of(std::uint32_t rule, const model::FlowTables &flows) const;

    struct Removed {
        model::FlowPtr flow;
        std::optional<model::RemovedReason> tell; // who asked for it is told
        std::chrono::nanoseconds when{};
    };
    // Of a rule that nobody counts for any more; nothing if it is none of this bridge's.
    std::optional<Removed> forget(std::uint32_t rule);
    // No packet sees any rule that was removed or replaced until now.
    void all_gone();

  private:
    struct Rule {
        std::uint32_t place = 0;                     // 0: none
        const compile::FlowMask *looks_at = nullptr; // in looks_at_; of a place only
    };
    struct Hidden {
        HiddenFlow flow;
        Rule rule;
        std::chrono::nanoseconds created{};
    };
    struct Written { // of one flow, in the change under way
        model::FlowId id = 0;
        const OfDraft::FlowSum *sum = nullptr;
        Rule rule; // the new one
    };

    void adopt_meters(const OfTables &tables, std::vector<std::uint32_t> &strangers);
    void adopt_groups(const OfTables &tables, std::vector<std::uint32_t> &strangers);
    model::Answer<Rule> write(model::FlowId id, const OfDraft::FlowSum &sum);
    model::Answer<Rule> write_new(const model::Flow &flow);
    model::Answer<> write_hidden(Hidden &hidden);
    bool adopt_hidden(std::uint32_t place);
    model::Answer<> widen_cache_masks();
    void settle(const Written &written);
    Rule &rule(model::FlowId id);
    // What a rule's match and actions look at, until it is removed from looks_at_.
    const compile::FlowMask *use(compile::FlowMask match, const compile::FlowMask &reads);

    using FlowSums = std::map<model::FlowId, OfDraft::FlowSum>;
    using GroupSums = std::map<std::uint32_t, OfDraft::GroupSum>;
    using MeterSums = std::map<std::uint32_t, model::MeterChange>;
    model::Answer<> write_meters(const MeterSums &sums);
    void settle_meters(const MeterSums &sums);
    model::Answer<> write_groups(const GroupSums &sums, const OfTables &tables);
    model::Answer<> write_group(std::uint32_t group, const GroupSums &sums, const OfTables &tables,
                                const std::set<std::uint32_t> &wanted);
    void add_users_of_moved_groups(const OfTables &tables, FlowSums &sums) const;
    void settle_groups(const GroupSums &sums);
    struct Sums {
        FlowSums flows;
        GroupSums groups;
        MeterSums meters;
    };
    model::Answer<> write(Sums sums, const OfTables &tables, maps::Voids voids);
    model::Answer<> commit(maps::Voids voids);
    std::uint32_t place_of(model::FlowId id) const;

    std::uint16_t bridge_;
    maps::PipelineMaps &maps_;
    maps::PipelineWriter &writer_;
    maps::OfPorts ofports_;
    compile::CacheMaskUse looks_at_;
    std::vector<const compile::FlowMask *> retired_; // what removed and replaced rules looked at
    std::vector<Rule> rules_;                        // by FlowId
    std::unordered_map<std::uint32_t, model::FlowId> flow_of_rule_;
    std::unordered_map<std::uint32_t, Removed> removed_;
    std::vector<Hidden> hidden_;
    std::map<std::uint32_t, Rule> groups_;              // by number
    std::map<std::uint32_t, Rule> new_groups_;          // in the change under way
    std::map<std::uint32_t, std::uint32_t> meters_;     // places, by number
    std::map<std::uint32_t, std::uint32_t> new_meters_; // in the change under way
};

} // namespace bvs::daemon
