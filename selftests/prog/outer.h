// SPDX-License-Identifier: Apache-2.0
//
// Packets with outer headers, as expressions: Outer{.type = BVS_TUNNEL_GRE, .key =
// 7}.around(frame). From 192.0.2.1 to 192.0.2.2, or 2001:db8::1 to 2001:db8::2. As in a packet that
// has just arrived, there is no UDP checksum.
#pragma once

#include "selftests/fixture/frame.h"

namespace bvs::fixture {

struct Outer {
    bvs_tunnel_type type = BVS_TUNNEL_VXLAN;
    bool ipv6 = false;
    std::uint32_t key = 7;

    std::uint64_t dst = 0; // as loopback has it
    std::uint64_t src = mac(0x101);
    std::vector<bvs_vlan_tag> tags = {};
    std::uint8_t tos = 0, ttl = 64;
    std::uint16_t fragment = 0;
    Bytes ip_options = {};
    Bytes from = {}, to = {}; // none: as above
    int ip_length = 0;        // more than is right

    std::uint16_t src_port = 40000, dst_port = 0; // 0: the type's; of ERSPAN its GRE protocol
    int udp_length = 0;

    std::uint16_t flags = 0; // GRE: as they stand there; others: more than their own
    std::uint16_t group = 0; // VXLAN
    Bytes options = {};      // Geneve
    std::uint16_t protocol = 0x6558;

    Bytes around(const Bytes &frame) const;
    bvs_address remote() const { return address(from, 1); }
    bvs_address local() const { return address(to, 2); }
    std::uint16_t port() const; // as bvs_tunnel_end has it

  private:
    bool is_gre() const { return type == BVS_TUNNEL_GRE || type == BVS_TUNNEL_ERSPAN; }
    Bytes address_bytes(const Bytes &given, std::uint8_t last) const;
    bvs_address address(const Bytes &given, std::uint8_t last) const;
    Bytes tunnel_header() const;
    Bytes network(const Bytes &payload) const;
};

constexpr std::uint16_t k_gre_checksum = 0x8000, k_gre_key = 0x2000, k_gre_sequence = 0x1000;

// One of each type, over both families.
std::vector<Outer> each_outer();

} // namespace bvs::fixture
