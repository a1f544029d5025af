// SPDX-License-Identifier: Apache-2.0
#include "switch/packet_ins.h"

#include <algorithm>
#include <bpf/libbpf.h>
#include <cstring>

namespace bvs::daemon {

// A record has one of a few sizes, whatever was captured.
int PacketIns::give(void *reading, void *data, std::size_t size) {
    auto &under_way = *static_cast<Reading *>(reading);
    bvs_packet_in packet = {};
    if (size < sizeof packet)
        return 0;
    std::memcpy(&packet, data, sizeof packet);
    const auto captured = std::min<std::size_t>(packet.captured, size - sizeof packet);
    (*under_way.take)(packet, {static_cast<const std::uint8_t *>(data) + sizeof packet, captured});
    return --under_way.left ? 0 : -EAGAIN;
}

void PacketIns::Free::operator()(ring_buffer *ring) const {
    ring_buffer__free(ring);
}

Result<PacketIns> PacketIns::open(int packet_ins_fd) {
    PacketIns packet_ins;
    packet_ins.reading_ = std::make_unique<Reading>();
    packet_ins.ring_.reset(
        ring_buffer__new(packet_ins_fd, give, packet_ins.reading_.get(), nullptr));
    if (!packet_ins.ring_)
        return fail_errno(errno, "cannot read the packets that the datapath sends up");
    return packet_ins;
}

int PacketIns::fd() const {
    return ring_buffer__epoll_fd(ring_.get());
}

void PacketIns::read(const Take &take) {
    *reading_ = {.take = &take, .left = k_most};
    ring_buffer__consume(ring_.get());
}

} // namespace bvs::daemon
