// SPDX-License-Identifier: Apache-2.0
#include "switch/of_draft.h"

#include "switch/model/action_use.h"

#include <algorithm>
#include <ranges>

namespace bvs::daemon {

namespace {

template <class... Functions>
struct Overloaded : Functions... {
    using Functions::operator()...;
};

std::vector<std::uint32_t> groups_using_meter(const model::GroupTable &groups,
                                              std::uint32_t meter) {
    std::vector<std::uint32_t> users;
    for (const auto &[number, group] : groups.all())
        if (std::ranges::any_of(group->description.buckets, [&](const model::Bucket &bucket) {
                return std::ranges::binary_search(model::meters_of(bucket.actions), meter);
            }))
            users.push_back(number);
    return users;
}

} // namespace

void OfDraft::apply(Step step) {
    std::visit(
        Overloaded{[&](const model::FlowChanges &changes) { tables_.flows.apply(changes); },
                   [&](const model::GroupChanges &changes) { tables_.groups.apply(changes); },
                   [&](const model::MeterChanges &changes) { tables_.meters.apply(changes); }},
        step);
    steps_.push_back(std::move(step));
}

void OfDraft::undo() {
    for (const auto &step : std::views::reverse(steps_))
        std::visit(
            Overloaded{[&](const model::FlowChanges &changes) { tables_.flows.undo(changes); },
                       [&](const model::GroupChanges &changes) { tables_.groups.undo(changes); },
                       [&](const model::MeterChanges &changes) { tables_.meters.undo(changes); }},
            step);
    steps_.clear();
}

// Few name options; the others are not copied.
model::Answer<> OfDraft::add(const model::FlowMod &mod) {
    if (!model::options_in(mod))
        return add_bound(mod);
    auto bound = mod;
    if (auto done = tables_.options.bind(bound); !done)
        return done;
    return add_bound(bound);
}

model::Answer<> OfDraft::add_bound(const model::FlowMod &mod) {
    const OfInventory inventory(tables_);
    if (auto checked = model::check(mod, inventory); !checked)
        return checked;
    auto changes = tables_.flows.plan(mod, now_);
    if (!changes)
        return std::unexpected(changes.error());
    apply(std::move(*changes));
    return {};
}

model::Answer<> OfDraft::add(const model::GroupMod &mod) {
    if (!model::options_in(mod.buckets, mod.properties))
        return add_bound(mod);
    auto bound = mod;
    if (auto done = tables_.options.bind(bound); !done)
        return done;
    return add_bound(bound);
}

// Flows that use a removed group go with it.
model::Answer<> OfDraft::add_bound(const model::GroupMod &mod) {
    const OfInventory inventory(tables_);
    auto changes = tables_.groups.plan(mod, inventory, now_);
    if (!changes)
        return std::unexpected(changes.error());
    for (const auto &change : *changes)
        if (!change.after)
            apply(tables_.flows.plan_removal_of_group(change.group));
    apply(std::move(*changes));
    return {};
}

// Flows that use a removed meter go with it, and groups that do, with theirs.
model::Answer<> OfDraft::add(const model::MeterMod &mod) {
    auto changes = tables_.meters.plan(mod, now_);
    if (!changes)
        return std::unexpected(changes.error());
    for (const auto &change : *changes) {
        if (change.after)
            continue;
        apply(tables_.flows.plan_removal_of_meter(change.meter));
        for (const auto group : groups_using_meter(tables_.groups, change.meter))
            if (auto removed =
                    add(model::GroupMod{.command = model::GroupCommand::remove, .group = group});
                !removed)
                return removed;
    }
    apply(std::move(*changes));
    return {};
}

void OfDraft::remove(model::FlowId flow, model::RemovedReason reason) {
    apply(tables_.flows.plan_removal(flow, reason));
}

void OfDraft::set_timeouts(model::FlowId flow, std::uint16_t idle, std::uint16_t hard) {
    apply(tables_.flows.plan_timeouts(flow, idle, hard));
}

std::map<model::FlowId, OfDraft::FlowSum> OfDraft::flows() const {
    std::map<model::FlowId, FlowSum> sums;
    for_each_flow_change([&](const model::FlowChange &change) {
        const auto [place, first] = sums.try_emplace(change.id, FlowSum{.before = change.before});
        auto &sum = place->second;
        sum.after = change.after;
        sum.reset_counts |= change.reset_counts;
        sum.reason = change.reason;
    });
    std::erase_if(sums, [](const auto &entry) {
        return entry.second.before == entry.second.after && !entry.second.reset_counts;
    });
    return sums;
}

std::map<std::uint32_t, OfDraft::GroupSum> OfDraft::groups() const {
    std::map<std::uint32_t, GroupSum> sums;
    for (const auto &step : steps_)
        if (const auto *changes = std::get_if<model::GroupChanges>(&step))
            for (const auto &change : *changes) {
                auto &sum =
                    sums.try_emplace(change.group, GroupSum{.before = change.before}).first->second;
                sum.after = change.after;
                sum.reset_buckets |= change.reset_buckets;
            }
    return sums;
}

std::map<std::uint32_t, model::MeterChange> OfDraft::meters() const {
    std::map<std::uint32_t, model::MeterChange> sums;
    for (const auto &step : steps_)
        if (const auto *changes = std::get_if<model::MeterChanges>(&step))
            for (const auto &change : *changes)
                sums.try_emplace(change.meter, change).first->second.after = change.after;
    return sums;
}

} // namespace bvs::daemon
