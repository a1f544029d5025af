// SPDX-License-Identifier: Apache-2.0
//
// Frames of IGMP, MLD and PIM, whole and right unless a test says otherwise.
#pragma once

#include "switch/model/frame.h"
#include "switch/protocol/group_message.h"

#include <algorithm>

namespace bvs::protocol {

struct FrameShape {
    std::uint8_t protocol = 2;
    std::uint8_t ttl = 1;
    bool router_alert = true;
    std::uint16_t fragment = 0;
    model::IpAddress source = *model::parse_ip_address("192.0.2.9");
};

inline void put_checksum(Bytes &bytes, std::size_t at, std::uint32_t sum = 0) {
    const auto checksum = model::internet_checksum(bytes, sum);
    bytes[at] = static_cast<std::uint8_t>(checksum >> 8);
    bytes[at + 1] = static_cast<std::uint8_t>(checksum);
}

// `message` has zeros where its checksum belongs.
inline Bytes v4_frame(Bytes message, const FrameShape &shape = {}) {
    put_checksum(message, 2);
    Writer header;
    const std::uint8_t words = shape.router_alert ? 6 : 5;
    header.u8(0x40 | words).u8(0xc0);
    header.u16(static_cast<std::uint16_t>(words * 4 + message.size())).u16(0);
    header.u16(shape.fragment).u8(shape.ttl).u8(shape.protocol).u16(0);
    header.u32(static_cast<std::uint32_t>(shape.source.bits().low)).u32(0xe0000001);
    if (shape.router_alert)
        header.u32(0x94040000);
    auto ip = header.take();
    put_checksum(ip, 10);
    Writer frame;
    frame.mac({1, 0, 0x5e, 0, 0, 1}).mac({2, 0, 0, 0, 0, 1}).u16(0x0800).bytes(ip).bytes(message);
    return frame.fill().take();
}

inline Bytes v6_frame(Bytes message, FrameShape shape = {}) {
    if (shape.protocol == 2)
        shape.protocol = 58;
    Writer addresses;
    for (const auto &address : {shape.source, *model::parse_ip_address("ff02::16")})
        for (const auto half : {address.bits().high, address.bits().low})
            addresses.u32(static_cast<std::uint32_t>(half >> 32))
                .u32(static_cast<std::uint32_t>(half));
    const auto ends = addresses.take();
    // The complement of a checksum is the sum.
    const auto sum = static_cast<std::uint16_t>(~model::internet_checksum(ends)) +
                     static_cast<std::uint32_t>(message.size()) + shape.protocol;
    put_checksum(message, 2, sum);
    Writer frame;
    frame.mac({0x33, 0x33, 0, 0, 0, 0x16}).mac({2, 0, 0, 0, 0, 1}).u16(0x86dd).u32(0x60000000);
    frame.u16(static_cast<std::uint16_t>(message.size() + (shape.router_alert ? 8 : 0)));
    frame.u8(shape.router_alert ? 0 : shape.protocol).u8(shape.ttl).bytes(ends);
    if (shape.router_alert)
        frame.u8(shape.protocol).u8(0).u32(0x05020000).u16(0x0100);
    return frame.bytes(message).take();
}

} // namespace bvs::protocol
