// SPDX-License-Identifier: Apache-2.0
#include "switch/protocol_frames.h"

namespace bvs::daemon {

Result<ProtocolFrames> ProtocolFrames::open(int protocol_frames_fd) {
    auto ring = RecordRing<bvs_protocol_frame>::open(
        protocol_frames_fd, "cannot read the frames of protocols that the datapath sends up");
    if (!ring)
        return std::unexpected(ring.error());
    return ProtocolFrames(std::move(*ring));
}

void ProtocolFrames::serve(bvs_protocol protocol, Handler handler) {
    handlers_[static_cast<std::uint16_t>(protocol)] = std::move(handler);
}

void ProtocolFrames::read() {
    ring_.read([this](const bvs_protocol_frame &frame, std::span<const std::uint8_t> bytes) {
        if (const auto handler = handlers_.find(frame.protocol); handler != handlers_.end())
            handler->second(frame, bytes);
    });
}

} // namespace bvs::daemon
