// SPDX-License-Identifier: Apache-2.0
#include "ofagent/text/subfield.h"

#include "ofagent/text/scan.h"

#include <algorithm>
#include <array>

namespace bvs::text {

using model::Field;
using model::Subfield;

namespace {

struct HeaderName {
    Field field;
    std::string_view name;
    std::uint8_t count = 0; // of fields with numbers behind the name; 0: one without
};

// Of the names of a field, the first is printed.
constexpr auto k_names = std::to_array<HeaderName>({
    {Field::in_port, "OXM_OF_IN_PORT"},
    {Field::in_phy_port, "OXM_OF_IN_PHY_PORT"},
    {Field::metadata, "OXM_OF_METADATA"},
    {Field::packet_type, "OXM_OF_PACKET_TYPE"},
    {Field::actset_output, "ONFOXM_ET_ACTSET_OUTPUT"},
    {Field::actset_output, "OXM_OF_ACTSET_OUTPUT"},
    {Field::pkt_mark, "NXM_NX_PKT_MARK"},
    {Field::tunnel_id, "NXM_NX_TUN_ID"},
    {Field::tunnel_id, "OXM_OF_TUNNEL_ID"},
    {Field::tunnel_src, "NXM_NX_TUN_IPV4_SRC"},
    {Field::tunnel_dst, "NXM_NX_TUN_IPV4_DST"},
    {Field::tunnel_ipv6_src, "NXM_NX_TUN_IPV6_SRC"},
    {Field::tunnel_ipv6_dst, "NXM_NX_TUN_IPV6_DST"},
    {Field::tunnel_gbp_id, "NXM_NX_TUN_GBP_ID"},
    {Field::tunnel_gbp_flags, "NXM_NX_TUN_GBP_FLAGS"},
    {Field::tunnel_flags, "NXM_NX_TUN_FLAGS"},
    {Field::reg0, "NXM_NX_REG", 16},
    {Field::tun_metadata0, "NXM_NX_TUN_METADATA", 64},
    {Field::xreg0, "OXM_OF_PKT_REG", 8},
    {Field::xxreg0, "NXM_NX_XXREG", 4},
    {Field::eth_dst, "NXM_OF_ETH_DST"},
    {Field::eth_dst, "OXM_OF_ETH_DST"},
    {Field::eth_src, "NXM_OF_ETH_SRC"},
    {Field::eth_src, "OXM_OF_ETH_SRC"},
    {Field::eth_type, "NXM_OF_ETH_TYPE"},
    {Field::eth_type, "OXM_OF_ETH_TYPE"},
    {Field::vlan_tci, "NXM_OF_VLAN_TCI"},
    {Field::vlan_vid, "OXM_OF_VLAN_VID"},
    {Field::vlan_pcp, "OXM_OF_VLAN_PCP"},
    {Field::mpls_label, "OXM_OF_MPLS_LABEL"},
    {Field::mpls_tc, "OXM_OF_MPLS_TC"},
    {Field::mpls_bos, "OXM_OF_MPLS_BOS"},
    {Field::mpls_ttl, "NXM_NX_MPLS_TTL"},
    {Field::pbb_isid, "OXM_OF_PBB_ISID"},
    {Field::pbb_uca, "OXM_OF_PBB_UCA"},
    {Field::ip_proto, "NXM_OF_IP_PROTO"},
    {Field::ip_proto, "OXM_OF_IP_PROTO"},
    {Field::ip_dscp, "OXM_OF_IP_DSCP"},
    {Field::ip_ecn, "NXM_NX_IP_ECN"},
    {Field::ip_ecn, "OXM_OF_IP_ECN"},
    {Field::ip_ttl, "NXM_NX_IP_TTL"},
    {Field::ip_frag, "NXM_NX_IP_FRAG"},
    {Field::ipv4_src, "NXM_OF_IP_SRC"},
    {Field::ipv4_src, "OXM_OF_IPV4_SRC"},
    {Field::ipv4_dst, "NXM_OF_IP_DST"},
    {Field::ipv4_dst, "OXM_OF_IPV4_DST"},
    {Field::ipv6_src, "NXM_NX_IPV6_SRC"},
    {Field::ipv6_src, "OXM_OF_IPV6_SRC"},
    {Field::ipv6_dst, "NXM_NX_IPV6_DST"},
    {Field::ipv6_dst, "OXM_OF_IPV6_DST"},
    {Field::ipv6_label, "NXM_NX_IPV6_LABEL"},
    {Field::ipv6_label, "OXM_OF_IPV6_FLABEL"},
    {Field::ipv6_exthdr, "OXM_OF_IPV6_EXTHDR"},
    {Field::tcp_src, "NXM_OF_TCP_SRC"},
    {Field::tcp_src, "OXM_OF_TCP_SRC"},
    {Field::tcp_dst, "NXM_OF_TCP_DST"},
    {Field::tcp_dst, "OXM_OF_TCP_DST"},
    {Field::tcp_flags, "NXM_NX_TCP_FLAGS"},
    {Field::tcp_flags, "ONFOXM_ET_TCP_FLAGS"},
    {Field::tcp_flags, "OXM_OF_TCP_FLAGS"},
    {Field::udp_src, "NXM_OF_UDP_SRC"},
    {Field::udp_src, "OXM_OF_UDP_SRC"},
    {Field::udp_dst, "NXM_OF_UDP_DST"},
    {Field::udp_dst, "OXM_OF_UDP_DST"},
    {Field::sctp_src, "OXM_OF_SCTP_SRC"},
    {Field::sctp_dst, "OXM_OF_SCTP_DST"},
    {Field::icmpv4_type, "NXM_OF_ICMP_TYPE"},
    {Field::icmpv4_type, "OXM_OF_ICMPV4_TYPE"},
    {Field::icmpv4_code, "NXM_OF_ICMP_CODE"},
    {Field::icmpv4_code, "OXM_OF_ICMPV4_CODE"},
    {Field::icmpv6_type, "NXM_NX_ICMPV6_TYPE"},
    {Field::icmpv6_type, "OXM_OF_ICMPV6_TYPE"},
    {Field::icmpv6_code, "NXM_NX_ICMPV6_CODE"},
    {Field::icmpv6_code, "OXM_OF_ICMPV6_CODE"},
    {Field::arp_op, "NXM_OF_ARP_OP"},
    {Field::arp_op, "OXM_OF_ARP_OP"},
    {Field::arp_spa, "NXM_OF_ARP_SPA"},
    {Field::arp_spa, "OXM_OF_ARP_SPA"},
    {Field::arp_tpa, "NXM_OF_ARP_TPA"},
    {Field::arp_tpa, "OXM_OF_ARP_TPA"},
    {Field::arp_sha, "NXM_NX_ARP_SHA"},
    {Field::arp_sha, "OXM_OF_ARP_SHA"},
    {Field::arp_tha, "NXM_NX_ARP_THA"},
    {Field::arp_tha, "OXM_OF_ARP_THA"},
    {Field::nd_target, "NXM_NX_ND_TARGET"},
    {Field::nd_target, "OXM_OF_IPV6_ND_TARGET"},
    {Field::nd_sll, "NXM_NX_ND_SLL"},
    {Field::nd_sll, "OXM_OF_IPV6_ND_SLL"},
    {Field::nd_tll, "NXM_NX_ND_TLL"},
    {Field::nd_tll, "OXM_OF_IPV6_ND_TLL"},
});

// These two are parts of a field of ours: OpenFlow 1.0's port numbers have 16 bits, and the byte of
// DSCP and ECN has a name of its own.
constexpr std::string_view k_in_port16 = "NXM_OF_IN_PORT";
constexpr unsigned k_in_port16_bits = 16;
constexpr std::string_view k_tos = "NXM_OF_IP_TOS";
constexpr unsigned k_tos_shift = 2, k_tos_bits = 8;

struct Named {
    Field field;
    unsigned bits;      // as many as the name stands for
    unsigned below = 0; // of them are no bits of the field
};

std::optional<Named> find(std::string_view name) {
    if (name == k_in_port16 || name == "in_port")
        return Named{Field::in_port, k_in_port16_bits};
    if (name == k_tos || name == "nw_tos")
        return Named{Field::ip_dscp, k_tos_bits, k_tos_shift};
    auto field = model::find_field(name);
    for (const auto &row : k_names) {
        if (field || !name.starts_with(row.name))
            continue;
        if (!row.count && name == row.name)
            field = row.field;
        const auto number = parse_number(name.substr(row.name.size()), row.count);
        if (row.count && number && *number < row.count)
            field = row.field + static_cast<unsigned>(*number);
    }
    return field ? std::optional(Named{*field, model::info(*field).bits}) : std::nullopt;
}

std::string header_name(Field field) {
    for (const auto &row : k_names) {
        if (row.field == field && !row.count)
            return std::string(row.name);
        if (field >= row.field && field < row.field + row.count)
            return fmt::format("{}{}", row.name,
                               static_cast<unsigned>(field) - static_cast<unsigned>(row.field));
    }
    return std::string(model::info(field).name);
}

struct Bits {
    unsigned first, last;
};

// "", "4" or "4..7".
std::optional<Bits> parse_bits(std::string_view text, unsigned width) {
    if (text.empty())
        return Bits{0, width - 1};
    const auto halves = split(text, "..");
    const auto first = parse_number(halves ? halves->before : text, width - 1);
    const auto last = parse_number(halves ? halves->after : text, width - 1);
    if (!first || !last || *first > *last)
        return std::nullopt;
    return Bits{static_cast<unsigned>(*first), static_cast<unsigned>(*last)};
}

} // namespace

Result<Field> parse_field_name(std::string_view name) {
    const auto named = find(name);
    if (!named)
        return fail("unknown field \"{}\": expected one of ovs-fields(7), as reg0 or eth_src",
                    name);
    return named->field;
}

Result<Subfield> parse_subfield(std::string_view text) {
    const auto name = text.substr(0, text.find('['));
    const auto named = find(name);
    if (!named)
        return fail("unknown field \"{}\": expected one of ovs-fields(7), as reg0[0..15]", name);
    auto range = text.substr(name.size());
    if (!range.empty() && !range.ends_with(']'))
        return fail("\"{}\" does not end as a part of a field: expected [], [BIT] or [FIRST..LAST]",
                    text);
    if (!range.empty())
        range = range.substr(1, range.size() - 2);
    const auto bits = parse_bits(range, named->bits);
    if (!bits)
        return fail("\"{}\" is no part of {}, which has the bits 0 to {}", text, name,
                    named->bits - 1);
    if (bits->first < named->below)
        return fail("\"{}\": only the bits {} to {} of {} can be used; the others are nw_ecn", text,
                    named->below, named->bits - 1, name);
    return Subfield{named->field, static_cast<std::uint16_t>(bits->first - named->below),
                    static_cast<std::uint16_t>(bits->last - bits->first + 1)};
}

std::string format(const Subfield &subfield) {
    const unsigned width = model::info(subfield.field).bits;
    const bool port16 = subfield.field == Field::in_port && subfield.offset == 0 &&
                        subfield.bits == k_in_port16_bits;
    const auto name = port16 ? std::string(k_in_port16) : header_name(subfield.field);
    if (port16 || (subfield.offset == 0 && subfield.bits == width))
        return name + "[]";
    if (subfield.bits == 1)
        return fmt::format("{}[{}]", name, subfield.offset);
    return fmt::format("{}[{}..{}]", name, subfield.offset, subfield.offset + subfield.bits - 1);
}

} // namespace bvs::text
