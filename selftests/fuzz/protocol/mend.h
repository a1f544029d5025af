// SPDX-License-Identifier: Apache-2.0
//
// Mutations of a frame are hardly ever past its checksums, so they are made right: those of IPv4's
// header, of IGMP, ICMPv6 and PIM; a UDP datagram gets none. What is not there is left alone.
#pragma once

#include "switch/model/frame.h"
#include "switch/protocol/bytes.h"

namespace bvs::protocol {

inline void mend_at(Bytes &frame, std::size_t from, std::size_t to, std::size_t at,
                    std::uint32_t sum = 0) {
    if (to > frame.size() || at + 2 > to)
        return;
    frame[at] = frame[at + 1] = 0;
    const auto checksum = model::internet_checksum(ByteSpan(frame).subspan(from, to - from), sum);
    frame[at] = static_cast<std::uint8_t>(checksum >> 8);
    frame[at + 1] = static_cast<std::uint8_t>(checksum);
}

inline void mend_v4(Bytes &frame, std::size_t ip) {
    const auto message = ip + (frame[ip] & 15) * std::size_t{4};
    const auto end = ip + frame[ip + 2] * std::size_t{256} + frame[ip + 3];
    mend_at(frame, ip, message, ip + 10);
    constexpr std::uint8_t k_udp = 17;
    if (frame[ip + 9] != k_udp)
        mend_at(frame, message, end, message + 2);
    else if (message + 8 <= frame.size())
        frame[message + 6] = frame[message + 7] = 0;
}

inline void mend_v6(Bytes &frame, std::size_t ip) {
    const auto end = ip + 40 + frame[ip + 4] * std::size_t{256} + frame[ip + 5];
    auto message = ip + 40;
    std::uint32_t protocol = frame[ip + 6];
    if (protocol == 0 && message + 8 <= frame.size()) {
        protocol = frame[message];
        message += (frame[message + 1] + 1) * std::size_t{8};
    }
    auto sum = static_cast<std::uint32_t>(end - message) + protocol;
    for (auto at = ip + 8; at < ip + 40; at += 2)
        sum += static_cast<std::uint32_t>(frame[at] << 8 | frame[at + 1]);
    if (message < end)
        mend_at(frame, message, end, message + 2, sum);
}

inline Bytes mended(ByteSpan bytes) {
    Bytes frame(bytes.begin(), bytes.end());
    constexpr std::size_t k_ipv6 = 40;
    std::size_t ip = 14;
    while (ip + 4 <= frame.size() && (frame[ip - 2] == 0x81 || frame[ip - 2] == 0x88))
        ip += 4;
    if (ip + k_ipv6 > frame.size())
        return frame;
    if (frame[ip - 2] == 0x08)
        mend_v4(frame, ip);
    else
        mend_v6(frame, ip);
    return frame;
}

} // namespace bvs::protocol
