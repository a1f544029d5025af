// SPDX-License-Identifier: Apache-2.0
#include "selftests/prog/outer.h"

#include "selftests/prog/headers.h"
#include "selftests/prog/packet.h"

#include <linux/in.h>

namespace bvs::fixture {

namespace {

constexpr std::uint16_t k_vxlan_has_vni = 0x0800;

std::uint64_t number(const Bytes &bytes, std::size_t from) {
    std::uint64_t n = 0;
    for (std::size_t i = from; i < from + 8; ++i)
        n = n << 8 | bytes.at(i);
    return n;
}

} // namespace

Bytes Outer::address_bytes(const Bytes &given, std::uint8_t last) const {
    if (!given.empty())
        return given;
    return ipv6 ? ipv6_address(last) : Bytes{192, 0, 2, last};
}

bvs_address Outer::address(const Bytes &given, std::uint8_t last) const {
    auto bytes = address_bytes(given, last);
    if (bytes.size() == 4)
        bytes = Bytes(10) + Bytes{0xff, 0xff} + bytes;
    return {.high = number(bytes, 0), .low = number(bytes, 8)};
}

std::uint16_t Outer::port() const {
    if (dst_port)
        return dst_port;
    switch (type) {
    case BVS_TUNNEL_GRE:
        return 0;
    case BVS_TUNNEL_ERSPAN:
        return BVS_ERSPAN_1;
    case BVS_TUNNEL_VXLAN:
        return 4789;
    default:
        return 6081;
    }
}

Bytes Outer::tunnel_header() const {
    switch (type) {
    case BVS_TUNNEL_GRE:
        return big_endian(flags, 2) + big_endian(protocol, 2) +
               (flags & k_gre_checksum ? Bytes{0xab, 0xcd, 0, 0} : Bytes{}) +
               (flags & k_gre_key ? big_endian(key, 4) : Bytes{}) +
               (flags & k_gre_sequence ? big_endian(12345, 4) : Bytes{});
    case BVS_TUNNEL_ERSPAN:
        return big_endian(flags ^ k_gre_sequence, 2) + big_endian(port(), 2) +
               big_endian(12345, 4) +
               big_endian((port() == BVS_ERSPAN_1 ? 1U : 2U) << 28 | 0x02a00000U | key, 4) +
               Bytes(port() == BVS_ERSPAN_1 ? 4 : 8, 0xe5);
    case BVS_TUNNEL_VXLAN:
        return big_endian(flags ^ k_vxlan_has_vni, 2) + big_endian(group, 2) +
               big_endian(key << 8, 4);
    default:
        return big_endian(flags ^ options.size() / 4 << 8, 2) + big_endian(protocol, 2) +
               big_endian(key << 8, 4) + options;
    }
}

Bytes Outer::network(const Bytes &payload) const {
    const auto proto = static_cast<std::uint8_t>(is_gre() ? IPPROTO_GRE : IPPROTO_UDP);
    const auto ends = address_bytes(from, 1) + address_bytes(to, 2);
    const auto length = payload.size() + static_cast<std::size_t>(ip_length);
    if (ipv6)
        return big_endian(6U << 28 | std::uint32_t{tos} << 20 | 0x12345, 4) +
               big_endian(length, 2) + Bytes{proto, ttl} + ends + payload;
    const auto size = 20 + ip_options.size();
    auto header = Bytes{static_cast<std::uint8_t>(0x40 | size / 4), tos} +
                  big_endian(size + length, 2) + big_endian(1, 2) + big_endian(fragment, 2) +
                  Bytes{ttl, proto} + Bytes(2) + ends + ip_options;
    put(header, 10, big_endian(static_cast<std::uint16_t>(~sum(header)), 2));
    return header + payload;
}

Bytes Outer::around(const Bytes &frame) const {
    auto payload = tunnel_header() + frame;
    if (!is_gre())
        payload = big_endian(src_port, 2) + big_endian(port(), 2) +
                  big_endian(8 + payload.size() + static_cast<std::size_t>(udp_length), 2) +
                  Bytes(2) + payload;
    return Frame{.dst = dst,
                 .src = src,
                 .tags = tags,
                 .type = static_cast<std::uint16_t>(ipv6 ? ETH_P_IPV6 : ETH_P_IP),
                 .payload = network(payload)}
        .bytes();
}

std::vector<Outer> each_outer() {
    std::vector<Outer> all;
    for (const bool ipv6 : {false, true}) {
        all.push_back({.type = BVS_TUNNEL_GRE, .ipv6 = ipv6});
        all.push_back({.type = BVS_TUNNEL_GRE, .ipv6 = ipv6, .flags = k_gre_key});
        all.push_back({.type = BVS_TUNNEL_VXLAN, .ipv6 = ipv6});
        all.push_back({.type = BVS_TUNNEL_GENEVE, .ipv6 = ipv6});
        for (const auto version : {BVS_ERSPAN_1, BVS_ERSPAN_2})
            all.push_back({.type = BVS_TUNNEL_ERSPAN,
                           .ipv6 = ipv6,
                           .dst_port = static_cast<std::uint16_t>(version)});
    }
    return all;
}

} // namespace bvs::fixture
