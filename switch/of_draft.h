// SPDX-License-Identifier: Apache-2.0
//
// A change of a bridge's flow, group and meter tables on its way: planned step by step on the
// tables, which already have what earlier steps did; thrown away by undo(), or summed up as what it
// comes to for each flow and group. No I/O.
#pragma once

#include "switch/model/flow_check.h"
#include "switch/model/flow_table.h"
#include "switch/model/group_table.h"
#include "switch/model/meter_table.h"
#include "switch/model/tlv_table.h"

#include <chrono>
#include <map>
#include <variant>
#include <vector>

namespace bvs::daemon {

struct OfTables {
    model::FlowTables &flows;
    model::GroupTable &groups;
    model::MeterTable &meters;
    const model::TlvTable &options;
};

class OfDraft {
  public:
    OfDraft(OfTables tables, std::chrono::nanoseconds now) : tables_(tables), now_(now) {}

    model::Answer<> add(const model::FlowMod &mod);
    model::Answer<> add(const model::GroupMod &mod);
    model::Answer<> add(const model::MeterMod &mod);
    void remove(model::FlowId flow, model::RemovedReason reason);
    void set_timeouts(model::FlowId flow, std::uint16_t idle, std::uint16_t hard);
    void undo();
    void at(std::chrono::nanoseconds now) { now_ = now; } // of what is added from here on

    // From what it was before the first step to what it is after the last one.
    struct FlowSum {
        model::FlowPtr before;
        model::FlowPtr after;
        bool reset_counts = false;
        model::RemovedReason reason = model::RemovedReason::removed;
    };
    struct GroupSum {
        model::GroupPtr before;
        model::GroupPtr after;
        bool reset_buckets = false;
    };
    std::map<model::FlowId, FlowSum> flows() const;
    std::map<std::uint32_t, GroupSum> groups() const;
    std::map<std::uint32_t, model::MeterChange> meters() const;

    // Each change of a flow in its order, for those who watch.
    template <class Use>
    void for_each_flow_change(Use use) const {
        for (const auto &step : steps_)
            if (const auto *changes = std::get_if<model::FlowChanges>(&step))
                for (const auto &change : *changes)
                    use(change);
    }

  private:
    using Step = std::variant<model::FlowChanges, model::GroupChanges, model::MeterChanges>;
    void apply(Step step);
    model::Answer<> add_bound(const model::FlowMod &mod);
    model::Answer<> add_bound(const model::GroupMod &mod);

    OfTables tables_;
    std::chrono::nanoseconds now_;
    std::vector<Step> steps_;
};

// What flows and groups may name.
class OfInventory : public model::Inventory {
  public:
    explicit OfInventory(const OfTables &tables) : tables_(tables) {}
    bool has_group(std::uint32_t group) const override {
        return tables_.groups.find(group) != nullptr;
    }
    bool has_meter(std::uint32_t meter) const override {
        return tables_.meters.find(meter) != nullptr;
    }

  private:
    OfTables tables_;
};

} // namespace bvs::daemon
