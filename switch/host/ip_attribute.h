// SPDX-License-Identifier: Apache-2.0
//
// IP addresses in netlink attributes, in network byte order there.
#pragma once

#include "switch/host/attribute.h"
#include "switch/model/ip_address.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <sys/socket.h>

namespace bvs::host {

// Nothing if the family is another than the two of IP, or there are fewer bytes than it has.
inline std::optional<model::IpAddress> ip_address(std::span<const std::uint8_t> bytes, int family) {
    const std::size_t size = family == AF_INET ? 4 : family == AF_INET6 ? 16 : 0;
    if (!size || bytes.size() < size)
        return std::nullopt;
    bvs_address bits{};
    for (const auto byte : bytes.first(size)) {
        bits.high = bits.high << 8 | bits.low >> 56;
        bits.low = bits.low << 8 | byte;
    }
    return family == AF_INET ? model::IpAddress::v4(static_cast<std::uint32_t>(bits.low))
                             : model::IpAddress(bits);
}

inline std::span<const std::uint8_t> attribute_bytes(const nlattr *attribute) {
    return {static_cast<const std::uint8_t *>(mnl_attr_get_payload(attribute)),
            mnl_attr_get_payload_len(attribute)};
}

inline int ip_family(const model::IpAddress &address) {
    return address.is_v4() ? AF_INET : AF_INET6;
}

inline void put_ip_address(nlmsghdr &request, std::uint16_t type, const model::IpAddress &address) {
    const auto bits = address.bits();
    std::array<std::uint8_t, 16> bytes{};
    for (unsigned i = 0; i < 8; ++i) {
        bytes[i] = static_cast<std::uint8_t>(bits.high >> (56 - 8 * i));
        bytes[8 + i] = static_cast<std::uint8_t>(bits.low >> (56 - 8 * i));
    }
    const std::size_t size = address.is_v4() ? 4 : 16;
    mnl_attr_put(&request, type, size, bytes.data() + bytes.size() - size);
}

} // namespace bvs::host
