// SPDX-License-Identifier: Apache-2.0
//
// How OfDatapath takes over what an earlier daemon left in the datapath.
#include "switch/compile/group.h"
#include "switch/compile/rule.h"
#include "switch/model/flow_check.h"
#include "switch/of_datapath.h"
#include "switch/of_record.h"

namespace bvs::daemon {

namespace {

// The flow's id, if it is one that the tables take.
std::optional<model::FlowId> enter(const RecordedFlow &recorded, const OfTables &tables) {
    auto mod = recorded.mod;
    mod.lenient_actions = true; // it was let in before
    if (!tables.options.bind(mod))
        return std::nullopt;
    const OfInventory inventory(tables);
    if (!model::check(mod, inventory))
        return std::nullopt;
    const auto changes = tables.flows.plan(mod, recorded.about.created);
    if (!changes || changes->size() != 1)
        return std::nullopt;
    tables.flows.apply(*changes);
    return changes->front().id;
}

bool enter(const RecordedGroup &recorded, const OfTables &tables) {
    const OfInventory inventory(tables);
    auto mod = recorded.mod;
    if (!tables.options.bind(mod))
        return false;
    const auto changes = tables.groups.plan(mod, inventory, recorded.about.created);
    if (changes)
        tables.groups.apply(*changes);
    return changes.has_value();
}

} // namespace

// Those that others lead to must be there first, in whatever order they are found.
void OfDatapath::adopt_groups(const OfTables &tables, std::vector<std::uint32_t> &strangers) {
    std::map<std::uint32_t, RecordedGroup> waiting; // by place
    writer_.for_each_group([&](std::uint32_t place) {
        if (writer_.bridge_of_group(place) != bridge_)
            return;
        if (auto recorded = recorded_group(writer_.group_record(place)))
            waiting[place] = std::move(*recorded);
        else
            strangers.push_back(place);
    });
    for (bool more = true; more;) {
        more = false;
        for (auto one = waiting.begin(); one != waiting.end();) {
            const auto number = one->second.mod.group;
            if (!enter(one->second, tables)) {
                ++one;
                continue;
            }
            groups_[number].place = one->first;
            one = waiting.erase(one);
            more = true;
        }
    }
    for (const auto &[place, recorded] : waiting)
        strangers.push_back(place);
    for (auto &[number, rule] : groups_) {
        const auto compiled =
            compile::compile_group(tables.groups.find(number)->description, places(),
                                   [](std::uint32_t) { return std::optional<std::uint32_t>(); });
        rule.looks_at = &looks_at_.add(compiled ? compiled->looks_at : compile::FlowMask{});
    }
}

void OfDatapath::adopt(const OfTables &tables) {
    std::vector<std::uint32_t> strange_meters;
    adopt_meters(tables, strange_meters);
    std::vector<std::uint32_t> strange_groups;
    adopt_groups(tables, strange_groups);
    std::vector<std::uint32_t> strange_rules;
    writer_.for_each([&](std::uint32_t place) {
        if (writer_.bridge_of(place) != bridge_ || adopt_hidden(place))
            return;
        const auto recorded = recorded_flow(writer_.record(place));
        const auto id = recorded ? enter(*recorded, tables) : std::nullopt;
        if (!id) {
            strange_rules.push_back(place);
            return;
        }
        const auto &flow = *tables.flows.find(*id);
        const auto match = compile::compile_match(flow.match.match());
        const auto program =
            compile::compile_instructions(*flow.instructions, flow.table, places());
        auto &known = rule(*id);
        known.place = place;
        known.looks_at = match && program ? use(match->looks_at(), program->reads) : use({}, {});
        flow_of_rule_[place] = *id;
    });
    if (strange_rules.empty() && strange_groups.empty() && strange_meters.empty())
        return;
    writer_.begin(bridge_);
    for (const auto place : strange_rules)
        writer_.remove(place);
    for (const auto place : strange_groups)
        writer_.remove_group(place);
    for (const auto place : strange_meters)
        writer_.remove_meter(place);
    (void)writer_.commit({.groups = !strange_groups.empty()});
}

} // namespace bvs::daemon
