// SPDX-License-Identifier: Apache-2.0
#include "net/endpoint.h"

#include <charconv>

namespace bvs::net {

namespace {

struct Scheme {
    std::string_view prefix;
    Endpoint::Kind kind;
    bool passive;
};

constexpr Scheme k_schemes[] = {
    {"unix:", Endpoint::Kind::unix_socket, false}, {"tcp:", Endpoint::Kind::tcp, false},
    {"ssl:", Endpoint::Kind::ssl, false},          {"punix:", Endpoint::Kind::unix_socket, true},
    {"ptcp:", Endpoint::Kind::tcp, true},          {"pssl:", Endpoint::Kind::ssl, true},
};

// HOST, or an IPv6 address in brackets; what follows it stays in `rest`.
Result<std::string> take_host(std::string_view &rest, std::string_view whole) {
    if (!rest.starts_with('[')) {
        const auto host = rest.substr(0, rest.find(':'));
        rest.remove_prefix(host.size());
        return std::string(host);
    }
    const auto end = rest.find(']');
    if (end == rest.npos)
        return fail("{}: the closing \"]\" of the address is missing", whole);
    const auto host = rest.substr(1, end - 1);
    rest.remove_prefix(end + 1);
    if (!rest.empty() && rest.front() != ':')
        return fail("{}: \"{}\" follows the address", whole, rest);
    return std::string(host);
}

Result<std::uint16_t> parse_port(std::string_view text, std::string_view whole,
                                 std::uint16_t default_port) {
    if (text.empty())
        return default_port;
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc() || end != text.data() + text.size() || port == 0)
        return fail("{}: the port {} is not a number from 1 to 65535", whole, text);
    return port;
}

// HOST, HOST:PORT, [ADDRESS] or [ADDRESS]:PORT
Result<Endpoint> parse_active(Endpoint endpoint, std::string_view rest, std::string_view whole,
                              std::uint16_t default_port) {
    auto host = take_host(rest, whole);
    if (!host)
        return std::unexpected(host.error());
    if (host->empty())
        return fail("{}: a host is missing", whole);
    if (rest.find(':', 1) != rest.npos)
        return fail("{}: an IPv6 address has to be in brackets", whole);
    const auto port = parse_port(rest.empty() ? rest : rest.substr(1), whole, default_port);
    if (!port)
        return std::unexpected(port.error());
    endpoint.address = std::move(*host);
    endpoint.port = *port;
    return endpoint;
}

// Nothing, PORT, PORT:HOST, or :HOST
Result<Endpoint> parse_passive(Endpoint endpoint, std::string_view rest, std::string_view whole,
                               std::uint16_t default_port) {
    const auto port = parse_port(rest.substr(0, rest.find(':')), whole, default_port);
    if (!port)
        return std::unexpected(port.error());
    endpoint.port = *port;
    if (const auto colon = rest.find(':'); colon != rest.npos) {
        rest.remove_prefix(colon + 1);
        auto host = take_host(rest, whole);
        if (!host)
            return std::unexpected(host.error());
        if (!rest.empty())
            return fail("{}: an IPv6 address has to be in brackets", whole);
        endpoint.address = std::move(*host);
    }
    return endpoint;
}

} // namespace

std::string Endpoint::to_string() const {
    for (const auto &scheme : k_schemes) {
        if (scheme.kind != kind || scheme.passive != passive)
            continue;
        if (kind == Kind::unix_socket)
            return fmt::format("{}{}", scheme.prefix, address);
        const bool v6 = address.find(':') != address.npos;
        const auto host = fmt::format("{}{}{}", v6 ? "[" : "", address, v6 ? "]" : "");
        if (!passive)
            return fmt::format("{}{}:{}", scheme.prefix, host, port);
        return fmt::format("{}{}{}{}", scheme.prefix, port, host.empty() ? "" : ":", host);
    }
    return {};
}

Result<Endpoint> parse_endpoint(std::string_view text, std::uint16_t default_port) {
    for (const auto &scheme : k_schemes) {
        if (!text.starts_with(scheme.prefix))
            continue;
        const auto rest = text.substr(scheme.prefix.size());
        Endpoint endpoint{.kind = scheme.kind, .passive = scheme.passive};
        if (scheme.kind == Endpoint::Kind::unix_socket) {
            if (rest.empty())
                return fail("{}: the path of the socket is missing", text);
            endpoint.address = rest;
            return endpoint;
        }
        return scheme.passive ? parse_passive(std::move(endpoint), rest, text, default_port)
                              : parse_active(std::move(endpoint), rest, text, default_port);
    }
    return fail("\"{}\" is no peer; expected unix:PATH, tcp:HOST:PORT or ssl:HOST:PORT", text);
}

} // namespace bvs::net
