// SPDX-License-Identifier: Apache-2.0
//
// Messages as data: what is sent, in which dialect, as which bytes. Each is held both ways.
#pragma once

#include "ofagent/wire/codec.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <string>
#include <string_view>

namespace bvs::wire {

inline constexpr Dialect k_of10{.version = Version::of10};
inline constexpr Dialect k_of13{.version = Version::of13};
inline constexpr Dialect k_of14{.version = Version::of14};
inline constexpr Dialect k_of15{.version = Version::of15};

inline constexpr std::uint32_t k_xid = 0x11223344;

struct Case {
    std::string name;
    Dialect dialect;
    Body body;
    std::string_view hex; // blanks are for people
    bool more = false;
};

inline Bytes from_hex(std::string_view hex) {
    Bytes bytes;
    std::string digits;
    for (char c : hex) {
        if (c == ' ' || c == '\n')
            continue;
        digits += c;
        if (digits.size() == 2) {
            bytes.push_back(static_cast<std::uint8_t>(std::stoi(digits, nullptr, 16)));
            digits.clear();
        }
    }
    return bytes;
}

inline std::string to_hex(const Bytes &bytes) {
    std::string hex;
    for (auto byte : bytes)
        hex += fmt::format("{:02x}", byte);
    return hex;
}

inline void hold_both_ways(const Case &one) {
    SCOPED_TRACE(one.name);
    Bytes bytes = from_hex(one.hex);
    Message message{.xid = k_xid, .body = one.body, .more = one.more};
    EXPECT_EQ(to_hex(encode(message, one.dialect)), to_hex(bytes));
    auto decoded = decode(bytes, one.dialect);
    ASSERT_TRUE(decoded) << decoded.error().why;
    EXPECT_TRUE(*decoded == message);
}

// What the bytes are refused with, or nothing.
inline std::optional<model::Refusal> refusal(std::string_view hex, const Dialect &dialect) {
    auto decoded = decode(from_hex(hex), dialect);
    if (decoded)
        return std::nullopt;
    return decoded.error().refusal;
}

} // namespace bvs::wire
