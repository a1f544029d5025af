// SPDX-License-Identifier: Apache-2.0
//
// The rules of OfDatapath that are above all flows.
#include "switch/compile/rule.h"
#include "switch/of_datapath.h"
#include "switch/of_record.h"

#include <algorithm>

namespace bvs::daemon {

using model::Answer;
using model::Refusal;

namespace {

const model::Instructions k_normal{.apply = {model::action::Output{.port = model::port::normal}}};

} // namespace

Answer<> OfDatapath::write_hidden(Hidden &hidden) {
    const auto match = compile::compile_match(hidden.flow.match);
    if (!match)
        return std::unexpected(match.error());
    const auto program = compile::compile_instructions(k_normal, 0, places());
    if (!program)
        return std::unexpected(program.error());
    const auto record = record_of(hidden.flow, {hidden.created, bridge_, hidden.flow.priority});
    const auto place = writer_.add({.table = 0,
                                    .priority = hidden.flow.priority,
                                    .mask = match->mask,
                                    .value = match->value,
                                    .code = program->code,
                                    .record = record});
    if (!place)
        return model::refuse(Refusal::flow_table_full, place.error().message);
    hidden.rule = {.place = *place, .looks_at = use(match->looks_at(), program->reads)};
    return {};
}

Answer<> OfDatapath::set_hidden(const std::vector<HiddenFlow> &wanted) {
    if (std::ranges::equal(wanted, hidden_, {}, {}, &Hidden::flow))
        return {};
    writer_.begin(bridge_);
    Answer<> done;
    std::vector<Hidden> next;
    std::vector<Rule> written;
    for (const auto &flow : wanted) {
        if (const auto there = std::ranges::find(hidden_, flow, &Hidden::flow);
            there != hidden_.end()) {
            next.push_back(*there);
            continue;
        }
        next.push_back({.flow = flow, .rule = {}, .created = monotonic_now()});
        if (done)
            done = write_hidden(next.back());
        if (done)
            written.push_back(next.back().rule);
    }
    std::vector<Hidden> leaving;
    for (const auto &hidden : hidden_)
        if (std::ranges::find(wanted, hidden.flow) == wanted.end())
            leaving.push_back(hidden);
    for (const auto &hidden : leaving)
        writer_.remove(hidden.rule.place);
    if (done)
        done = commit({});
    if (!done) {
        writer_.abort();
        for (const auto &rule : written)
            looks_at_.remove(*rule.looks_at);
        return done;
    }
    for (const auto &hidden : leaving) {
        retired_.push_back(hidden.rule.looks_at);
        removed_[hidden.rule.place] = {};
    }
    hidden_ = std::move(next);
    return {};
}

bool OfDatapath::adopt_hidden(std::uint32_t place) {
    const auto priority = writer_.priority_of(place);
    const auto recorded = recorded_flow(writer_.record(place));
    if (priority <= k_highest_priority || !recorded)
        return false;
    const auto match = compile::compile_match(recorded->mod.match);
    if (!match)
        return false;
    const Rule rule{.place = place, .looks_at = use(match->looks_at(), {})};
    hidden_.push_back({.flow = {.priority = priority, .match = recorded->mod.match},
                       .rule = rule,
                       .created = recorded->about.created});
    return true;
}

std::uint32_t OfDatapath::hidden_rule(const HiddenFlow &flow) const {
    const auto found = std::ranges::find(hidden_, flow, &Hidden::flow);
    return found == hidden_.end() ? 0 : found->rule.place;
}

std::vector<OfDatapath::HiddenStats> OfDatapath::hidden() const {
    std::vector<HiddenStats> found;
    for (const auto &[flow, rule, created] : hidden_) {
        const auto counters = writer_.counters(rule.place);
        found.push_back({flow, {counters.packets, counters.bytes}, created});
    }
    return found;
}

} // namespace bvs::daemon
