// SPDX-License-Identifier: Apache-2.0
#include "ofagent/text/field_value.h"

#include "ofagent/text/scan.h"
#include "switch/model/settings.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <bit>
#include <span>

namespace bvs::text {

using model::FieldInfo;
using model::Notation;
using model::Value;

namespace {

constexpr unsigned k_mac_bits = 48, k_ipv4_bits = 32, k_ipv6_bits = 128;

struct FragForm {
    std::string_view name;
    std::uint8_t mask, value;
};
// The first with a name is what it means when read.
constexpr auto k_frag_forms = std::to_array<FragForm>({{"no", 3, 0},
                                                       {"first", 3, 1},
                                                       {"later", 3, 3},
                                                       {"no", 1, 0},
                                                       {"yes", 1, 1},
                                                       {"not_later", 2, 0},
                                                       {"later", 2, 2}});

struct Flags {
    std::string_view what;
    std::string_view expected;
    std::span<const std::string_view> names; // from bit 0 on

    Value ones() const { return model::low_bits(static_cast<unsigned>(names.size())); }
};
constexpr auto k_tcp_names = std::to_array<std::string_view>(
    {"fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr", "ns", "[200]", "[400]", "[800]"});
constexpr Flags k_tcp_flags = {
    "TCP flag", "fin, syn, rst, psh, ack, urg, ece, cwr or ns, each after + or -", k_tcp_names};
constexpr auto k_tunnel_names = std::to_array<std::string_view>({"oam"});
constexpr Flags k_tunnel_flags = {"tunnel flag", "oam, +oam or -oam", k_tunnel_names};

// A leading zero of a byte may be missing: 2:0:0:0:0:1.
std::optional<Value> parse_mac(std::string_view text) {
    std::uint64_t mac = 0;
    for (unsigned bytes = k_mac_bits / 8; bytes; --bytes) {
        const auto digits = text.substr(0, bytes > 1 ? text.find(':') : text.size());
        const auto byte = parse_number("0x" + std::string(digits), 0xff);
        if (!byte || digits.size() > 2 || digits.size() + (bytes > 1) > text.size())
            return std::nullopt;
        mac = mac << 8 | *byte;
        text.remove_prefix(digits.size() + (bytes > 1));
    }
    return Value{0, mac};
}

std::optional<Value> parse_ipv4(std::string_view text) {
    in_addr address{};
    if (inet_pton(AF_INET, std::string(text).c_str(), &address) != 1)
        return std::nullopt;
    return Value{0, ntohl(address.s_addr)};
}

std::optional<Value> parse_ipv6(std::string_view text) {
    in6_addr address{};
    if (inet_pton(AF_INET6, std::string(text).c_str(), &address) != 1)
        return std::nullopt;
    Value value;
    for (unsigned i = 0; i < 8; ++i) {
        value.high = value.high << 8 | address.s6_addr[i];
        value.low = value.low << 8 | address.s6_addr[i + 8];
    }
    return value;
}

std::string ipv4_text(const Value &value) {
    const auto n = value.low;
    return fmt::format("{}.{}.{}.{}", n >> 24 & 0xff, n >> 16 & 0xff, n >> 8 & 0xff, n & 0xff);
}

std::string ipv6_text(const Value &value) {
    in6_addr address{};
    for (unsigned i = 0; i < 8; ++i) {
        address.s6_addr[i] = static_cast<std::uint8_t>(value.high >> (56 - 8 * i));
        address.s6_addr[i + 8] = static_cast<std::uint8_t>(value.low >> (56 - 8 * i));
    }
    std::array<char, INET6_ADDRSTRLEN> text{};
    return inet_ntop(AF_INET6, &address, text.data(), text.size());
}

// Whoever writes 0x0800 for a field may mean a packet type: (0,0x800).
std::optional<Value> parse_packet_type(std::string_view text) {
    if (!text.starts_with('(') || !text.ends_with(')'))
        return parse_value(text);
    const auto halves = split(text.substr(1, text.size() - 2), ",");
    if (!halves)
        return std::nullopt;
    const auto space = parse_number(trim(halves->before), 0xffff);
    const auto type = parse_number(trim(halves->after), 0xffff);
    return space && type ? std::optional(Value{0, *space << 16 | *type}) : std::nullopt;
}

std::optional<Value> parse_one(const FieldInfo &field, std::string_view text, const Ports &ports) {
    switch (field.notation) {
    case Notation::mac:
        return parse_mac(text);
    case Notation::ipv4:
        return parse_ipv4(text);
    case Notation::ipv6:
        return parse_ipv6(text);
    case Notation::port: {
        const auto port = find_port(text, ports);
        return port ? std::optional(Value{0, *port}) : std::nullopt;
    }
    default:
        return field.field == model::Field::packet_type ? parse_packet_type(text)
                                                        : parse_value(text);
    }
}

std::optional<Value> parse_mask(const FieldInfo &field, std::string_view text, const Ports &ports) {
    const unsigned width = field.notation == Notation::ipv4   ? k_ipv4_bits
                           : field.notation == Notation::ipv6 ? k_ipv6_bits
                                                              : 0;
    if (const auto prefix = width ? parse_number(text, width) : std::nullopt)
        return shift_left(model::low_bits(static_cast<unsigned>(*prefix)),
                          width - static_cast<unsigned>(*prefix));
    return parse_one(field, text, ports);
}

std::string_view kind(const FieldInfo &field) {
    switch (field.notation) {
    case Notation::mac:
        return "an Ethernet address";
    case Notation::ipv4:
        return "an IPv4 address, or one with a prefix length or mask";
    case Notation::ipv6:
        return "an IPv6 address, or one with a prefix length or mask";
    case Notation::port:
        return "a port's number or name";
    default:
        return "a decimal or hexadecimal number";
    }
}

Result<MaskedValue> parse_frag(std::string_view text) {
    const auto form = std::ranges::find(k_frag_forms, text, &FragForm::name);
    if (form == k_frag_forms.end())
        return fail("\"{}\" is no kind of fragment: expected no, yes, first, later or not_later",
                    text);
    return MaskedValue{{0, form->value}, {0, form->mask}};
}

std::optional<std::uint64_t> flag_of(const Flags &flags, std::string_view name) {
    const auto flag = std::ranges::find(flags.names, name);
    if (flag == flags.names.end())
        return std::nullopt;
    return 1ULL << (flag - flags.names.begin());
}

// +syn-ack (the others may be anything) or syn|psh (the others must not be there).
Result<MaskedValue> parse_flags(const Flags &flags, std::string_view text) {
    const bool signs = text.starts_with('+') || text.starts_with('-');
    std::uint64_t value = 0, mask = 0;
    for (auto rest = text; !rest.empty();) {
        const bool wanted = rest.front() != '-';
        if (signs)
            rest.remove_prefix(1);
        const auto name = rest.substr(0, rest.find_first_of(signs ? "+-" : "|"));
        const auto flag = flag_of(flags, name);
        if (!flag)
            return fail("\"{}\" is no {}: expected {}", name, flags.what, flags.expected);
        if (mask & *flag)
            return fail("\"{}\" names the {} {} twice", text, flags.what, name);
        mask |= *flag;
        value |= wanted ? *flag : 0;
        rest.remove_prefix(std::min(name.size() + (signs ? 0 : 1), rest.size()));
    }
    return MaskedValue{{0, value}, signs ? Value{0, mask} : flags.ones()};
}

std::string format_flags(const Flags &flags, const MaskedValue &value, bool exact) {
    if (exact && value.value.zero())
        return "0";
    std::string text;
    for (unsigned bit = 0; bit < flags.names.size(); ++bit) {
        const bool set = value.value.low >> bit & 1;
        if (exact && set)
            text += fmt::format("{}{}", text.empty() ? "" : "|", flags.names[bit]);
        else if (!exact && value.mask.low >> bit & 1)
            text += fmt::format("{}{}", set ? '+' : '-', flags.names[bit]);
    }
    return text;
}

} // namespace

Result<MaskedValue> parse_field_value(const FieldInfo &field, std::string_view text,
                                      const Ports &ports) {
    const auto ones = model::all_ones(field.bits);
    if (text == "*")
        return MaskedValue{};
    const bool number = !text.empty() && text.front() >= '0' && text.front() <= '9';
    if (field.notation == Notation::frag && !number)
        return parse_frag(text);
    if (field.notation == Notation::tcp_flags && !number && !text.empty())
        return parse_flags(k_tcp_flags, text);
    if (field.notation == Notation::tunnel_flags && !number && !text.empty())
        return parse_flags(k_tunnel_flags, text);
    const auto halves = split(text, "/");
    const auto value = parse_one(field, halves ? halves->before : text, ports);
    const auto mask = halves ? parse_mask(field, halves->after, ports) : std::optional(ones);
    if (!value || !mask)
        return fail("invalid value \"{}\" for {}: expected {}", text, field.name, kind(field));
    if (!(*value & ~ones).zero() || !(*mask & ~ones).zero())
        return fail("value \"{}\" is too large for the {} bits of {}", text, field.bits,
                    field.name);
    if (field.masks == model::Masks::none && *mask != ones && !mask->zero())
        return fail("\"{}\": {} cannot be matched in part, only as a whole", text, field.name);
    return MaskedValue{*value, *mask};
}

std::string format_field_value(const FieldInfo &field, const MaskedValue &value,
                               const Ports &ports) {
    const bool exact = value.mask == model::all_ones(field.bits);
    const auto mask = exact ? "" : "/" + hex(value.mask);
    switch (field.notation) {
    case Notation::mac:
        return format_mac(value);
    case Notation::ipv4:
        return format_ipv4(value);
    case Notation::ipv6:
        return format_ipv6(value);
    case Notation::tcp_flags:
        return format_tcp_flags(value);
    case Notation::tunnel_flags:
        return format_flags(k_tunnel_flags, value, exact);
    case Notation::frag:
        return format_frag(value);
    case Notation::port:
        if (exact)
            return format_port(static_cast<std::uint32_t>(value.value.low), ports);
        return hex(value.value) + mask;
    case Notation::decimal:
        return fmt::format("{}{}", value.value.low, mask);
    case Notation::hexadecimal:
        return hex(value.value) + mask;
    }
    return {};
}

std::string format_mac(const MaskedValue &value) {
    auto text = model::to_string(model::to_mac(value.value.low));
    if (value.mask != model::low_bits(k_mac_bits))
        text += "/" + model::to_string(model::to_mac(value.mask.low));
    return text;
}

std::string format_ipv4(const MaskedValue &value) {
    const auto ones = static_cast<unsigned>(std::popcount(value.mask.low));
    if (ones == k_ipv4_bits)
        return ipv4_text(value.value);
    const bool prefix = value.mask == shift_left(model::low_bits(ones), k_ipv4_bits - ones);
    return ipv4_text(value.value) + "/" +
           (prefix ? fmt::format("{}", ones) : ipv4_text(value.mask));
}

std::string format_ipv6(const MaskedValue &value) {
    const auto ones = static_cast<unsigned>(std::popcount(value.mask.high)) +
                      static_cast<unsigned>(std::popcount(value.mask.low));
    if (ones == k_ipv6_bits)
        return ipv6_text(value.value);
    const bool prefix = value.mask == shift_left(model::low_bits(ones), k_ipv6_bits - ones);
    return ipv6_text(value.value) + "/" +
           (prefix ? fmt::format("{}", ones) : ipv6_text(value.mask));
}

std::string format_tcp_flags(const MaskedValue &value) {
    return format_flags(k_tcp_flags, value, value.mask == k_tcp_flags.ones());
}

std::string format_tunnel_flags(const MaskedValue &value) {
    return format_flags(k_tunnel_flags, value, false);
}

std::string format_frag(const MaskedValue &value) {
    for (const auto &[name, mask, wanted] : k_frag_forms)
        if (mask == value.mask.low && wanted == value.value.low)
            return std::string(name);
    return hex(value.value) + "/" + hex(value.mask);
}

} // namespace bvs::text
