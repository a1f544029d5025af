// SPDX-License-Identifier: Apache-2.0
//
// Where a peer is, as Open vSwitch's tools write it. Active: `unix:PATH`, `tcp:HOST[:PORT]`,
// `ssl:HOST[:PORT]`; passive: `punix:PATH`, `ptcp:[PORT][:HOST]`, `pssl:[PORT][:HOST]`. IPv6
// addresses stand in brackets.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace bvs::net {

struct Endpoint {
    enum class Kind { unix_socket, tcp, ssl };

    Kind kind = Kind::unix_socket;
    std::string address; // path, name or address without brackets; empty: any, of a passive one
    std::uint16_t port = 0;
    bool passive = false;

    std::string to_string() const;
    bool operator==(const Endpoint &) const = default;
};

// A missing port is `default_port`.
Result<Endpoint> parse_endpoint(std::string_view text, std::uint16_t default_port);

} // namespace bvs::net
