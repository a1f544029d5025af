// SPDX-License-Identifier: Apache-2.0
//
// A ring buffer on which the datapath leaves records: a struct that says how many of the bytes
// behind it were captured, and those. A record has one of a few sizes, whatever was captured.
//
// One thread. The map's descriptor is borrowed, and outlives it.
#pragma once

#include "base/result.h"

#include <algorithm>
#include <bpf/libbpf.h>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <span>

namespace bvs::daemon {

template <class Head>
class RecordRing {
  public:
    static constexpr unsigned k_most = 256; // at once

    using Take = std::function<void(const Head &head, std::span<const std::uint8_t> bytes)>;

    // `what`: that cannot be read if it fails.
    static Result<RecordRing> open(int ring_fd, const char *what) {
        RecordRing ring;
        ring.reading_ = std::make_unique<Reading>();
        ring.ring_.reset(ring_buffer__new(ring_fd, give, ring.reading_.get(), nullptr));
        if (!ring.ring_)
            return fail_errno(errno, "{}", what);
        return ring;
    }

    // Readable when there is something to read().
    int fd() const { return ring_buffer__epoll_fd(ring_.get()); }

    // A limited number, so that a flood of them leaves time for others.
    void read(const Take &take) {
        *reading_ = {.take = &take, .left = k_most};
        ring_buffer__consume(ring_.get());
    }

  private:
    struct Free {
        void operator()(ring_buffer *ring) const { ring_buffer__free(ring); }
    };
    struct Reading { // under way
        const Take *take = nullptr;
        unsigned left = 0;
    };

    static int give(void *reading, void *data, std::size_t size) {
        auto &under_way = *static_cast<Reading *>(reading);
        Head head = {};
        if (size < sizeof head)
            return 0;
        std::memcpy(&head, data, sizeof head);
        const auto captured = std::min<std::size_t>(head.captured, size - sizeof head);
        (*under_way.take)(head, {static_cast<const std::uint8_t *>(data) + sizeof head, captured});
        return --under_way.left ? 0 : -EAGAIN;
    }

    RecordRing() = default;

    std::unique_ptr<Reading> reading_; // where libbpf's callback finds it
    std::unique_ptr<ring_buffer, Free> ring_;
};

} // namespace bvs::daemon
