// SPDX-License-Identifier: Apache-2.0
#include "netflow/flow_cache.h"

#include <algorithm>

namespace bvs::netflow {

void FlowCache::count(const FlowKey &key, const Traffic &traffic, Time now, FlowRecords &out) {
    if (!traffic.packets)
        return;
    if (!limits_.most_flows) {
        out.push_back({key, traffic, traffic.first, FlowEnd::no_room});
        return;
    }
    const auto found = flows_.find(key);
    if (found == flows_.end() && flows_.size() >= limits_.most_flows)
        evict(out);
    auto &flow = found == flows_.end() ? insert(key, traffic, now) : found->second;
    refresh(flow, traffic, now);
}

FlowCache::Flow &FlowCache::insert(const FlowKey &key, const Traffic &traffic, Time now) {
    const auto [place, fresh] = flows_.try_emplace(key);
    auto &flow = place->second;
    flow.key = &place->first;
    flow.started = traffic.first;
    flow.seen = now;
    live_.push_back(flow);
    return flow;
}

void FlowCache::refresh(Flow &flow, const Traffic &traffic, Time now) {
    if (!flow.traffic.packets) {
        flow.opened = now;
        open_.push_back(flow);
    }
    flow.traffic += traffic;
    if (flow.ended)
        return;
    flow.seen = now;
    flow.ended = (traffic.tcp_flags & (k_tcp_fin | k_tcp_rst)) != 0;
    auto &list = flow.ended ? over_ : live_;
    list.splice(list.end(), live_, live_.iterator_to(flow));
}

void FlowCache::expire(Time now, FlowRecords &out, std::size_t most) {
    while (most-- > 0 && expire_one(now, out)) {
    }
}

// Ends go first, so that a flow that is over is not said to go on.
bool FlowCache::expire_one(Time now, FlowRecords &out) {
    if (!over_.empty() && now >= over_.front().seen + limits_.ended)
        remove(over_.front(), FlowEnd::detected, out);
    else if (!live_.empty() && now >= live_.front().seen + limits_.inactive)
        remove(live_.front(), FlowEnd::idle, out);
    else if (limits_.active && !open_.empty() && now >= open_.front().opened + *limits_.active)
        report(open_.front(), FlowEnd::active, out);
    else
        return false;
    return true;
}

std::optional<Time> FlowCache::next() const {
    std::optional<Time> next;
    const auto consider = [&next](Time due) { next = next ? std::min(*next, due) : due; };
    if (!over_.empty())
        consider(over_.front().seen + limits_.ended);
    if (!live_.empty())
        consider(live_.front().seen + limits_.inactive);
    if (limits_.active && !open_.empty())
        consider(open_.front().opened + *limits_.active);
    return next;
}

void FlowCache::flush(FlowRecords &out) {
    while (!over_.empty())
        remove(over_.front(), FlowEnd::detected, out);
    while (!live_.empty())
        remove(live_.front(), FlowEnd::forced, out);
}

void FlowCache::set(const CacheLimits &limits, FlowRecords &out) {
    limits_ = limits;
    while (flows_.size() > limits_.most_flows)
        evict(out);
}

void FlowCache::evict(FlowRecords &out) {
    if (!over_.empty())
        remove(over_.front(), FlowEnd::detected, out);
    else
        remove(live_.front(), FlowEnd::no_room, out);
}

void FlowCache::report(Flow &flow, FlowEnd end, FlowRecords &out) {
    out.push_back({*flow.key, flow.traffic, flow.started, end});
    flow.traffic = {};
    open_.erase(open_.iterator_to(flow));
}

void FlowCache::remove(Flow &flow, FlowEnd end, FlowRecords &out) {
    if (flow.traffic.packets)
        report(flow, end, out);
    auto &list = flow.ended ? over_ : live_;
    list.erase(list.iterator_to(flow));
    flows_.erase(flows_.find(*flow.key));
}

} // namespace bvs::netflow
