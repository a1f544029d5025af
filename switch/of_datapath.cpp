// SPDX-License-Identifier: Apache-2.0
#include "switch/of_datapath.h"

#include "switch/compile/group.h"
#include "switch/compile/rule.h"
#include "switch/of_record.h"

#include <algorithm>
#include <ctime>
#include <fmt/format.h>

namespace bvs::daemon {

using model::Answer;
using model::Refusal;

namespace {

std::unexpected<model::OpenFlowError> no_room(const Error &error) {
    return model::refuse(Refusal::flow_table_full, error.message);
}

bool same_rule(const model::Flow &one, const model::Flow &other) {
    return one.table == other.table && one.priority == other.priority &&
           one.match.words() == other.match.words();
}

} // namespace

std::chrono::nanoseconds monotonic_now() {
    timespec time{};
    ::clock_gettime(CLOCK_MONOTONIC, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

const compile::FlowMask *OfDatapath::use(compile::FlowMask match, const compile::FlowMask &reads) {
    for (std::size_t word = 0; word < match.size(); ++word)
        match[word] |= reads[word];
    return &looks_at_.add(match);
}

OfDatapath::Rule &OfDatapath::rule(model::FlowId id) {
    if (id >= rules_.size())
        rules_.resize(id + 1);
    return rules_[id];
}

std::uint32_t OfDatapath::place_of(model::FlowId id) const {
    return id < rules_.size() ? rules_[id].place : 0;
}

// Groups and meters are named by where they will be when the change under way is visible.
compile::Places OfDatapath::places() const {
    return {.group = [this](std::uint32_t group) -> std::optional<std::uint32_t> {
                for (const auto *known : {&new_groups_, &groups_})
                    if (const auto place = known->find(group); place != known->end())
                        return place->second.place;
                return std::nullopt;
            },
            .meter = [this](std::uint32_t meter) -> std::optional<std::uint32_t> {
                for (const auto *known : {&new_meters_, &meters_})
                    if (const auto place = known->find(meter); place != known->end())
                        return place->second;
                return std::nullopt;
            }};
}

Answer<> OfDatapath::write(const OfDraft &draft, const OfTables &tables) {
    Sums sums{.flows = draft.flows(), .groups = draft.groups(), .meters = draft.meters()};
    const bool groups = !sums.groups.empty();
    return write(std::move(sums), tables, {.groups = groups});
}

void OfDatapath::ports_changed(const OfTables &tables) {
    GroupSums watching;
    for (const auto &[group, value] : tables.groups.all())
        if (std::ranges::any_of(value->description.buckets, [](const model::Bucket &bucket) {
                return bucket.watch_port != model::port::any;
            }))
            watching[group] = {.before = value, .after = value};
    (void)write({.flows = {}, .groups = std::move(watching), .meters = {}}, tables, {.all = true});
}

void OfDatapath::liveness_changed() {
    writer_.begin(bridge_);
    (void)writer_.commit({.groups = true});
}

bool OfDatapath::finished(model::FlowId id) const {
    const auto place = place_of(id);
    return place && writer_.finished(place);
}

Answer<> OfDatapath::write(Sums sums, const OfTables &tables, maps::Voids voids) {
    writer_.begin(bridge_);
    Answer<> done = write_meters(sums.meters);
    if (done)
        done = write_groups(sums.groups, tables);
    if (done)
        add_users_of_moved_groups(tables, sums.flows);
    std::vector<Written> written;
    for (const auto &[id, sum] : sums.flows) {
        if (!done)
            break;
        if (auto rule = write(id, sum))
            written.push_back({.id = id, .sum = &sum, .rule = *rule});
        else
            done = std::unexpected(rule.error());
    }
    if (done)
        done = commit(voids);
    if (!done) {
        writer_.abort();
        for (const auto &one : written)
            if (one.rule.place)
                looks_at_.remove(*one.rule.looks_at);
        for (const auto &[group, rule] : new_groups_)
            looks_at_.remove(*rule.looks_at);
        new_groups_.clear();
        new_meters_.clear();
        return done;
    }
    for (const auto &one : written)
        settle(one);
    settle_groups(sums.groups);
    settle_meters(sums.meters);
    return {};
}

// What packets are compared with is widened before any of it is visible.
Answer<> OfDatapath::commit(maps::Voids voids) {
    if (auto widened = widen_cache_masks(); !widened)
        return widened;
    if (auto committed = writer_.commit(voids); !committed)
        return no_room(committed.error());
    return {};
}

Answer<OfDatapath::Rule> OfDatapath::write(model::FlowId id, const OfDraft::FlowSum &sum) {
    const auto old = place_of(id);
    if (!sum.after) {
        if (old)
            writer_.remove(old);
        return Rule();
    }
    if (!sum.before || !same_rule(*sum.before, *sum.after)) {
        if (old)
            writer_.remove(old);
        return write_new(*sum.after);
    }
    auto program =
        compile::compile_instructions(*sum.after->instructions, sum.after->table, places());
    if (!program)
        return std::unexpected(program.error());
    const auto match = compile::compile_match(sum.after->match.match());
    if (!match)
        return std::unexpected(match.error());
    const auto place =
        writer_.replace(old, program->code, record_of(*sum.after, bridge_), sum.reset_counts);
    if (!place)
        return no_room(place.error());
    return Rule{.place = *place, .looks_at = use(match->looks_at(), program->reads)};
}

Answer<OfDatapath::Rule> OfDatapath::write_new(const model::Flow &flow) {
    const auto match = compile::compile_match(flow.match.match());
    if (!match)
        return std::unexpected(match.error());
    const auto program = compile::compile_instructions(*flow.instructions, flow.table, places());
    if (!program)
        return std::unexpected(program.error());
    const auto record = record_of(flow, bridge_);
    const auto place = writer_.add({.table = flow.table,
                                    .priority = flow.priority,
                                    .mask = match->mask,
                                    .value = match->value,
                                    .code = program->code,
                                    .record = record});
    if (!place)
        return no_room(place.error());
    return Rule{.place = *place, .looks_at = use(match->looks_at(), program->reads)};
}

Answer<> OfDatapath::widen_cache_masks() {
    compile::CacheMasks there;
    for (unsigned kind = 0; kind < BVS_KINDS; ++kind)
        there[kind] = writer_.cache_mask(bridge_, kind);
    const auto wide = compile::widen(there, looks_at_);
    if (!wide)
        return std::unexpected(wide.error());
    for (unsigned kind = 0; kind < BVS_KINDS; ++kind)
        writer_.set_cache_mask(bridge_, kind, (*wide)[kind]);
    return {};
}

// The change is visible; from here on it is so.
void OfDatapath::settle(const Written &written) {
    auto &known = rule(written.id);
    const auto &sum = *written.sum;
    if (known.place) {
        retired_.push_back(known.looks_at);
        flow_of_rule_.erase(known.place);
        const bool replaced = sum.after && sum.before && same_rule(*sum.before, *sum.after);
        if (!replaced) {
            Removed removed{.flow = sum.before, .when = monotonic_now()};
            if (!sum.after && sum.before->flags.send_removed)
                removed.tell = sum.reason;
            removed_[known.place] = std::move(removed);
        }
    }
    known = written.rule;
    if (known.place)
        flow_of_rule_[known.place] = written.id;
}

void OfDatapath::all_gone() {
    if (retired_.empty())
        return;
    for (const auto *mask : retired_)
        looks_at_.remove(*mask);
    retired_.clear();
    compile::CacheMasks there;
    for (unsigned kind = 0; kind < BVS_KINDS; ++kind)
        there[kind] = writer_.cache_mask(bridge_, kind);
    const auto narrow = compile::narrow(there, looks_at_);
    for (unsigned kind = 0; kind < BVS_KINDS; ++kind)
        writer_.set_cache_mask(bridge_, kind, narrow[kind]);
}

// Tracing is somebody else's.
void OfDatapath::set_flags(std::uint32_t flags) {
    auto &all = maps_.pipelines.at(bridge_).flags;
    all = flags | (all & BVS_PIPELINE_TRACED);
    writer_.begin(bridge_);
    (void)writer_.commit({.all = true});
}

void OfDatapath::credit(std::uint32_t rule, const model::FlowCounters &counters,
                        std::chrono::nanoseconds used) const {
    if (rule && counters.packets)
        writer_.credit(rule, counters.packets, counters.bytes,
                       static_cast<std::uint32_t>(used.count() >> BVS_TICK_SHIFT));
}

model::FlowCounters OfDatapath::counters(model::FlowId id) const {
    const auto place = place_of(id);
    if (!place)
        return {};
    const auto counters = writer_.counters(place);
    return {counters.packets, counters.bytes};
}

// Of a tick its end counts, so that nothing is taken for idle too early.
std::chrono::nanoseconds OfDatapath::last_used(model::FlowId id, const model::Flow &flow) const {
    const auto place = place_of(id);
    const auto tick = place ? writer_.counters(place).used : 0;
    if (!tick)
        return flow.modified;
    const std::chrono::nanoseconds used{(static_cast<std::int64_t>(tick) + 1) << BVS_TICK_SHIFT};
    return std::max(flow.modified, std::min(used, monotonic_now()));
}

model::FlowPtr OfDatapath::flow_of(std::uint32_t rule, const model::FlowTables &flows) const {
    if (const auto place = flow_of_rule_.find(rule); place != flow_of_rule_.end())
        return flows.find(place->second);
    const auto removed = removed_.find(rule);
    return removed == removed_.end() ? nullptr : removed->second.flow;
}

std::optional<OfDatapath::Removed> OfDatapath::forget(std::uint32_t rule) {
    auto found = removed_.extract(rule);
    if (found.empty())
        return std::nullopt;
    return std::move(found.mapped());
}

} // namespace bvs::daemon
