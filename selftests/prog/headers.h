// SPDX-License-Identifier: Apache-2.0
//
// Headers above Ethernet, as expressions: Frame{.type = ETH_P_IP, .payload = ipv4(6, tcp())}.
// Addresses are 10.0.0.1 and 2, 2001:db8::1 and 2, ports 1000 and 80.
#pragma once

#include "selftests/fixture/frame.h"

namespace bvs::fixture {

Bytes ipv4(std::uint8_t protocol, const Bytes &payload, std::uint16_t fragment = 0,
           const Bytes &options = {});
Bytes ipv6(std::uint8_t next, const Bytes &payload);
Bytes arp();

// An IPv6 extension header of `size` bytes: 8 or a multiple. AH in units of 4.
Bytes extension(std::uint8_t next, std::size_t size);
Bytes authentication(std::uint8_t next, std::size_t size);
Bytes fragment(std::uint8_t next, std::uint16_t offset_and_more);

Bytes tcp(std::uint16_t flags);
Bytes udp();
Bytes sctp();
Bytes icmp(std::uint8_t type, std::uint8_t code);
// Neighbour solicitation or advertisement for 2001:db8::9, with an option of a link-layer address.
Bytes neighbour(std::uint8_t type, std::uint8_t option);

Bytes ipv6_address(std::uint8_t last);

} // namespace bvs::fixture
