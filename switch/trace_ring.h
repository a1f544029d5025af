// SPDX-License-Identifier: Apache-2.0
//
// The datapath's ring of traces, put together by packet. Those that nobody finished, as the ring
// was full, are given up when many newer ones are there.
#pragma once

#include "base/result.h"
#include "maps/abi.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <vector>

struct ring_buffer;

namespace bvs::daemon {

class TraceRing {
  public:
    using Events = std::vector<bvs_trace_event>;
    using Take = std::function<void(const Events &)>;

    static Result<TraceRing> open(int traces_fd); // of the map; borrowed

    int fd() const; // readable when there is something to read()
    // Gives all events of each packet whose last one is there.
    void read(const Take &take);

  private:
    struct Free {
        void operator()(ring_buffer *ring) const;
    };
    struct Reading {
        std::map<std::uint32_t, Events> unfinished; // by trace
        std::vector<Events> finished;
    };
    static int give(void *reading, void *data, std::size_t size);

    TraceRing() = default;

    std::unique_ptr<Reading> reading_; // where libbpf's callback finds it
    std::unique_ptr<ring_buffer, Free> ring_;
};

} // namespace bvs::daemon
