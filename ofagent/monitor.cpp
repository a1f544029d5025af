// SPDX-License-Identifier: Apache-2.0
#include "ofagent/monitor.h"

#include "switch/model/action_use.h"

#include <fmt/format.h>

namespace bvs::ofagent {

using model::Refusal;

namespace {

// OFPFMF_*, OpenFlow 1.5.1, 7.3.5.19.
constexpr std::uint16_t k_initial = 1 << 0;
constexpr std::uint16_t k_add = 1 << 1;
constexpr std::uint16_t k_removed = 1 << 2;
constexpr std::uint16_t k_modify = 1 << 3;
constexpr std::uint16_t k_instructions = 1 << 4;
constexpr std::uint16_t k_no_abbreviation = 1 << 5;
constexpr std::uint16_t k_only_own = 1 << 6;
constexpr std::uint16_t k_known_flags = (1 << 7) - 1;

bool selects(const model::FlowFilter &filter, const model::FlowStats &flow) {
    return (filter.table == model::k_all_tables || filter.table == flow.table) &&
           (filter.out_port == model::port::any ||
            model::outputs_to(flow.instructions, filter.out_port)) &&
           (filter.out_group == model::k_any_group ||
            model::uses_group(flow.instructions, filter.out_group)) &&
           model::covers(filter.match.words(), flow.match.words());
}

wire::FlowEvent event_of(FlowChange::Kind kind) {
    switch (kind) {
    case FlowChange::Kind::added:
        return wire::FlowEvent::added;
    case FlowChange::Kind::modified:
        return wire::FlowEvent::modified;
    case FlowChange::Kind::removed:
        break;
    }
    return wire::FlowEvent::removed;
}

std::uint16_t flag_of(FlowChange::Kind kind) {
    switch (kind) {
    case FlowChange::Kind::added:
        return k_add;
    case FlowChange::Kind::modified:
        return k_modify;
    case FlowChange::Kind::removed:
        break;
    }
    return k_removed;
}

} // namespace

model::Answer<std::vector<wire::FlowUpdate>> Monitors::start(const wire::FlowMonitorStart &start,
                                                             const OfSwitch &of_switch) {
    std::vector<wire::FlowUpdate> updates;
    for (const auto &request : start.requests) {
        if (request.flags & ~k_known_flags)
            return model::refuse(Refusal::monitor_bad_flags,
                                 fmt::format("monitor flags {:#x} are unknown", request.flags));
        constexpr std::uint8_t add = 0, remove = 2;
        if (request.command > remove)
            return model::refuse(Refusal::monitor_bad_command,
                                 fmt::format("monitor command {} is unknown", request.command));
        if (request.command == add && monitors_.contains(request.monitor))
            return model::refuse(Refusal::monitor_exists,
                                 fmt::format("there is a monitor {} already", request.monitor));
        if (request.command != add && !monitors_.contains(request.monitor))
            return model::refuse(Refusal::monitor_unknown,
                                 fmt::format("there is no monitor {}", request.monitor));
        auto filter = request.filter;
        if (auto bound = of_switch.bind(filter.match); !bound)
            return std::unexpected(bound.error());
        monitors_.erase(request.monitor);
        if (request.command == remove)
            continue;
        monitors_.emplace(request.monitor, request).first->second.filter = filter;
        if (!(request.flags & k_initial))
            continue;
        for (auto &flow : of_switch.flow_stats(filter)) {
            if (!(request.flags & k_instructions))
                flow.instructions = {};
            updates.push_back({.event = wire::FlowEvent::initial, .flow = std::move(flow)});
        }
    }
    return updates;
}

model::Answer<> Monitors::cancel(std::uint32_t monitor) {
    if (!monitors_.erase(monitor))
        return model::refuse(Refusal::monitor_unknown,
                             fmt::format("there is no monitor {}", monitor));
    return {};
}

// One message a change, though several monitors may want it: OpenFlow has it so.
std::optional<wire::FlowUpdate> Monitors::update(const FlowChange &change, bool own,
                                                 std::uint32_t xid) const {
    std::uint16_t flags = 0;
    for (const auto &[id, monitor] : monitors_)
        if (monitor.flags & flag_of(change.kind) && (own || !(monitor.flags & k_only_own)) &&
            selects(monitor.filter, change.flow))
            flags |= monitor.flags;
    if (!flags)
        return std::nullopt;
    if (own && !(flags & k_no_abbreviation))
        return wire::FlowUpdate{.event = wire::FlowEvent::abbreviated, .xid = xid};
    wire::FlowUpdate update{
        .event = event_of(change.kind), .reason = change.reason, .flow = change.flow};
    if (!(flags & k_instructions))
        update.flow.instructions = {};
    return update;
}

} // namespace bvs::ofagent
