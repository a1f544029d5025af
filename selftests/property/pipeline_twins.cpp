// SPDX-License-Identifier: Apache-2.0
#include "selftests/property/pipeline_twins.h"

#include "ofagent/text/flow.h"
#include "ofagent/text/group.h"

#include <algorithm>
#include <array>
#include <fmt/ranges.h>

namespace bvs::property {

namespace {

constexpr std::size_t k_most_outcomes = 64;
constexpr std::array k_limits = {BVS_DROP_EFFECTS, BVS_DROP_VISITS,       BVS_DROP_DEPTH,
                                 BVS_DROP_STEPS,   BVS_DROP_ACTION_STACK, BVS_DROP_ACTION_SET};

std::string hex(const Bytes &bytes) {
    return fmt::format("{:02x}", fmt::join(bytes, ""));
}

std::string describe(const std::map<std::uint32_t, std::vector<Bytes>> &sent) {
    std::string words = sent.empty() ? "        nothing\n" : "";
    for (const auto &[port, frames] : sent)
        for (const auto &frame : frames)
            words += fmt::format("        port {}: {}\n", port, hex(frame));
    return words;
}

// The number at the end of a frame.
std::size_t number_of(const Bytes &frame) {
    std::size_t number = 0;
    for (auto byte = frame.end() - 4; byte != frame.end(); ++byte)
        number = number << 8 | *byte;
    return number;
}

std::string describe(const Visit &visit) {
    constexpr std::array k_kinds = {"flow", "table", "group", "bucket of group"};
    return fmt::format("{} {}", k_kinds[static_cast<std::size_t>(visit.kind)], visit.number);
}

} // namespace

std::string describe(const ReferencePipeline &pipeline) {
    std::string words;
    for (const auto &[number, port] : pipeline.ports())
        words += fmt::format("    port {}{}{}\n", number, port.up ? "" : " down",
                             port.no_flood ? " no-flood" : "");
    for (const auto &[number, group] : pipeline.groups())
        words += fmt::format("    {}\n", text::format(group, {}));
    for (const auto &[id, flow] : pipeline.flows()) {
        const model::FlowStats stats{.table = flow.table,
                                     .priority = flow.priority,
                                     .match = flow.match,
                                     .instructions = flow.instructions};
        words += fmt::format("    flow {}: {}\n", id, text::format(stats, text::Detail::flow, {}));
    }
    return words;
}

std::string describe(const Sample &sample) {
    return fmt::format("in at port {}: {}", sample.in_port, hex(sample.packet.frame()));
}

PipelineTwins::PipelineTwins(const ReferencePipeline::Ports &ports)
    : lab_(ports), reference_(lab_.reference()) {
    lab_.harvest();
    for (std::uint8_t table = 0; table < model::k_tables; ++table)
        before_[table] = lab_.table_counters(table);
}

bool PipelineTwins::apply(const std::vector<Change> &changes) {
    if (!lab_.apply(changes))
        return false;
    for (const auto &change : changes)
        if (const auto *mod = std::get_if<model::GroupMod>(&change))
            if (reference_.groups().contains(mod->group))
                changed_groups_.insert(mod->group);
    reference_ = lab_.reference();
    std::erase_if(counted_, [this](const auto &entry) {
        const auto &visit = entry.first;
        return visit.kind == Visit::Kind::flow &&
               std::ranges::none_of(reference_.flows(),
                                    [&](const auto &flow) { return flow.first == visit.number; });
    });
    return true;
}

// Does the datapath say so itself?
bool PipelineTwins::over_limit(const Sample &sample) {
    const auto drops = [this] {
        std::uint64_t sum = 0;
        for (const auto reason : k_limits)
            sum += lab_.drops(reason);
        return sum;
    };
    const auto before = drops();
    certain_ = false;
    lab_.inject({{sample.in_port, sample.packet.frame()}});
    return drops() > before;
}

std::optional<Difference> PipelineTwins::run(Way way, const std::vector<Sample> &samples,
                                             std::vector<Expected> &expected) {
    std::vector<fixture::Lab::Sent> frames;
    for (std::size_t i = 0; i < samples.size(); ++i)
        if (!expected[i].outcomes.empty())
            frames.emplace_back(samples[i].in_port, samples[i].packet.frame());
    const auto delivered = way == Way::injected ? lab_.inject(frames) : lab_.lab().send(frames);
    std::vector<Sent> sent(samples.size());
    for (const auto &[port, list] : delivered)
        for (const auto &frame : list)
            if (const auto number = number_of(frame); number < sent.size())
                sent[number][port].push_back(frame);
    for (std::size_t i = 0; i < samples.size(); ++i) {
        auto &outcomes = expected[i].outcomes;
        if (outcomes.empty())
            continue;
        const auto before = outcomes;
        std::erase_if(outcomes, [&](const Outcome &outcome) { return outcome.sent != sent[i]; });
        if (!outcomes.empty())
            continue;
        if (sent[i].empty() && over_limit(samples[i])) {
            ++left_out_;
            continue;
        }
        constexpr std::array k_ways = {"over the wire", "over the wire again", "injected"};
        return Difference{fmt::format("{}, {}\n    expected:\n{}    sent:\n{}",
                                      property::describe(samples[i]),
                                      k_ways[static_cast<std::size_t>(way)],
                                      describe(before[0].sent), describe(sent[i])),
                          samples[i]};
    }
    return std::nullopt;
}

// Which of several outcomes it was does not matter if they count alike.
void PipelineTwins::count(const Expected &expected) {
    constexpr std::uint64_t k_ways = 3;
    const auto &outcomes = expected.outcomes;
    if (outcomes.empty() || std::ranges::any_of(outcomes, [&](const Outcome &outcome) {
            return outcome.visits != outcomes[0].visits;
        })) {
        certain_ = false;
        return;
    }
    for (const auto &visit : outcomes[0].visits) {
        auto &counters = counted_[visit];
        counters.packets += k_ways;
        counters.bytes += k_ways * expected.length;
    }
}

std::optional<Difference> PipelineTwins::compare(const std::vector<Sample> &samples) {
    std::vector<Expected> expected;
    for (const auto &sample : samples) {
        expected.push_back({reference_.run(sample.in_port, sample.packet, k_most_outcomes),
                            sample.packet.frame().size()});
        left_out_ += expected.back().outcomes.empty();
    }
    const auto all = expected;
    for (const auto way : {Way::wire, Way::wire_again, Way::injected})
        if (auto difference = run(way, samples, expected))
            return difference;
    for (std::size_t i = 0; i < samples.size(); ++i)
        if (!all[i].outcomes.empty())
            count(expected[i]);
    return std::nullopt;
}

std::optional<Difference> PipelineTwins::compare_counters() {
    if (!certain_)
        return std::nullopt;
    lab_.harvest();
    const auto differs = [](const Visit &visit, std::uint64_t packets, std::uint64_t counted) {
        return Difference{fmt::format("{} counts {} packets or bytes, expected {}", describe(visit),
                                      counted, packets),
                          {}};
    };
    for (const auto &[visit, expected] : counted_) {
        model::FlowCounters counted;
        if (visit.kind == Visit::Kind::flow)
            counted = lab_.counters(visit.number);
        else if (visit.kind == Visit::Kind::miss)
            continue;
        else if (changed_groups_.contains(visit.number) && visit.kind == Visit::Kind::bucket)
            continue;
        else if (const auto group = lab_.group_counters(visit.number);
                 visit.kind == Visit::Kind::group)
            counted = {group.group.packets, group.group.bytes};
        else
            counted = {group.buckets.at(visit.bucket).packets,
                       group.buckets.at(visit.bucket).bytes};
        if (counted.packets != expected.packets)
            return differs(visit, expected.packets, counted.packets);
        if (counted.bytes != expected.bytes)
            return differs(visit, expected.bytes, counted.bytes);
    }
    for (std::uint8_t table = 0; table < model::k_tables; ++table) {
        const Visit visit{Visit::Kind::miss, table};
        const auto found = counted_.find(visit);
        const auto expected = found == counted_.end() ? 0 : found->second.packets;
        const auto missed = lab_.table_counters(table).missed - before_[table].missed;
        if (missed != expected)
            return differs(visit, expected, missed);
    }
    return std::nullopt;
}

} // namespace bvs::property
