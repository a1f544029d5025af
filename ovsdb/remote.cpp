// SPDX-License-Identifier: Apache-2.0
#include "ovsdb/remote.h"

#include <charconv>

namespace bvs::ovsdb {

namespace {

constexpr std::uint16_t k_default_port = 6640;

std::string_view prefix(Remote::Kind kind) {
    switch (kind) {
    case Remote::Kind::unix_socket:
        return "unix:";
    case Remote::Kind::tcp:
        return "tcp:";
    case Remote::Kind::ssl:
        return "ssl:";
    }
    return "";
}

Result<std::uint16_t> parse_port(std::string_view text, std::string_view whole) {
    if (text.empty())
        return k_default_port;
    std::uint16_t port = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc() || end != text.data() + text.size() || port == 0)
        return fail("{}: the port {} is not a number from 1 to 65535", whole, text);
    return port;
}

// HOST, HOST:PORT, [ADDRESS] or [ADDRESS]:PORT
Result<Remote> parse_host(Remote::Kind kind, std::string_view rest, std::string_view whole) {
    Remote remote{.kind = kind};
    std::string_view host;
    if (rest.starts_with('[')) {
        auto end = rest.find(']');
        if (end == rest.npos)
            return fail("{}: the closing \"]\" of the address is missing", whole);
        host = rest.substr(1, end - 1);
        rest.remove_prefix(end + 1);
        if (!rest.empty() && rest.front() != ':')
            return fail("{}: \"{}\" follows the address", whole, rest);
    } else {
        host = rest.substr(0, rest.find(':'));
        rest.remove_prefix(host.size());
    }
    if (host.empty())
        return fail("{}: a host is missing", whole);
    if (rest.find(':', 1) != rest.npos)
        return fail("{}: an IPv6 address has to be in brackets", whole);
    auto port = parse_port(rest.empty() ? rest : rest.substr(1), whole);
    if (!port)
        return std::unexpected(port.error());
    remote.address = host;
    remote.port = *port;
    return remote;
}

Result<Remote> parse_remote(std::string_view text) {
    for (auto kind : {Remote::Kind::unix_socket, Remote::Kind::tcp, Remote::Kind::ssl}) {
        if (!text.starts_with(prefix(kind)))
            continue;
        auto rest = text.substr(prefix(kind).size());
        if (kind != Remote::Kind::unix_socket)
            return parse_host(kind, rest, text);
        if (rest.empty())
            return fail("{}: the path of the socket is missing", text);
        return Remote{.kind = kind, .address = std::string(rest)};
    }
    return fail("\"{}\" is no database; expected unix:PATH, tcp:HOST:PORT or ssl:HOST:PORT", text);
}

} // namespace

std::string Remote::to_string() const {
    if (kind == Kind::unix_socket)
        return fmt::format("{}{}", prefix(kind), address);
    bool v6 = address.find(':') != address.npos;
    return fmt::format("{}{}{}{}:{}", prefix(kind), v6 ? "[" : "", address, v6 ? "]" : "", port);
}

Result<std::vector<Remote>> parse_remotes(std::string_view text) {
    std::vector<Remote> remotes;
    while (!text.empty()) {
        auto one = text.substr(0, text.find(','));
        text.remove_prefix(std::min(one.size() + 1, text.size()));
        auto remote = parse_remote(one);
        if (!remote)
            return std::unexpected(remote.error());
        remotes.push_back(std::move(*remote));
    }
    if (remotes.empty())
        return fail("no database is named; expected unix:PATH, tcp:HOST:PORT or ssl:HOST:PORT");
    return remotes;
}

} // namespace bvs::ovsdb
