// SPDX-License-Identifier: Apache-2.0
#include "switch/model/flow_table.h"

#include "switch/model/action_use.h"

#include <algorithm>
#include <fmt/format.h>
#include <ranges>

namespace bvs::model {

namespace {

using Kind = FlowChange::Kind;

constexpr auto k_never = FlowTime::max();

FlowFlags lasting(FlowFlags flags) {
    flags.check_overlap = false;
    flags.reset_counts = false;
    return flags;
}

bool has_cookie(const Flow &flow, std::uint64_t cookie, std::uint64_t mask) {
    return ((flow.cookie ^ cookie) & mask) == 0;
}

bool leads_to(const Flow &flow, std::uint32_t port, std::uint32_t group) {
    return (port == port::any || outputs_to(*flow.instructions, port)) &&
           (group == k_any_group || uses_group(*flow.instructions, group));
}

// Tables that a request means; hidden rules only by their table's number.
struct TableRange {
    std::uint8_t first;
    std::uint8_t last;
};
TableRange tables_of(std::uint8_t table) {
    return table == k_all_tables ? TableRange{0, k_tables - 1} : TableRange{table, table};
}

// Without timeout never. How long a flow will have been idle is not known here: at the earliest,
// no packet has come since it was made.
FlowTime expiry(const Flow &flow) {
    auto at = k_never;
    if (flow.hard_timeout)
        at = flow.modified + std::chrono::seconds(flow.hard_timeout);
    if (flow.idle_timeout)
        at = std::min<FlowTime>(at, flow.modified + std::chrono::seconds(flow.idle_timeout));
    return at;
}

} // namespace

FlowTables::Rank FlowTables::rank(FlowId id, const Flow &flow) {
    return {flow.importance, expiry(flow), id};
}

void FlowTables::configure(std::uint8_t table, std::uint32_t limit, bool eviction) {
    auto &entry = limits_[table];
    entry.most = limit;
    if (entry.eviction == eviction)
        return;
    entry.eviction = eviction;
    entry.candidates.clear();
    if (eviction)
        store_.covered(table, {}, [&](FlowId id, const FlowPtr &flow) {
            entry.candidates.insert(rank(id, *flow));
        });
}

Answer<FlowChanges> FlowTables::plan(const FlowMod &mod, FlowTime now) const {
    switch (mod.command) {
    case FlowCommand::add:
        return plan_add(mod, mod.cookie, now);
    case FlowCommand::modify:
    case FlowCommand::modify_strict: {
        auto changes = plan_modify(mod, now);
        // Who asks for a cookie means flows that are there.
        if (changes.empty() && mod.modify_adds && !mod.cookie_mask)
            return plan_add(mod, mod.new_cookie.value_or(mod.cookie), now);
        return changes;
    }
    case FlowCommand::remove:
    case FlowCommand::remove_strict:
        return plan_remove(mod);
    }
    return refuse(Refusal::flow_bad_command, "there is no such command for flows");
}

Answer<FlowChanges> FlowTables::plan_add(const FlowMod &mod, std::uint64_t cookie,
                                         FlowTime now) const {
    const std::uint8_t table = mod.table == k_all_tables ? 0 : mod.table;
    const auto words = mod.match.words();
    auto id = store_.find(table, mod.priority, words);
    FlowChanges changes;
    if (id == k_no_flow) {
        if (mod.flags.check_overlap && store_.overlaps(table, mod.priority, words))
            return refuse(Refusal::flow_overlap,
                          fmt::format("table {} has a flow of priority {} that overlaps this one",
                                      table, mod.priority));
        auto room = make_room(table, mod.importance);
        if (!room)
            return room;
        changes = std::move(*room);
        // The id that was given free last is the next one.
        id = changes.empty() ? store_.next() : changes.back().id;
    }
    const auto flow = std::make_shared<Flow>(
        Flow{.match = store_.compact(table, mod.match, words),
             .instructions = std::make_shared<const Instructions>(mod.instructions),
             .cookie = cookie,
             .created = now,
             .modified = now,
             .priority = mod.priority,
             .idle_timeout = mod.idle_timeout,
             .hard_timeout = mod.hard_timeout,
             .importance = mod.importance,
             .table = table,
             .flags = lasting(mod.flags)});
    changes.push_back({.kind = Kind::added,
                       .reset_counts = mod.flags.reset_counts,
                       .id = id,
                       .before = changes.empty() ? store_.at(id) : nullptr,
                       .after = flow});
    return changes;
}

// A flow of less importance goes; of equal importance one that would expire, but none that its
// owner means to stay.
Answer<FlowChanges> FlowTables::make_room(std::uint8_t table, std::uint16_t importance) const {
    const auto &limit = limits_[table];
    if (store_.size(table) < limit.most && store_.size() < most_)
        return FlowChanges{};
    if (!limit.candidates.empty() &&
        *limit.candidates.begin() < Rank{importance, k_never, FlowId{0}})
        return plan_removal(std::get<FlowId>(*limit.candidates.begin()), RemovedReason::evicted);
    if (store_.size() >= most_)
        return refuse(Refusal::flow_table_full, fmt::format("the bridge has {} flows, which is its "
                                                            "most",
                                                            store_.size()));
    return refuse(Refusal::flow_table_full,
                  fmt::format("table {} has {} flows, which is its limit", table, limit.most));
}

template <class Use>
void FlowTables::meant(const FlowMod &mod, Use use) const {
    const bool strict =
        mod.command == FlowCommand::modify_strict || mod.command == FlowCommand::remove_strict;
    const auto words = mod.match.words();
    const auto filtered = [&](FlowId id, const FlowPtr &flow) {
        if (has_cookie(*flow, mod.cookie, mod.cookie_mask))
            use(id, flow);
    };
    const auto [first, last] = tables_of(mod.table);
    for (auto table = first; table <= last; ++table) {
        if (!strict) {
            store_.covered(table, words, filtered);
        } else if (const auto id = store_.find(table, mod.priority, words); id != k_no_flow) {
            filtered(id, store_.at(id));
        }
    }
}

FlowChanges FlowTables::plan_modify(const FlowMod &mod, FlowTime now) const {
    const auto instructions = std::make_shared<const Instructions>(mod.instructions);
    FlowChanges changes;
    meant(mod, [&](FlowId id, const FlowPtr &flow) {
        auto after = std::make_shared<Flow>(*flow);
        after->instructions = instructions;
        after->modified = now;
        after->cookie = mod.new_cookie.value_or(flow->cookie);
        changes.push_back({.kind = Kind::modified,
                           .reset_counts = mod.flags.reset_counts,
                           .id = id,
                           .before = flow,
                           .after = std::move(after)});
    });
    return changes;
}

FlowChanges FlowTables::plan_remove(const FlowMod &mod) const {
    FlowChanges changes;
    meant(mod, [&](FlowId id, const FlowPtr &flow) {
        if (leads_to(*flow, mod.out_port, mod.out_group))
            changes.push_back({.kind = Kind::removed, .id = id, .before = flow});
    });
    return changes;
}

FlowChanges FlowTables::plan_removal(FlowId id, RemovedReason reason) const {
    FlowChanges changes;
    if (const auto &flow = store_.at(id))
        changes.push_back({.kind = Kind::removed, .reason = reason, .id = id, .before = flow});
    return changes;
}

template <class Wanted>
FlowChanges FlowTables::remove_all(RemovedReason reason, const Wanted &wanted) const {
    FlowChanges changes;
    for (std::uint8_t table = 0; table < k_all_tables; ++table)
        store_.covered(table, {}, [&](FlowId id, const FlowPtr &flow) {
            if (wanted(*flow->instructions))
                changes.push_back(
                    {.kind = Kind::removed, .reason = reason, .id = id, .before = flow});
        });
    return changes;
}

FlowChanges FlowTables::plan_removal_of_group(std::uint32_t group) const {
    if (!users_of_group(group))
        return {};
    return remove_all(RemovedReason::group_removed,
                      [&](const Instructions &one) { return uses_group(one, group); });
}

FlowChanges FlowTables::plan_removal_of_meter(std::uint32_t meter) const {
    if (!users_of_meter(meter))
        return {};
    return remove_all(RemovedReason::meter_removed,
                      [&](const Instructions &one) { return uses_meter(one, meter); });
}

FlowChanges FlowTables::plan_timeouts(FlowId id, std::uint16_t idle, std::uint16_t hard) const {
    const auto &before = store_.at(id);
    if (!before)
        return {};
    auto after = *before;
    after.idle_timeout = idle;
    after.hard_timeout = hard;
    return {{.kind = Kind::modified,
             .id = id,
             .before = before,
             .after = std::make_shared<const Flow>(std::move(after))}};
}

FlowChanges FlowTables::plan_limit(std::uint8_t table) const {
    const auto &limit = limits_[table];
    const auto excess = store_.size(table) - std::min(store_.size(table), limit.most);
    FlowChanges changes;
    for (const auto &[importance, at, id] : limit.candidates | std::views::take(excess))
        changes.push_back({.kind = Kind::removed,
                           .reason = RemovedReason::evicted,
                           .id = id,
                           .before = store_.at(id)});
    return changes;
}

void FlowTables::apply(const FlowChanges &changes) {
    for (const auto &change : changes)
        put(change.id, change.after);
}

void FlowTables::undo(const FlowChanges &changes) {
    for (const auto &change : changes | std::views::reverse)
        put(change.id, change.before);
}

void FlowTables::put(FlowId id, const FlowPtr &flow) {
    if (const auto &before = store_.at(id)) {
        count(*before, false);
        limits_[before->table].candidates.erase(rank(id, *before));
    }
    if (flow) {
        count(*flow, true);
        if (limits_[flow->table].eviction)
            limits_[flow->table].candidates.insert(rank(id, *flow));
    }
    store_.put(id, flow);
}

void FlowTables::count(const Flow &flow, bool more) {
    const auto note = [&](Users &users, std::uint32_t number) {
        auto &entry = users[number];
        entry += more ? 1U : ~0U;
        if (!entry)
            users.erase(number);
    };
    for (const auto group : groups_of(*flow.instructions))
        note(group_users_, group);
    for (const auto meter : meters_of(*flow.instructions))
        note(meter_users_, meter);
}

std::uint32_t FlowTables::users_of_group(std::uint32_t group) const {
    const auto found = group_users_.find(group);
    return found == group_users_.end() ? 0 : found->second;
}

std::uint32_t FlowTables::users_of_meter(std::uint32_t meter) const {
    const auto found = meter_users_.find(meter);
    return found == meter_users_.end() ? 0 : found->second;
}

void FlowTables::for_each(const FlowFilter &filter,
                          const std::function<void(FlowId, const Flow &)> &use) const {
    const auto words = filter.match.words();
    const auto [first, last] = tables_of(filter.table);
    for (auto table = first; table <= last; ++table)
        store_.covered(table, words, [&](FlowId id, const FlowPtr &flow) {
            if (has_cookie(*flow, filter.cookie, filter.cookie_mask) &&
                leads_to(*flow, filter.out_port, filter.out_group))
                use(id, *flow);
        });
}

FlowStats stats_of(const Flow &flow, FlowTime now) {
    return {.table = flow.table,
            .priority = flow.priority,
            .match = flow.match.match(),
            .instructions = *flow.instructions,
            .cookie = flow.cookie,
            .idle_timeout = flow.idle_timeout,
            .hard_timeout = flow.hard_timeout,
            .flags = flow.flags,
            .importance = flow.importance,
            .duration = now - flow.created,
            .hard_age = std::chrono::duration_cast<std::chrono::seconds>(now - flow.modified)};
}

} // namespace bvs::model
