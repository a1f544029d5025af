// SPDX-License-Identifier: Apache-2.0
#include "switch/partial_checksum.h"

#include <cstdint>
#include <optional>
#include <span>

namespace bvs::daemon {

namespace {

constexpr std::uint8_t k_tcp = 6, k_udp = 17;

using Frame = std::span<const std::uint8_t>;

std::uint16_t word(Frame frame, std::size_t at) {
    return static_cast<std::uint16_t>(frame[at] << 8 | frame[at + 1]);
}

std::uint16_t fold(std::uint64_t sum) {
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<std::uint16_t>(sum);
}

std::uint64_t add(Frame bytes) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i + 1 < bytes.size(); i += 2)
        sum += word(bytes, i);
    return bytes.size() % 2 ? sum + (bytes.back() << 8U) : sum;
}

struct Segment { // of TCP or UDP
    std::size_t begin = 0;
    std::size_t length = 0;
    std::uint8_t protocol = 0;
    std::uint64_t addresses = 0; // sum
};

std::optional<Segment> segment_of_ipv4(Frame frame, std::size_t at) {
    if (frame.size() < at + 20)
        return std::nullopt;
    const std::size_t header = (frame[at] & 0xfU) * 4, total = word(frame, at + 2);
    const bool fragment = word(frame, at + 6) & 0x3fff;
    if (fragment || header < 20 || total < header || frame.size() < at + total)
        return std::nullopt;
    return Segment{at + header, total - header, frame[at + 9], add(frame.subspan(at + 12, 8))};
}

std::optional<Segment> segment_of_ipv6(Frame frame, std::size_t at) {
    constexpr std::size_t header = 40;
    if (frame.size() < at + header)
        return std::nullopt;
    const std::size_t length = word(frame, at + 4);
    if (frame.size() < at + header + length)
        return std::nullopt;
    return Segment{at + header, length, frame[at + 6], add(frame.subspan(at + 8, 32))};
}

std::optional<Segment> segment_of(Frame frame) {
    constexpr std::uint16_t ipv4 = 0x0800, ipv6 = 0x86dd, vlan = 0x8100, service_vlan = 0x88a8;
    for (std::size_t at = 12; at + 2 <= frame.size(); at += 4) {
        const auto type = word(frame, at);
        if (type == ipv4)
            return segment_of_ipv4(frame, at + 2);
        if (type == ipv6)
            return segment_of_ipv6(frame, at + 2);
        if (type != vlan && type != service_vlan)
            break;
    }
    return std::nullopt;
}

} // namespace

void complete_checksum(model::Bytes &frame) {
    const auto segment = segment_of(frame);
    if (!segment || (segment->protocol != k_tcp && segment->protocol != k_udp))
        return;
    const std::size_t place = segment->protocol == k_tcp ? 16 : 6;
    const auto at = segment->begin + place;
    if (segment->length < place + 2 ||
        word(frame, at) != fold(segment->addresses + segment->protocol + segment->length))
        return;
    // With the sum of the pseudo header in it already.
    auto sum = static_cast<std::uint16_t>(
        ~fold(add(Frame(frame).subspan(segment->begin, segment->length))));
    if (segment->protocol == k_udp && !sum)
        sum = 0xffff;
    frame[at] = static_cast<std::uint8_t>(sum >> 8);
    frame[at + 1] = static_cast<std::uint8_t>(sum);
}

} // namespace bvs::daemon
