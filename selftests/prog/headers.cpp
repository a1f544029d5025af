// SPDX-License-Identifier: Apache-2.0
#include "selftests/prog/headers.h"

namespace bvs::fixture {

namespace {

Bytes ports() {
    return big_endian(1000, 2) + big_endian(80, 2);
}

} // namespace

Bytes ipv4(std::uint8_t protocol, const Bytes &payload, std::uint16_t fragment,
           const Bytes &options) {
    const auto header = 20 + options.size();
    return Bytes{static_cast<std::uint8_t>(0x40 | header / 4), 0xb8} +
           big_endian(header + payload.size(), 2) + big_endian(1, 2) + big_endian(fragment, 2) +
           Bytes{64, protocol} + big_endian(0, 2) + Bytes{10, 0, 0, 1} + Bytes{10, 0, 0, 2} +
           options + payload;
}

Bytes ipv6_address(std::uint8_t last) {
    return Bytes{0x20, 0x01, 0x0d, 0xb8} + Bytes(11) + Bytes{last};
}

Bytes ipv6(std::uint8_t next, const Bytes &payload) {
    return Bytes{0x6b, 0x81, 0x23, 0x45} + big_endian(payload.size(), 2) + Bytes{next, 64} +
           ipv6_address(1) + ipv6_address(2) + payload;
}

Bytes arp() {
    return Bytes{0, 1, 8, 0, 6, 4, 0, 2} + big_endian(mac(1), 6) + Bytes{10, 0, 0, 1} +
           big_endian(mac(2), 6) + Bytes{10, 0, 0, 2};
}

Bytes extension(std::uint8_t next, std::size_t size) {
    return Bytes{next, static_cast<std::uint8_t>(size / 8 - 1)} + Bytes(size - 2);
}

Bytes authentication(std::uint8_t next, std::size_t size) {
    return Bytes{next, static_cast<std::uint8_t>(size / 4 - 2)} + Bytes(size - 2);
}

Bytes fragment(std::uint8_t next, std::uint16_t offset_and_more) {
    return Bytes{next, 0xff} + big_endian(offset_and_more, 2) + Bytes(4);
}

Bytes tcp(std::uint16_t flags) {
    return ports() + Bytes(8) + big_endian(0x5000 | flags, 2) + Bytes(6);
}

Bytes udp() {
    return ports() + big_endian(8, 2) + Bytes(2);
}

Bytes sctp() {
    return ports() + Bytes(8);
}

Bytes icmp(std::uint8_t type, std::uint8_t code) {
    return Bytes{type, code} + Bytes(6);
}

Bytes neighbour(std::uint8_t type, std::uint8_t option) {
    return icmp(type, 0) + ipv6_address(9) + Bytes{option, 1} + big_endian(mac(9), 6);
}

} // namespace bvs::fixture
