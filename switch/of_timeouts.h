// SPDX-License-Identifier: Apache-2.0
//
// When to look whether a flow has expired: each at the earliest time at which it can have, so that
// what is looked at is a small part of those that have a timeout. Pure.
#pragma once

#include "switch/model/flow_store.h"

#include <chrono>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

namespace bvs::daemon {

class Timeouts {
  public:
    using Time = std::chrono::nanoseconds;

    // Instead of what was said of the flow before.
    void watch(model::FlowId flow, Time when);
    void forget(model::FlowId flow);

    bool any_due(Time now) const { return !order_.empty() && order_.begin()->first <= now; }
    std::vector<model::FlowId> take_due(Time now, std::size_t most); // watched no more

  private:
    std::set<std::pair<Time, model::FlowId>> order_;
    std::unordered_map<model::FlowId, Time> times_;
};

struct Expiry {
    bool now = false;
    model::RemovedReason reason = model::RemovedReason::hard_timeout;
    std::chrono::nanoseconds next{}; // if not now: when it can expire at the earliest
};
// Of a flow that has a timeout, by when it was used last.
Expiry expiry(const model::Flow &flow, std::chrono::nanoseconds used, std::chrono::nanoseconds now);

} // namespace bvs::daemon
