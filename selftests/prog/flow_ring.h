// SPDX-License-Identifier: Apache-2.0
//
// Packets that the datapath shows to the daemon for collectors (maps/account.h), since they were
// read last.
#pragma once

#include "maps/account.h"
#include "selftests/fixture/frame.h"

#include <bpf/libbpf.h>
#include <cstring>
#include <utility>
#include <vector>

namespace bvs::fixture {

class FlowRing {
  public:
    explicit FlowRing(int fd) : ring_(ring_buffer__new(fd, keep, this, nullptr)) { read(); }
    ~FlowRing() { ring_buffer__free(ring_); }
    FlowRing(const FlowRing &) = delete;
    FlowRing &operator=(const FlowRing &) = delete;

    struct Event {
        bvs_flow_event event;
        Bytes more; // of sFlow the frame, of a rule's sample what the rule says
    };
    std::vector<Event> read() {
        ring_buffer__consume(ring_);
        return std::exchange(events_, {});
    }

  private:
    static int keep(void *self, void *data, std::size_t) {
        Event event;
        std::memcpy(&event.event, data, sizeof event.event);
        const auto *more = static_cast<const std::uint8_t *>(data) + sizeof event.event;
        event.more.assign(more, more + event.event.captured);
        static_cast<FlowRing *>(self)->events_.push_back(std::move(event));
        return 0;
    }
    ring_buffer *ring_;
    std::vector<Event> events_;
};

} // namespace bvs::fixture
