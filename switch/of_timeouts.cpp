// SPDX-License-Identifier: Apache-2.0
#include "switch/of_timeouts.h"

#include <algorithm>

namespace bvs::daemon {

void Timeouts::watch(model::FlowId flow, Time when) {
    forget(flow);
    order_.emplace(when, flow);
    times_[flow] = when;
}

void Timeouts::forget(model::FlowId flow) {
    const auto found = times_.find(flow);
    if (found == times_.end())
        return;
    order_.erase({found->second, flow});
    times_.erase(found);
}

std::vector<model::FlowId> Timeouts::take_due(Time now, std::size_t most) {
    std::vector<model::FlowId> due;
    while (any_due(now) && due.size() < most) {
        due.push_back(order_.begin()->second);
        times_.erase(due.back());
        order_.erase(order_.begin());
    }
    return due;
}

Expiry expiry(const model::Flow &flow, std::chrono::nanoseconds used,
              std::chrono::nanoseconds now) {
    constexpr auto never = std::chrono::nanoseconds::max();
    const auto after = [&](std::uint16_t timeout, std::chrono::nanoseconds since) {
        return timeout ? since + std::chrono::seconds(timeout) : never;
    };
    const auto hard = after(flow.hard_timeout, flow.modified);
    const auto idle = after(flow.idle_timeout, used);
    return {.now = std::min(hard, idle) <= now,
            .reason = hard <= now ? model::RemovedReason::hard_timeout
                                  : model::RemovedReason::idle_timeout,
            .next = std::min(hard, idle)};
}

} // namespace bvs::daemon
