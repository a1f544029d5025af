// SPDX-License-Identifier: Apache-2.0
#include "switch/trace_ring.h"

#include <bpf/libbpf.h>
#include <cstring>

namespace bvs::daemon {

namespace {

constexpr std::size_t k_most_unfinished = 256;

} // namespace

int TraceRing::give(void *reading, void *data, std::size_t size) {
    auto &under_way = *static_cast<Reading *>(reading);
    bvs_trace_event event = {};
    if (size < sizeof event)
        return 0;
    std::memcpy(&event, data, sizeof event);
    auto &events = under_way.unfinished[event.trace];
    events.push_back(event);
    if (event.kind == BVS_TRACE_END)
        under_way.finished.push_back(std::move(under_way.unfinished.extract(event.trace).mapped()));
    return 0;
}

void TraceRing::Free::operator()(ring_buffer *ring) const {
    ring_buffer__free(ring);
}

Result<TraceRing> TraceRing::open(int traces_fd) {
    TraceRing traces;
    traces.reading_ = std::make_unique<Reading>();
    traces.ring_.reset(ring_buffer__new(traces_fd, give, traces.reading_.get(), nullptr));
    if (!traces.ring_)
        return fail_errno(errno, "cannot read the datapath's traces");
    return traces;
}

int TraceRing::fd() const {
    return ring_buffer__epoll_fd(ring_.get());
}

void TraceRing::read(const Take &take) {
    ring_buffer__consume(ring_.get());
    if (reading_->unfinished.size() > k_most_unfinished)
        reading_->unfinished.clear();
    for (const auto &events : std::exchange(reading_->finished, {}))
        take(events);
}

} // namespace bvs::daemon
