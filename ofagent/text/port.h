// SPDX-License-Identifier: Apache-2.0
//
// Ports by number or by name. The reserved ones have names that every bridge knows (IN_PORT, LOCAL,
// CONTROLLER ..., in upper or lower case) and that come before those of its own ports.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bvs::text {

// The names of a bridge's ports.
class Ports {
  public:
    virtual ~Ports() = default;

    virtual std::optional<std::uint32_t> number(std::string_view name) const = 0;
    virtual std::string name(std::uint32_t number) const = 0; // empty: it has none
};
const Ports &nameless(); // where only numbers are known, or wanted

// Also "a name" in quotes. Numbers of OpenFlow 1.0's reserved ports become those of the newer ones.
std::optional<std::uint32_t> find_port(std::string_view text, const Ports &ports);
Result<std::uint32_t> parse_port(std::string_view text, const Ports &ports);

std::string format_port(std::uint32_t port, const Ports &ports);

} // namespace bvs::text
