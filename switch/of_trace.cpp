// SPDX-License-Identifier: Apache-2.0
//
// What the datapath's numbers in a trace mean in a bridge.
#include "ofagent/text/match.h"
#include "switch/of_bridge.h"

namespace bvs::daemon {

TraceNames OfBridge::trace_names() const {
    const auto rule = [this](std::uint32_t place) -> std::optional<TracedRule> {
        const auto flow = datapath_.flow_of(place, flows_);
        if (!flow)
            return std::nullopt;
        return TracedRule{.match = text::format(flow->match.match(), text::nameless()),
                          .priority = flow->priority,
                          .cookie = flow->cookie};
    };
    const auto group = [this](std::uint32_t place) { return datapath_.group_at(place); };
    const auto bucket = [this](std::uint32_t place, std::uint32_t index) {
        const auto number = datapath_.group_at(place);
        const auto known = number ? groups_.find(*number) : nullptr;
        if (!known || index >= known->description.buckets.size())
            return index;
        const auto id = known->description.buckets[index].id;
        return id == model::bucket_place::all ? index : id;
    };
    const auto meter = [](std::uint32_t place) { return std::optional(place); };
    return {.rule = rule,
            .places = {.group = group, .meter = meter, .options = options_.fields()},
            .bucket = bucket};
}

std::optional<std::uint32_t> OfDatapath::group_at(std::uint32_t place) const {
    for (const auto &[group, rule] : groups_)
        if (rule.place == place)
            return group;
    return std::nullopt;
}

} // namespace bvs::daemon
