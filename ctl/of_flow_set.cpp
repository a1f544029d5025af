// SPDX-License-Identifier: Apache-2.0
#include "ctl/of_flow_set.h"

#include "ofagent/text/match.h"
#include "ofagent/wire/codec.h"

namespace bvs::ctl {

using model::FlowMod;
using model::FlowStats;
using wire::Version;

namespace {

// Without what is no part of a flow, or not told in this version.
FlowStats content(const FlowStats &flow, Version version) {
    FlowStats kept{.table = flow.table,
                   .priority = flow.priority,
                   .match = flow.match,
                   .instructions = flow.instructions,
                   .cookie = flow.cookie,
                   .idle_timeout = flow.idle_timeout,
                   .hard_timeout = flow.hard_timeout};
    if (version >= Version::of13)
        kept.flags = flow.flags;
    if (version >= Version::of14)
        kept.importance = flow.importance;
    kept.flags.check_overlap = kept.flags.reset_counts = false;
    return kept;
}

// The match is the key's business.
bool same_content(const FlowStats &one, const FlowStats &other) {
    FlowStats like_other = one;
    like_other.match = other.match;
    return like_other == other;
}

} // namespace

void FlowSet::insert(FlowStats flow) {
    const Key key{flow.table, -int{flow.priority}, flow.match.words(),
                  text::format(flow.match, text::nameless())};
    flows_.insert_or_assign(key, std::move(flow));
}

void FlowSet::add(const FlowStats &flow) {
    insert(content(flow, dialect_.version));
}

// There and back again: the same action may be said in several ways, and a version has one of them.
Result<> FlowSet::add(const FlowMod &mod) {
    if (mod.command != model::FlowCommand::add)
        return fail("only flows to be added can be compared with others");
    const auto message = wire::decode(wire::encode({.body = mod}, dialect_), dialect_);
    const auto *told = message ? std::get_if<FlowMod>(&message->body) : nullptr;
    if (!told)
        return fail("the flow cannot be said in this version of OpenFlow; -O names others");
    insert(content({.table = told->table,
                    .priority = told->priority,
                    .match = told->match,
                    .instructions = told->instructions,
                    .cookie = told->cookie,
                    .idle_timeout = told->idle_timeout,
                    .hard_timeout = told->hard_timeout,
                    .flags = told->flags,
                    .importance = told->importance},
                   dialect_.version));
    return {};
}

std::vector<FlowDifference> differences(const FlowSet &before, const FlowSet &after) {
    std::vector<FlowDifference> found;
    auto old = before.flows_.begin();
    auto now = after.flows_.begin();
    while (old != before.flows_.end() || now != after.flows_.end()) {
        const bool only_old =
            now == after.flows_.end() || (old != before.flows_.end() && old->first < now->first);
        const bool only_new = !only_old && (old == before.flows_.end() || now->first < old->first);
        if (only_old)
            found.push_back({&(old++)->second, nullptr});
        else if (only_new)
            found.push_back({nullptr, &(now++)->second});
        else {
            if (!same_content(old->second, now->second))
                found.push_back({&old->second, &now->second});
            ++old;
            ++now;
        }
    }
    return found;
}

FlowMod change_of(const FlowDifference &difference) {
    const auto &flow = difference.after ? *difference.after : *difference.before;
    FlowMod mod{.table = flow.table, .priority = flow.priority, .match = flow.match};
    if (!difference.after) {
        mod.command = model::FlowCommand::remove_strict;
        return mod;
    }
    mod.instructions = flow.instructions;
    mod.cookie = flow.cookie;
    mod.idle_timeout = flow.idle_timeout;
    mod.hard_timeout = flow.hard_timeout;
    mod.flags = flow.flags;
    mod.importance = flow.importance;
    return mod;
}

} // namespace bvs::ctl
