// SPDX-License-Identifier: Apache-2.0
//
// The packets that the datapath sends up, from its ring buffer, each with as much of it as was
// asked for.
#pragma once

#include "base/result.h"
#include "maps/abi.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>

struct ring_buffer;

namespace bvs::daemon {

class PacketIns {
  public:
    static constexpr unsigned k_most = 256; // at once

    using Take =
        std::function<void(const bvs_packet_in &packet, std::span<const std::uint8_t> bytes)>;

    static Result<PacketIns> open(int packet_ins_fd); // of the map; borrowed

    int fd() const; // readable when there is something to read()
    // A limited number, so that a flood of them leaves time for others.
    void read(const Take &take);

  private:
    struct Free {
        void operator()(ring_buffer *ring) const;
    };

    struct Reading { // under way
        const Take *take = nullptr;
        unsigned left = 0;
    };
    static int give(void *reading, void *data, std::size_t size);

    PacketIns() = default;

    std::unique_ptr<Reading> reading_; // where libbpf's callback finds it
    std::unique_ptr<ring_buffer, Free> ring_;
};

} // namespace bvs::daemon
