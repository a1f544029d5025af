// SPDX-License-Identifier: Apache-2.0
#include "switch/model/ip_address.h"

#include <arpa/inet.h>
#include <array>
#include <endian.h>

namespace bvs::model {

bool IpAddress::is_multicast() const {
    if (!is_v4())
        return high_ >> 56 == 0xff;
    const auto v4 = static_cast<std::uint32_t>(low_);
    return v4 >> 28 == 0xe || v4 == 0xffffffff;
}

std::optional<IpAddress> parse_ip_address(std::string_view text) {
    const std::string terminated(text);
    std::uint32_t v4 = 0;
    if (inet_pton(AF_INET, terminated.c_str(), &v4) == 1)
        return IpAddress::v4(be32toh(v4));
    std::array<std::uint64_t, 2> v6{};
    if (inet_pton(AF_INET6, terminated.c_str(), v6.data()) != 1)
        return std::nullopt;
    const IpAddress address({.high = be64toh(v6[0]), .low = be64toh(v6[1])});
    return address.is_v4() ? std::nullopt : std::optional(address);
}

std::string to_string(const IpAddress &address) {
    const auto bits = address.bits();
    const std::array<std::uint64_t, 2> v6 = {htobe64(bits.high), htobe64(bits.low)};
    const std::uint32_t v4 = htobe32(static_cast<std::uint32_t>(bits.low));
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (address.is_v4())
        inet_ntop(AF_INET, &v4, text.data(), text.size());
    else
        inet_ntop(AF_INET6, v6.data(), text.data(), text.size());
    return text.data();
}

} // namespace bvs::model
