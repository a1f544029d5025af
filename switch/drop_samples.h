// SPDX-License-Identifier: Apache-2.0
//
// The packets that the datapath dropped last, as its ring buffer shows them: a limited number.
#pragma once

#include "base/result.h"
#include "maps/abi.h"

#include <chrono>
#include <deque>
#include <memory>

struct ring_buffer;

namespace bvs::daemon {

struct DropSample {
    std::chrono::system_clock::time_point time;
    bvs_drop_event event;
};

class DropSamples {
  public:
    static constexpr std::size_t k_most = 256;

    static Result<DropSamples> open(int events_fd); // of the map; borrowed

    int fd() const; // readable when there is something to read()
    void read();

    const std::deque<DropSample> &samples() const { return *samples_; } // the oldest first

  private:
    struct Free {
        void operator()(ring_buffer *ring) const;
    };

    DropSamples() = default;

    std::unique_ptr<std::deque<DropSample>> samples_; // where libbpf's callback finds it
    std::unique_ptr<ring_buffer, Free> ring_;
};

} // namespace bvs::daemon
