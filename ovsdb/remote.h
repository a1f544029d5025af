// SPDX-License-Identifier: Apache-2.0
//
// Where a database is, as Open vSwitch's tools write it: `unix:PATH`, `tcp:HOST[:PORT]`,
// `ssl:HOST[:PORT]`, IPv6 addresses in brackets, several joined by commas. The port is 6640 unless
// given.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bvs::ovsdb {

struct Remote {
    enum class Kind { unix_socket, tcp, ssl };

    Kind kind = Kind::unix_socket;
    std::string address; // path, name or address without brackets
    std::uint16_t port = 0;

    std::string to_string() const;
    bool operator==(const Remote &) const = default;
};

Result<std::vector<Remote>> parse_remotes(std::string_view text);

// Files in PEM format, for ssl: remotes.
struct TlsFiles {
    std::string private_key;
    std::string certificate;
    std::string ca_certificate;
};

} // namespace bvs::ovsdb
