// SPDX-License-Identifier: Apache-2.0
//
// An IP address of either version, as the datapath has it: 128 bits, IPv4 mapped into IPv6 (RFC
// 4291, 2.5.5.2). Text is what inet_pton(3) takes and, shortest, what RFC 5952 asks for. A value.
#pragma once

#include "maps/abi.h"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bvs::model {

class IpAddress {
  public:
    IpAddress() = default; // none
    explicit IpAddress(const bvs_address &bits) : high_(bits.high), low_(bits.low) {}
    static IpAddress v4(std::uint32_t address) { return IpAddress(bvs_address_v4(address)); }

    bvs_address bits() const { return {high_, low_}; }
    bool is_none() const { return !high_ && !low_; } // also IPv6's ::
    bool is_v4() const {
        const auto address = bits();
        return bvs_address_is_v4(&address) != 0;
    }
    bool is_multicast() const; // IPv4's broadcast as well

    auto operator<=>(const IpAddress &) const = default;

  private:
    std::uint64_t high_ = 0;
    std::uint64_t low_ = 0;
};

// Neither names nor scopes nor the notation of a mapped address, which is IPv4's alone here.
std::optional<IpAddress> parse_ip_address(std::string_view text);
std::string to_string(const IpAddress &address); // of none: "::"

} // namespace bvs::model
