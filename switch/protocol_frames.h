// SPDX-License-Identifier: Apache-2.0
//
// Frames of the protocols that the daemon speaks (maps/protocol.h), from the datapath's ring to who
// speaks them.
//
// One thread.
#pragma once

#include "base/result.h"
#include "maps/protocol.h"
#include "switch/record_ring.h"

#include <cstdint>
#include <functional>
#include <map>
#include <span>

namespace bvs::daemon {

class ProtocolFrames {
  public:
    using Handler =
        std::function<void(const bvs_protocol_frame &frame, std::span<const std::uint8_t> bytes)>;

    static Result<ProtocolFrames> open(int protocol_frames_fd); // of the map; borrowed

    // Who has the frames of a protocol; those of others are forgotten.
    void serve(bvs_protocol protocol, Handler handler);

    int fd() const { return ring_.fd(); } // readable when there is something to read()
    void read();

  private:
    explicit ProtocolFrames(RecordRing<bvs_protocol_frame> ring) : ring_(std::move(ring)) {}

    RecordRing<bvs_protocol_frame> ring_;
    std::map<std::uint16_t, Handler> handlers_;
};

} // namespace bvs::daemon
