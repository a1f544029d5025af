// SPDX-License-Identifier: Apache-2.0
//
// A packet with everything that tests of rewrites change, and the claim that they make: what comes
// out is what somebody would have built with the new values, checksums included.
#pragma once

#include "selftests/fixture/rules.h"
#include "selftests/prog/headers.h"

#include <linux/in.h>
#include <linux/in6.h>

namespace bvs::fixture {

// RFC 1071, without the final complement.
std::uint16_t sum(const Bytes &bytes, std::uint32_t start = 0);
void put(Bytes &bytes, std::size_t at, const Bytes &with);

struct Packet {
    std::uint64_t dst = mac(2), src = mac(1);
    std::vector<bvs_vlan_tag> tags = {};
    bool ipv6 = false;
    std::uint8_t proto = IPPROTO_TCP, tos = 0, ttl = 64;
    std::uint32_t label = 0;
    Bytes from = {10, 0, 0, 1}, to = {10, 0, 0, 2};
    std::uint16_t tp_src = 1000, tp_dst = 80; // ICMP: type and code in one byte each
    bool checksum = true;                     // of UDP
    std::uint16_t tcp_flags = 2;
    std::uint16_t fragment = 0; // as in IPv4's header, of IPv6 too

    Bytes bytes() const;
    Bytes network() const; // what is behind its Ethernet header

  private:
    Bytes layer4() const;
    Bytes fragment_header() const; // IPv6's
};

// Twice by the program alone, with the tags in the frame, and once over the wire, with them beside.
void expect_rewritten(const Bytes &in, const Program &program, const Bytes &out);
inline void expect_rewritten(const Packet &in, const Program &program, const Packet &out) {
    expect_rewritten(in.bytes(), program, out.bytes());
}

} // namespace bvs::fixture
