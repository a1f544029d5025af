// SPDX-License-Identifier: Apache-2.0
//
// How OfBridge takes over flows of another switch, with what they counted there.
#include "ofagent/text/action.h"
#include "switch/of_bridge.h"

#include <algorithm>

namespace bvs::daemon {

using model::Answer;

namespace {

model::FlowMod addition(const model::FlowStats &flow) {
    auto flags = flow.flags;
    flags.reset_counts = true; // of one that it replaces
    return {.table = flow.table,
            .priority = flow.priority,
            .match = flow.match,
            .instructions = flow.instructions,
            .cookie = flow.cookie,
            .idle_timeout = flow.idle_timeout,
            .hard_timeout = flow.hard_timeout,
            .flags = flags,
            .importance = flow.importance,
            .lenient_actions = true}; // it was let in before
}

std::uint64_t lacking(std::uint64_t there, std::uint64_t wanted) {
    return wanted > there ? wanted - there : 0;
}

} // namespace

model::FlowId OfBridge::find(const model::FlowStats &flow) const {
    auto match = flow.match;
    return options_.bind(match) ? flows_.find(flow.table, flow.priority, match.words())
                                : model::k_no_flow;
}

// Actions are the same if people would write them so, by whatever messages they came.
bool OfBridge::has(const model::FlowStats &flow) const {
    const auto id = find(flow);
    if (id == model::k_no_flow)
        return false;
    const auto &there = *flows_.find(id);
    return there.cookie == flow.cookie && there.idle_timeout == flow.idle_timeout &&
           there.hard_timeout == flow.hard_timeout && there.flags == flow.flags &&
           there.importance == flow.importance &&
           text::format(*there.instructions, {}) == text::format(flow.instructions, {});
}

void OfBridge::raise_counters(const model::FlowStats &flow, std::chrono::nanoseconds used) {
    const auto id = find(flow);
    if (id == model::k_no_flow)
        return; // evicted by a later one
    const auto there = datapath_.counters(id);
    datapath_.credit(
        datapath_.rule_of(id),
        {lacking(there.packets, flow.counters.packets), lacking(there.bytes, flow.counters.bytes)},
        std::max(used, std::chrono::nanoseconds{}));
}

std::expected<void, ofagent::BundleFailure>
OfBridge::take_over(std::span<const model::FlowStats> flows, Take take) {
    std::size_t index = 0;
    const auto now = monotonic_now();
    const auto plan = [&](OfDraft &draft) -> Answer<> {
        for (index = 0; index < flows.size(); ++index) {
            if (has(flows[index]))
                continue;
            draft.at(now - flows[index].duration);
            if (auto done = draft.add(addition(flows[index])); !done)
                return done;
        }
        return {};
    };
    Answer<> done;
    if (take == Take::none) {
        OfDraft draft(tables(), now);
        done = plan(draft);
        draft.undo();
    } else {
        harvest();
        done = carry_out(plan);
    }
    if (!done)
        return std::unexpected(ofagent::BundleFailure{index, done.error()});
    if (take == Take::all)
        for (const auto &flow : flows)
            raise_counters(flow, now - flow.idle);
    return {};
}

} // namespace bvs::daemon
