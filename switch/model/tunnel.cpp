// SPDX-License-Identifier: Apache-2.0
#include "switch/model/tunnel.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace bvs::model {

namespace {

struct Kind {
    bvs_tunnel_type type;
    std::string_view name;
    std::uint16_t port; // IANA's
    unsigned key_bits;
};

constexpr std::array k_kinds = {
    Kind{BVS_TUNNEL_GRE, "gre", 0, 32}, Kind{BVS_TUNNEL_VXLAN, "vxlan", 4789, 24},
    Kind{BVS_TUNNEL_GENEVE, "geneve", 6081, 24}, Kind{BVS_TUNNEL_ERSPAN, "erspan", 0, 10}};

constexpr std::uint8_t k_ecn = 3; // RFC 3168
constexpr std::uint8_t k_ttl = Tunnel().ttl;
constexpr int k_hexadecimal = 16;

const Kind &kind_of(bvs_tunnel_type type) {
    return *std::ranges::find(k_kinds, type, &Kind::type);
}

// As strtoull(3) reads it with base 0.
std::optional<std::uint64_t> parse_number(std::string_view text) {
    int base = 10;
    if (text.starts_with("0x") || text.starts_with("0X")) {
        base = 16;
        text.remove_prefix(2);
    } else if (text.size() > 1 && text.starts_with('0')) {
        base = 8;
    }
    std::uint64_t number = 0;
    const auto *end = text.data() + text.size();
    const auto [stop, problem] = std::from_chars(text.data(), end, number, base);
    if (text.empty() || problem != std::errc() || stop != end)
        return std::nullopt;
    return number;
}

class Reader {
  public:
    Reader(const Kind &kind, const std::string &name, const StringMap &options, Warnings &warnings)
        : kind_(kind), name_(name), options_(options),
          settings_(options, "interface " + name, warnings) {}

    Result<Tunnel> read();

  private:
    // Sets one thing each, or says why the tunnel cannot be made.
    Result<> read_addresses(Tunnel &tunnel) const;
    Result<TunnelAddress> address(std::string_view option) const;
    Result<TunnelKey> key(std::string_view option) const;
    void read_tos(Tunnel &tunnel);
    void read_ttl(Tunnel &tunnel);
    Result<> read_erspan(Tunnel &tunnel);
    Result<std::uint32_t> erspan_number(std::string_view option, int base, unsigned bits) const;
    Result<> refuse_what_would_differ() const;
    void warn_of_the_rest();

    const Kind &kind_;
    const std::string &name_;
    const StringMap &options_;
    Settings settings_;
};

Result<Tunnel> Reader::read() {
    Tunnel tunnel{.type = kind_.type, .dst_port = kind_.port};
    if (const auto possible = refuse_what_would_differ(); !possible)
        return std::unexpected(possible.error());
    if (const auto done = read_addresses(tunnel); !done)
        return std::unexpected(done.error());
    for (const auto &[option, place] :
         {std::pair("in_key", &Tunnel::in_key), std::pair("out_key", &Tunnel::out_key)}) {
        const auto read = key(option);
        if (!read)
            return std::unexpected(read.error());
        tunnel.*place = *read;
    }
    if (kind_.port)
        tunnel.dst_port = static_cast<std::uint16_t>(
            settings_.number("dst_port", 1, 0xffff).value_or(kind_.port));
    read_tos(tunnel);
    read_ttl(tunnel);
    tunnel.dont_fragment = settings_.text("df_default") != "false";
    tunnel.sequence = kind_.type == BVS_TUNNEL_GRE && settings_.flag("seq");
    if (kind_.type != BVS_TUNNEL_ERSPAN)
        tunnel.checksum = settings_.flag("csum");
    else if (const auto done = read_erspan(tunnel); !done)
        return std::unexpected(done.error());
    tunnel.mark = settings_.number("egress_pkt_mark", 0, 0xffffffff);
    tunnel.group_policy = kind_.type == BVS_TUNNEL_VXLAN && settings_.text("exts") == "gbp";
    warn_of_the_rest();
    return tunnel;
}

Result<> Reader::read_addresses(Tunnel &tunnel) const {
    for (const auto &[option, place] :
         {std::pair("remote_ip", &Tunnel::remote), std::pair("local_ip", &Tunnel::local)}) {
        const auto read = address(option);
        if (!read)
            return std::unexpected(read.error());
        tunnel.*place = *read;
    }
    const auto &[remote, local] = std::pair(tunnel.remote, tunnel.local);
    if (!remote.flow && remote.fixed.is_none())
        return fail("{}: {} type requires valid 'remote_ip' argument", name_, kind_.name);
    if (local.flow && !remote.flow)
        return fail("{}: {} type requires 'remote_ip=flow' with 'local_ip=flow'", name_,
                    kind_.name);
    if (!remote.flow && !local.fixed.is_none() && remote.fixed.is_v4() != local.fixed.is_v4())
        return fail("{}: 'remote_ip' and 'local_ip' has to be of the same address family", name_);
    return {};
}

Result<TunnelAddress> Reader::address(std::string_view option) const {
    const auto value = settings_.text(option);
    if (value.empty())
        return TunnelAddress();
    if (value == "flow")
        return TunnelAddress{.flow = true};
    const auto parsed = parse_ip_address(value);
    if (!parsed)
        return fail("{}: bad {} '{}' ({} is no IP address; names are not looked up, give an "
                    "address or \"flow\")",
                    name_, kind_.name, option, value);
    if (parsed->is_multicast())
        return fail("{}: multicast {}={} not allowed", name_, option, value);
    if (parsed->is_none() || *parsed == IpAddress::v4(0))
        return TunnelAddress();
    return TunnelAddress{.fixed = *parsed};
}

Result<TunnelKey> Reader::key(std::string_view option) const {
    auto value = settings_.text(option);
    if (value.empty()) {
        option = "key";
        value = settings_.text(option);
    }
    if (value.empty())
        return TunnelKey();
    if (value == "flow")
        return TunnelKey{.flow = true, .given = true};
    const auto number = parse_number(value);
    if (!number)
        return fail("{}: bad {} '{}' ({} is no number; give one, or \"flow\")", name_, kind_.name,
                    option, value);
    if (*number >> kind_.key_bits)
        return fail("{}: bad {} '{}' ({} is larger than {}, the most that its {} bits hold)", name_,
                    kind_.name, option, value, (std::uint64_t{1} << kind_.key_bits) - 1,
                    kind_.key_bits);
    return TunnelKey{.fixed = *number, .given = true};
}

void Reader::read_tos(Tunnel &tunnel) {
    const auto value = settings_.text("tos");
    if (value.empty())
        return;
    tunnel.tos_inherit = value == "inherit";
    if (tunnel.tos_inherit)
        return;
    const auto number = parse_number(value);
    if (!number || *number > 0xff)
        return settings_.warn("tos", "is neither \"inherit\" nor a number from 0 to 0xff; using 0");
    tunnel.tos = static_cast<std::uint8_t>(*number & ~std::uint64_t{k_ecn});
    if (*number & k_ecn)
        settings_.warn("tos", fmt::format("has bits that are ECN's (RFC 3168), set by what happens "
                                          "to packets; using {:#x}",
                                          tunnel.tos));
}

void Reader::read_ttl(Tunnel &tunnel) {
    tunnel.ttl_inherit = settings_.text("ttl") == "inherit";
    if (tunnel.ttl_inherit)
        return;
    const auto number = settings_.number("ttl", 0, 0xff).value_or(0);
    tunnel.ttl = number ? static_cast<std::uint8_t>(number) : k_ttl;
}

// Open vSwitch reads the index and the hardware's id as hexadecimal, with 0x or without.
Result<std::uint32_t> Reader::erspan_number(std::string_view option, int base,
                                            unsigned bits) const {
    auto text = settings_.text(option);
    if (base == k_hexadecimal && (text.starts_with("0x") || text.starts_with("0X")))
        text.remove_prefix(2);
    std::uint32_t number = 0;
    const auto *end = text.data() + text.size();
    const auto [stop, problem] = std::from_chars(text.data(), end, number, base);
    if (!text.empty() && (problem != std::errc() || stop != end || number >> bits))
        return fail("{}: invalid {} '{}' (it is {} number of {} bits)", name_, option, text,
                    base == k_hexadecimal ? "a hexadecimal" : "a", bits);
    return number;
}

Result<> Reader::read_erspan(Tunnel &tunnel) {
    const auto version = settings_.text("erspan_ver");
    if (!version.empty() && version != "1" && version != "2")
        return fail("{}: unsupported erspan version {}; there are 1 and 2", name_, version);
    if (settings_.flag("csum"))
        settings_.warn("csum", "is not for erspan, whose header has no checksum");
    const auto index = erspan_number("erspan_idx", k_hexadecimal, 20);
    const auto direction = erspan_number("erspan_dir", 10, 1);
    const auto hardware_id = erspan_number("erspan_hwid", k_hexadecimal, 6);
    for (const auto *number : {&index, &direction, &hardware_id})
        if (!*number)
            return std::unexpected(number->error());
    tunnel.erspan = {.version = static_cast<std::uint8_t>(version == "2" ? 2 : 1),
                     .index = *index,
                     .direction = static_cast<std::uint8_t>(*direction),
                     .hardware_id = static_cast<std::uint8_t>(*hardware_id)};
    return {};
}

Result<> Reader::refuse_what_would_differ() const {
    for (const auto *option : {"psk", "remote_cert", "remote_name", "certificate", "private_key"})
        if (options_.contains(option))
            return fail("{}: {}: IPsec is not supported, packets would go out unencrypted; remove "
                        "the option if that is meant",
                        name_, option);
    if (const auto type = settings_.text("packet_type"); !type.empty() && type != "legacy_l2")
        return fail("{}: packet_type={} is not supported; supported is legacy_l2, Ethernet frames",
                    name_, type);
    return {};
}

void Reader::warn_of_the_rest() {
    constexpr std::array<std::string_view, 12> known = {
        "remote_ip", "local_ip",   "key",  "in_key",          "out_key", "tos",
        "ttl",       "df_default", "csum", "egress_pkt_mark", "exts",    "packet_type"};
    for (const auto &[option, value] : options_) {
        if (option == "exts" && kind_.type == BVS_TUNNEL_VXLAN) {
            if (value != "gbp")
                settings_.warn(option, "is an unknown extension");
            continue;
        }
        if (std::ranges::find(known, option) == known.end() &&
            !(option == "dst_port" && kind_.port) &&
            !(option == "seq" && kind_.type == BVS_TUNNEL_GRE) &&
            !(option.starts_with("erspan_") && kind_.type == BVS_TUNNEL_ERSPAN))
            settings_.warn(option, fmt::format("is an unknown {} argument", kind_.name));
    }
}

void put_address(StringMap &options, const char *option, const TunnelAddress &address) {
    if (address.flow)
        options[option] = "flow";
    else if (!address.fixed.is_none())
        options[option] = to_string(address.fixed);
}

void put_key(StringMap &options, const char *option, const TunnelKey &key) {
    if (key.given)
        options[option] = key.flow ? "flow" : fmt::to_string(key.fixed);
}

void put_erspan(StringMap &options, const Erspan &erspan) {
    options["erspan_ver"] = fmt::to_string(erspan.version);
    if (erspan.version == 1) {
        options["erspan_idx"] = fmt::format("{:#x}", erspan.index);
    } else {
        options["erspan_dir"] = fmt::to_string(erspan.direction);
        options["erspan_hwid"] = fmt::format("{:#x}", erspan.hardware_id);
    }
}

} // namespace

std::optional<bvs_tunnel_type> parse_tunnel_type(std::string_view type) {
    const auto *kind = std::ranges::find(k_kinds, type, &Kind::name);
    return kind == k_kinds.end() ? std::nullopt : std::optional(kind->type);
}

std::string_view to_string(bvs_tunnel_type type) {
    return kind_of(type).name;
}

Result<Tunnel> settle_tunnel(bvs_tunnel_type type, const std::string &name,
                             const StringMap &options, Warnings &warnings) {
    return Reader(kind_of(type), name, options, warnings).read();
}

Result<std::string> settle_peer(const std::string &name, const StringMap &options) {
    const auto peer = options.find("peer");
    if (peer == options.end() || peer->second.empty())
        return fail("{}: patch type requires valid 'peer' argument", name);
    if (options.size() > 1)
        return fail("{}: patch type takes only a 'peer' argument", name);
    if (peer->second == name)
        return fail("{}: patch peer must not be self", name);
    return peer->second;
}

StringMap options_of(const Tunnel &tunnel) {
    StringMap options;
    put_address(options, "remote_ip", tunnel.remote);
    put_address(options, "local_ip", tunnel.local);
    if (tunnel.in_key == tunnel.out_key) {
        put_key(options, "key", tunnel.in_key);
    } else {
        put_key(options, "in_key", tunnel.in_key);
        put_key(options, "out_key", tunnel.out_key);
    }
    if (tunnel.dst_port != kind_of(tunnel.type).port)
        options["dst_port"] = fmt::to_string(tunnel.dst_port);
    if (tunnel.tos_inherit)
        options["tos"] = "inherit";
    else if (tunnel.tos)
        options["tos"] = fmt::format("{:#x}", tunnel.tos);
    if (tunnel.ttl_inherit)
        options["ttl"] = "inherit";
    else if (tunnel.ttl != k_ttl)
        options["ttl"] = fmt::to_string(tunnel.ttl);
    if (!tunnel.dont_fragment)
        options["df_default"] = "false";
    if (tunnel.group_policy)
        options["exts"] = "gbp";
    if (tunnel.checksum)
        options["csum"] = "true";
    if (tunnel.sequence)
        options["seq"] = "true";
    if (tunnel.type == BVS_TUNNEL_ERSPAN)
        put_erspan(options, tunnel.erspan);
    if (tunnel.mark)
        options["egress_pkt_mark"] = fmt::to_string(*tunnel.mark);
    return options;
}

} // namespace bvs::model
