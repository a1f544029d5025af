// SPDX-License-Identifier: Apache-2.0
#include "switch/model/field.h"

#include "maps/abi.h"

#include <algorithm>
#include <utility>

namespace bvs::model {

namespace {

struct Place {
    std::uint8_t word;
    std::uint8_t lowest;
};

// Part of a field of the flow, from its bit `offset` on.
#define AT(name, offset)                                                                           \
    Place {                                                                                        \
        BVS_WORD_##name, BVS_LOWEST_##name + (offset)                                              \
    }

constexpr Place register_place(unsigned n) { // of 32 bits
    return {static_cast<std::uint8_t>(BVS_FLOW_REGISTERS + n / 2),
            static_cast<std::uint8_t>(n % 2 ? 0 : 32)};
}
constexpr Place word_place(unsigned first, unsigned words) {
    return {static_cast<std::uint8_t>(BVS_FLOW_REGISTERS + first * words), 0};
}

enum class Access : bool { read, write };

constexpr FieldInfo row(Field field, std::string_view name, std::string_view alias,
                        std::uint8_t bits, Needs needs, Masks masks, Access access,
                        Notation notation, Place place) {
    return {field,    name,       alias,       bits, needs, masks, access == Access::write,
            notation, place.word, place.lowest};
}

using enum Notation;
constexpr auto k_read = Access::read;
constexpr auto k_write = Access::write;
constexpr auto k_whole = Masks::none;
constexpr auto k_masked = Masks::any;

#define REGISTER(n)                                                                                \
    row(Field::reg##n, "reg" #n, "", 32, Needs::nothing, k_masked, k_write, hexadecimal,           \
        register_place(n))
#define XREGISTER(n)                                                                               \
    row(Field::xreg##n, "xreg" #n, "", 64, Needs::nothing, k_masked, k_write, hexadecimal,         \
        word_place(n, 1))
#define XXREGISTER(n)                                                                              \
    row(Field::xxreg##n, "xxreg" #n, "", 128, Needs::nothing, k_masked, k_write, hexadecimal,      \
        word_place(n, 2))

// Names and aliases as Open vSwitch has them, what it does not know as the standard writes it.
// Masks as Open vSwitch takes them, which is more than the standard demands. Fields that cannot be
// in one packet together share a place: the ports of TCP, UDP and SCTP and the type and code of
// ICMP; the addresses of IPv4 and ARP; those of ARP and neighbour discovery.
constexpr FieldInfo k_table[] = {
    row(Field::in_port, "in_port", "in_port_oxm", 32, Needs::nothing, k_whole, k_write, port,
        AT(in_port, 0)),
    row(Field::in_phy_port, "in_phy_port", "", 32, Needs::in_port, k_whole, k_read, port,
        AT(in_port, 0)),
    row(Field::metadata, "metadata", "", 64, Needs::nothing, k_masked, k_write, hexadecimal,
        AT(metadata, 0)),
    row(Field::packet_type, "packet_type", "", 32, Needs::nothing, k_whole, k_read, hexadecimal,
        AT(packet_type, 0)),
    row(Field::actset_output, "actset_output", "", 32, Needs::nothing, k_whole, k_read, port,
        AT(actset_output, 0)),
    row(Field::pkt_mark, "pkt_mark", "", 32, Needs::nothing, k_masked, k_write, hexadecimal,
        AT(pkt_mark, 0)),
    row(Field::skb_priority, "skb_priority", "", 32, Needs::nothing, k_whole, k_read, hexadecimal,
        AT(skb_priority, 0)),
    row(Field::tunnel_id, "tun_id", "tunnel_id", 64, Needs::nothing, k_masked, k_write, hexadecimal,
        AT(tunnel_id, 0)),
    row(Field::tunnel_src, "tun_src", "", 32, Needs::nothing, k_masked, k_write, ipv4,
        AT(tunnel_src, 0)),
    row(Field::tunnel_dst, "tun_dst", "", 32, Needs::nothing, k_masked, k_write, ipv4,
        AT(tunnel_dst, 0)),
    row(Field::tunnel_ipv6_src, "tun_ipv6_src", "", 128, Needs::nothing, k_masked, k_write, ipv6,
        AT(tunnel_ipv6_src_high, 0)),
    row(Field::tunnel_ipv6_dst, "tun_ipv6_dst", "", 128, Needs::nothing, k_masked, k_write, ipv6,
        AT(tunnel_ipv6_dst_high, 0)),
    row(Field::tunnel_gbp_id, "tun_gbp_id", "", 16, Needs::nothing, k_masked, k_write, decimal,
        AT(tunnel_gbp_id, 0)),
    row(Field::tunnel_gbp_flags, "tun_gbp_flags", "", 8, Needs::nothing, k_masked, k_write,
        hexadecimal, AT(tunnel_gbp_flags, 0)),
    row(Field::tunnel_flags, "tun_flags", "", 1, Needs::nothing, k_masked, k_write, tunnel_flags,
        AT(tunnel_flags, 0)),
    REGISTER(0),
    REGISTER(1),
    REGISTER(2),
    REGISTER(3),
    REGISTER(4),
    REGISTER(5),
    REGISTER(6),
    REGISTER(7),
    REGISTER(8),
    REGISTER(9),
    REGISTER(10),
    REGISTER(11),
    REGISTER(12),
    REGISTER(13),
    REGISTER(14),
    REGISTER(15),
    XREGISTER(0),
    XREGISTER(1),
    XREGISTER(2),
    XREGISTER(3),
    XREGISTER(4),
    XREGISTER(5),
    XREGISTER(6),
    XREGISTER(7),
    XXREGISTER(0),
    XXREGISTER(1),
    XXREGISTER(2),
    XXREGISTER(3),
    row(Field::eth_dst, "eth_dst", "dl_dst", 48, Needs::nothing, k_masked, k_write, mac,
        AT(eth_dst, 0)),
    row(Field::eth_src, "eth_src", "dl_src", 48, Needs::nothing, k_masked, k_write, mac,
        AT(eth_src, 0)),
    row(Field::eth_type, "eth_type", "dl_type", 16, Needs::nothing, k_whole, k_write, hexadecimal,
        AT(eth_type, 0)),
    row(Field::vlan_tci, "vlan_tci", "", 16, Needs::nothing, k_masked, k_write, hexadecimal,
        AT(vlan_tci, 0)),
    row(Field::vlan_vid, "vlan_vid", "", 13, Needs::nothing, k_masked, k_write, decimal,
        AT(vlan_tci, 0)),
    row(Field::vlan_pcp, "vlan_pcp", "dl_vlan_pcp", 3, Needs::vlan, k_whole, k_write, decimal,
        AT(vlan_tci, 13)),
    row(Field::mpls_label, "mpls_label", "", 20, Needs::mpls, k_whole, k_write, decimal,
        AT(mpls_lse, 12)),
    row(Field::mpls_tc, "mpls_tc", "", 3, Needs::mpls, k_whole, k_write, decimal, AT(mpls_lse, 9)),
    row(Field::mpls_bos, "mpls_bos", "", 1, Needs::mpls, k_whole, k_write, decimal,
        AT(mpls_lse, 8)),
    row(Field::mpls_ttl, "mpls_ttl", "", 8, Needs::mpls, k_whole, k_write, decimal,
        AT(mpls_lse, 0)),
    row(Field::pbb_isid, "pbb_isid", "", 24, Needs::pbb, k_masked, k_write, hexadecimal,
        AT(pbb_tci, 0)),
    row(Field::pbb_uca, "pbb_uca", "", 1, Needs::pbb, k_whole, k_write, decimal, AT(pbb_tci, 27)),
    row(Field::ip_proto, "nw_proto", "ip_proto", 8, Needs::ip, k_whole, k_write, decimal,
        AT(ip_proto, 0)),
    row(Field::ip_dscp, "ip_dscp", "", 6, Needs::ip, k_whole, k_write, decimal, AT(ip_tos, 2)),
    row(Field::ip_ecn, "nw_ecn", "ip_ecn", 2, Needs::ip, k_whole, k_write, decimal, AT(ip_tos, 0)),
    row(Field::ip_ttl, "nw_ttl", "", 8, Needs::ip, k_whole, k_write, decimal, AT(ip_ttl, 0)),
    row(Field::ip_frag, "ip_frag", "nw_frag", 2, Needs::ip, k_masked, k_read, frag, AT(ip_frag, 0)),
    row(Field::ipv4_src, "ip_src", "nw_src", 32, Needs::ipv4, k_masked, k_write, ipv4,
        AT(ipv4_src, 0)),
    row(Field::ipv4_dst, "ip_dst", "nw_dst", 32, Needs::ipv4, k_masked, k_write, ipv4,
        AT(ipv4_dst, 0)),
    row(Field::ipv6_src, "ipv6_src", "", 128, Needs::ipv6, k_masked, k_write, ipv6,
        AT(ipv6_src_high, 0)),
    row(Field::ipv6_dst, "ipv6_dst", "", 128, Needs::ipv6, k_masked, k_write, ipv6,
        AT(ipv6_dst_high, 0)),
    row(Field::ipv6_label, "ipv6_label", "", 20, Needs::ipv6, k_masked, k_write, hexadecimal,
        AT(ipv6_label, 0)),
    row(Field::ipv6_exthdr, "ipv6_exthdr", "", 9, Needs::ipv6, k_masked, k_read, hexadecimal,
        AT(ipv6_exthdr, 0)),
    row(Field::tcp_src, "tcp_src", "tp_src", 16, Needs::tcp, k_masked, k_write, decimal,
        AT(tp_src, 0)),
    row(Field::tcp_dst, "tcp_dst", "tp_dst", 16, Needs::tcp, k_masked, k_write, decimal,
        AT(tp_dst, 0)),
    row(Field::tcp_flags, "tcp_flags", "", 12, Needs::tcp, k_masked, k_write, tcp_flags,
        AT(tcp_flags, 0)),
    row(Field::udp_src, "udp_src", "", 16, Needs::udp, k_masked, k_write, decimal, AT(tp_src, 0)),
    row(Field::udp_dst, "udp_dst", "", 16, Needs::udp, k_masked, k_write, decimal, AT(tp_dst, 0)),
    row(Field::sctp_src, "sctp_src", "", 16, Needs::sctp, k_masked, k_write, decimal,
        AT(tp_src, 0)),
    row(Field::sctp_dst, "sctp_dst", "", 16, Needs::sctp, k_masked, k_write, decimal,
        AT(tp_dst, 0)),
    row(Field::icmpv4_type, "icmp_type", "icmpv4_type", 8, Needs::icmpv4, k_whole, k_write, decimal,
        AT(tp_src, 0)),
    row(Field::icmpv4_code, "icmp_code", "icmpv4_code", 8, Needs::icmpv4, k_whole, k_write, decimal,
        AT(tp_dst, 0)),
    row(Field::icmpv6_type, "icmpv6_type", "", 8, Needs::icmpv6, k_whole, k_write, decimal,
        AT(tp_src, 0)),
    row(Field::icmpv6_code, "icmpv6_code", "", 8, Needs::icmpv6, k_whole, k_write, decimal,
        AT(tp_dst, 0)),
    row(Field::arp_op, "arp_op", "", 16, Needs::arp, k_whole, k_write, decimal, AT(arp_op, 0)),
    row(Field::arp_spa, "arp_spa", "", 32, Needs::arp, k_masked, k_write, ipv4, AT(ipv4_src, 0)),
    row(Field::arp_tpa, "arp_tpa", "", 32, Needs::arp, k_masked, k_write, ipv4, AT(ipv4_dst, 0)),
    row(Field::arp_sha, "arp_sha", "", 48, Needs::arp, k_masked, k_write, mac, AT(arp_sha, 0)),
    row(Field::arp_tha, "arp_tha", "", 48, Needs::arp, k_masked, k_write, mac, AT(arp_tha, 0)),
    row(Field::nd_target, "nd_target", "", 128, Needs::nd, k_masked, k_write, ipv6,
        AT(nd_target_high, 0)),
    row(Field::nd_sll, "nd_sll", "", 48, Needs::nd_solicit, k_masked, k_write, mac, AT(arp_sha, 0)),
    row(Field::nd_tll, "nd_tll", "", 48, Needs::nd_advert, k_masked, k_write, mac, AT(arp_tha, 0)),
};

#undef XXREGISTER
#undef XREGISTER
#undef REGISTER
#undef AT

static_assert(std::size(k_table) == k_fields);
static_assert([] {
    for (std::size_t i = 0; i < k_fields; ++i)
        if (static_cast<std::size_t>(k_table[i].field) != i)
            return false;
    return true;
}());

// A name each, as they have but numbers.
constexpr std::size_t k_option_name = std::string_view("tun_metadata").size();
using OptionNames = std::array<std::array<char, k_option_name + 2>, BVS_TLV_OPTIONS>;
constexpr OptionNames k_option_names = [] {
    OptionNames names{};
    for (std::size_t i = 0; i < names.size(); ++i) {
        auto *end = std::ranges::copy(std::string_view("tun_metadata"), names[i].data()).out;
        if (i >= 10)
            *end++ = static_cast<char>('0' + i / 10);
        *end = static_cast<char>('0' + i % 10);
    }
    return names;
}();
constexpr auto k_options = [] {
    std::array<FieldInfo, BVS_TLV_OPTIONS> options{};
    for (unsigned i = 0; i < options.size(); ++i)
        options[i] =
            row(Field::tun_metadata0 + i,
                std::string_view(k_option_names[i].data(), k_option_name + (i < 10 ? 1 : 2)), "",
                8 * BVS_MOST_OPTION_BYTES, Needs::nothing, k_masked, k_write, hexadecimal, {});
    return options;
}();

constexpr FieldPlace option_place(TlvPlace tlv) {
    constexpr unsigned slot_bits = 32;
    const unsigned slots = tlv.bytes / 4, last = tlv.slot + slots - 1;
    const unsigned word = BVS_FLOW_OPTIONS + last / 2 - (slots > 2 ? 1 : 0);
    return {.word = static_cast<std::uint8_t>(word),
            .lowest = static_cast<std::uint8_t>(last % 2 ? 0 : slot_bits),
            .bits = static_cast<std::uint8_t>(slots * slot_bits)};
}

} // namespace

Value shift_left(Value value, unsigned bits) {
    if (bits >= 128)
        return {};
    if (bits >= 64)
        return {value.low << (bits - 64), 0};
    return bits ? Value{value.high << bits | value.low >> (64 - bits), value.low << bits} : value;
}

Value shift_right(Value value, unsigned bits) {
    if (bits >= 128)
        return {};
    if (bits >= 64)
        return {0, value.high >> (bits - 64)};
    return bits ? Value{value.high >> bits, value.low >> bits | value.high << (64 - bits)} : value;
}

Value low_bits(unsigned n) {
    return all_ones(n);
}

const FieldInfo &info(Field field) {
    return is_option(field) ? k_options[field - Field::tun_metadata0]
                            : k_table[static_cast<std::size_t>(field)];
}

FieldPlace place_of(Field field, TlvPlace tlv) {
    if (tlv.bytes)
        return option_place(tlv);
    const auto &row = info(field);
    return {.word = row.word, .lowest = row.lowest, .bits = row.bits};
}

std::span<const FieldInfo> fields() {
    return k_table;
}

std::optional<Field> find_field(std::string_view name) {
    const auto named = [&](const FieldInfo &candidate) {
        return candidate.name == name || (!name.empty() && candidate.alias == name);
    };
    if (const auto *row = std::ranges::find_if(k_table, named); row != std::end(k_table))
        return row->field;
    const auto *option = std::ranges::find_if(k_options, named);
    return option == k_options.end() ? std::nullopt : std::optional(option->field);
}

} // namespace bvs::model
