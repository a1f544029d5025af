// SPDX-License-Identifier: Apache-2.0
//
// Sends frames out of network devices as they are, past any switch program that is attached there:
// what the daemon's own protocols say to neighbours (LACP, BFD, announcements). A packet socket
// (packet(7)) that receives nothing. Needs CAP_NET_RAW when it is opened. An error carries errno:
// ENETDOWN and ENXIO are normal for a device that is down or gone, ENOBUFS for a full queue.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <span>

namespace bvs::host {

class FrameSocket {
  public:
    static Result<FrameSocket> open();

    FrameSocket(FrameSocket &&other) noexcept;
    FrameSocket &operator=(FrameSocket &&other) noexcept;
    ~FrameSocket();

    // With its Ethernet header and without check sequence. Never waits.
    Result<> send(int ifindex, std::span<const std::uint8_t> frame);

  private:
    explicit FrameSocket(int fd) : fd_(fd) {}

    int fd_ = -1;
};

} // namespace bvs::host
