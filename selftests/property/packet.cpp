// SPDX-License-Identifier: Apache-2.0
#include "selftests/property/packet.h"

#include <algorithm>

namespace bvs::property {

using fixture::big_endian;
using fixture::operator+;

namespace {

constexpr std::uint8_t k_icmp = 1, k_tcp = 6, k_udp = 17, k_sctp = 132, k_icmpv6 = 58;
constexpr std::uint8_t k_fragment_header = 44, k_destination_options = 60;

Bytes address(const Value &value, Network network) {
    if (network == Network::ipv6)
        return big_endian(value.high, 8) + big_endian(value.low, 8);
    return big_endian(value.low, 4);
}

// RFC 1071.
std::uint16_t internet_checksum(const Bytes &bytes) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i)
        sum += i % 2 ? bytes[i] : bytes[i] << 8;
    while (sum > 0xffff)
        sum = sum / 0x10000 + sum % 0x10000;
    return static_cast<std::uint16_t>(~sum);
}

void put16(Bytes &bytes, std::size_t at, std::uint16_t value) {
    bytes.at(at) = static_cast<std::uint8_t>(value >> 8);
    bytes.at(at + 1) = static_cast<std::uint8_t>(value);
}

Bytes discovery_body(const Packet &packet) {
    const bool asks = packet.solicitation();
    return Bytes(4) + address(packet.nd_target, Network::ipv6) +
           Bytes{static_cast<std::uint8_t>(asks ? 1 : 2), 1} +
           big_endian(asks ? packet.sha : packet.tha, 6);
}

// With zero where the checksum goes, which is at `sum_at`; 0: it has none.
Bytes transport_header(const Packet &packet, std::size_t rest, std::size_t &sum_at) {
    const auto ports = big_endian(packet.tp_src, 2) + big_endian(packet.tp_dst, 2);
    sum_at = 0;
    switch (packet.proto) {
    case k_tcp:
        sum_at = 16;
        return ports + big_endian(0x01020304, 4) + big_endian(5, 4) +
               big_endian(0x5000 | packet.tcp_flags, 2) + big_endian(1000, 2) + Bytes(4);
    case k_udp:
        sum_at = packet.checksum ? 6 : 0;
        return ports + big_endian(8 + rest, 2) + Bytes(2);
    case k_sctp:
        return ports + big_endian(7, 4) + Bytes(4);
    case k_icmp:
    case k_icmpv6:
        sum_at = 2;
        return Bytes{static_cast<std::uint8_t>(packet.tp_src),
                     static_cast<std::uint8_t>(packet.tp_dst), 0, 0} +
               (packet.discovery() ? discovery_body(packet) : big_endian(0x00070001, 4));
    default:
        return {};
    }
}

Bytes pseudo_header(const Packet &packet, std::size_t length) {
    if (packet.proto == k_icmp)
        return {};
    return address(packet.src, packet.network) + address(packet.dst, packet.network) +
           big_endian(length, 4) + big_endian(packet.proto, 4);
}

Bytes transport(const Packet &packet) {
    if (!packet.transport_header())
        return packet.payload;
    std::size_t sum_at = 0;
    const auto rest = packet.payload + packet.elsewhere;
    auto whole = transport_header(packet, rest.size(), sum_at) + rest;
    if (sum_at) {
        const auto sum = internet_checksum(pseudo_header(packet, whole.size()) + whole);
        put16(whole, sum_at, sum || packet.proto != k_udp ? sum : 0xffff);
    }
    whole.resize(whole.size() - packet.elsewhere.size());
    return whole;
}

std::uint16_t fragment_offset(const Packet &packet) { // in units of 8 bytes
    return packet.fragment == Fragment::later ? 100 : 0;
}

Bytes ipv4(const Packet &packet) {
    const auto body = transport(packet);
    const auto size = 20 + packet.options.size();
    const auto more = packet.fragment == Fragment::first ? 0x2000 : 0;
    auto header = Bytes{static_cast<std::uint8_t>(0x40 | size / 4), packet.tos} +
                  big_endian(size + body.size(), 2) + big_endian(77, 2) +
                  big_endian(more | fragment_offset(packet), 2) +
                  Bytes{packet.ttl, packet.proto, 0, 0} + address(packet.src, packet.network) +
                  address(packet.dst, packet.network) + packet.options;
    put16(header, 10, internet_checksum(header));
    return header + body;
}

Bytes ipv6(const Packet &packet) {
    auto body = transport(packet);
    auto next = packet.proto;
    if (packet.padded) { // six bytes of padding
        body = Bytes{next, 0, 1, 4, 0, 0, 0, 0} + body;
        next = k_destination_options;
    }
    if (packet.fragment != Fragment::no) {
        const auto more = packet.fragment == Fragment::first ? 1 : 0;
        body = Bytes{next, 0} + big_endian(fragment_offset(packet) << 3 | more, 2) +
               big_endian(9, 4) + body;
        next = k_fragment_header;
    }
    return big_endian(6U << 28 | std::uint32_t{packet.tos} << 20 | packet.label, 4) +
           big_endian(body.size(), 2) + Bytes{next, packet.ttl} +
           address(packet.src, packet.network) + address(packet.dst, packet.network) + body;
}

Bytes arp(const Packet &packet) {
    return Bytes{0, 1, 8, 0, 6, 4} + big_endian(packet.arp_op, 2) + big_endian(packet.sha, 6) +
           address(packet.src, packet.network) + big_endian(packet.tha, 6) +
           address(packet.dst, packet.network) + packet.payload;
}

Bytes network(const Packet &packet) {
    switch (packet.network) {
    case Network::ipv4:
        return ipv4(packet);
    case Network::ipv6:
        return ipv6(packet);
    case Network::arp:
        return arp(packet);
    default:
        return packet.payload;
    }
}

} // namespace

Bytes Packet::frame() const {
    auto bytes = big_endian(eth_dst, 6) + big_endian(eth_src, 6);
    for (const auto &tag : tags)
        bytes = bytes + big_endian(tag.tpid, 2) + big_endian(tag.tci, 2);
    return bytes + big_endian(type, 2) + property::network(*this);
}

} // namespace bvs::property
