// SPDX-License-Identifier: Apache-2.0
#include "selftests/prog/packet.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace bvs::fixture {

std::uint16_t sum(const Bytes &bytes, std::uint32_t start) {
    std::uint64_t total = start;
    for (std::size_t i = 0; i < bytes.size(); ++i)
        total += i % 2 ? bytes[i] : bytes[i] << 8;
    while (total >> 16)
        total = (total & 0xffff) + (total >> 16);
    return static_cast<std::uint16_t>(total);
}

void put(Bytes &bytes, std::size_t at, const Bytes &with) {
    std::ranges::copy(with, bytes.begin() + static_cast<std::ptrdiff_t>(at));
}

Bytes Packet::layer4() const {
    const Bytes data = {1, 2, 3, 4, 5};
    const bool icmp = proto == IPPROTO_ICMP || proto == IPPROTO_ICMPV6;
    Bytes header =
        icmp
            ? Bytes{static_cast<std::uint8_t>(tp_src), static_cast<std::uint8_t>(tp_dst)} + Bytes(6)
            : big_endian(tp_src, 2) + big_endian(tp_dst, 2);
    std::size_t at = 2;
    if (proto == IPPROTO_TCP) {
        header = header + Bytes(8) + big_endian(0x5000 | tcp_flags, 2) + Bytes(6);
        at = 16;
    } else if (proto == IPPROTO_UDP) {
        header = header + big_endian(8 + data.size(), 2) + Bytes(2);
        at = 6;
    }
    auto whole = header + data;
    if (proto == IPPROTO_GRE || (proto == IPPROTO_UDP && !checksum))
        return whole;
    const auto pseudo = proto == IPPROTO_ICMP
                            ? 0U
                            : sum(from + to + big_endian(proto, 2) + big_endian(whole.size(), 2));
    put(whole, at, big_endian(static_cast<std::uint16_t>(~sum(whole, pseudo)), 2));
    return whole;
}

Bytes Packet::fragment_header() const {
    const auto offset = (fragment & 0x1fffU) << 3, more = (fragment & 0x2000U) >> 13;
    return Bytes{proto, 0} + big_endian(offset | more, 2) + big_endian(7, 4);
}

Bytes Packet::network() const {
    auto payload = layer4();
    Bytes network;
    if (ipv6) {
        const auto next = fragment ? std::uint8_t{IPPROTO_FRAGMENT} : proto;
        if (fragment)
            payload = fragment_header() + payload;
        network = big_endian(6U << 28 | std::uint32_t{tos} << 20 | label, 4) +
                  big_endian(payload.size(), 2) + Bytes{next, ttl} + from + to;
    } else {
        network = Bytes{0x45, tos} + big_endian(20 + payload.size(), 2) + big_endian(7, 2) +
                  big_endian(fragment, 2) + Bytes{ttl, proto} + Bytes(2) + from + to;
        put(network, 10, big_endian(static_cast<std::uint16_t>(~sum(network)), 2));
    }
    return network + payload;
}

Bytes Packet::bytes() const {
    return Frame{.dst = dst,
                 .src = src,
                 .tags = tags,
                 .type = static_cast<std::uint16_t>(ipv6 ? ETH_P_IPV6 : ETH_P_IP),
                 .payload = network()}
        .bytes();
}

void expect_rewritten(const Bytes &in, const Program &program, const Bytes &out) {
    Lab lab({{}, {}, {}});
    Rules rules(lab);
    rules.add({.program = program + Program{output(3), output(2)}});
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(lab.run(1, in).copies, each({3}, out));
        EXPECT_EQ(lab.send(1, in), each({2, 3}, out));
    }
}

} // namespace bvs::fixture
