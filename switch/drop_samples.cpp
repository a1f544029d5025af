// SPDX-License-Identifier: Apache-2.0
#include "switch/drop_samples.h"

#include <bpf/libbpf.h>
#include <cstring>

namespace bvs::daemon {

namespace {

int keep(void *samples, void *data, std::size_t size) {
    auto &kept = *static_cast<std::deque<DropSample> *>(samples);
    DropSample sample{.time = std::chrono::system_clock::now(), .event = {}};
    if (size < sizeof sample.event)
        return 0;
    std::memcpy(&sample.event, data, sizeof sample.event);
    kept.push_back(sample);
    if (kept.size() > DropSamples::k_most)
        kept.pop_front();
    return 0;
}

} // namespace

void DropSamples::Free::operator()(ring_buffer *ring) const {
    ring_buffer__free(ring);
}

Result<DropSamples> DropSamples::open(int events_fd) {
    DropSamples samples;
    samples.samples_ = std::make_unique<std::deque<DropSample>>();
    samples.ring_.reset(ring_buffer__new(events_fd, keep, samples.samples_.get(), nullptr));
    if (!samples.ring_)
        return fail_errno(errno, "cannot read the datapath's events");
    return samples;
}

int DropSamples::fd() const {
    return ring_buffer__epoll_fd(ring_.get());
}

void DropSamples::read() {
    ring_buffer__consume(ring_.get());
}

} // namespace bvs::daemon
