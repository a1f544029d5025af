// SPDX-License-Identifier: Apache-2.0
#include "switch/host/frame_socket.h"

#include <linux/if_packet.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace bvs::host {

Result<FrameSocket> FrameSocket::open() {
    const int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return fail_errno(errno, "cannot open a socket for frames");
    return FrameSocket(fd);
}

FrameSocket::FrameSocket(FrameSocket &&other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

FrameSocket &FrameSocket::operator=(FrameSocket &&other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
}

FrameSocket::~FrameSocket() {
    if (fd_ >= 0)
        close(fd_);
}

Result<> FrameSocket::send(int ifindex, std::span<const std::uint8_t> frame) {
    sockaddr_ll device{};
    device.sll_family = AF_PACKET;
    device.sll_ifindex = ifindex;
    const auto sent = sendto(fd_, frame.data(), frame.size(), 0,
                             reinterpret_cast<const sockaddr *>(&device), sizeof device);
    if (sent < 0)
        return fail_errno(errno, "cannot send a frame of {} bytes out of ifindex {}", frame.size(),
                          ifindex);
    return {};
}

} // namespace bvs::host
