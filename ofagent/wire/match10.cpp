// SPDX-License-Identifier: Apache-2.0
//
// OpenFlow 1.0.2, 5.2.3: twelve fields and a word that says which of them count. A field whose
// prerequisite is not met counts for nothing.
#include "ofagent/wire/match.h"
#include "ofagent/wire/port_number.h"

#include <optional>

namespace bvs::wire {

using model::Answer;
using model::Field;
using model::FieldMatch;
using model::Match;
using model::Refusal;
using model::refuse;
using model::Value;

namespace {

// OFPFW_*: a set bit means that the field does not count.
enum Wildcard : std::uint32_t {
    any_in_port = 1 << 0,
    any_vlan = 1 << 1,
    any_eth_src = 1 << 2,
    any_eth_dst = 1 << 3,
    any_eth_type = 1 << 4,
    any_ip_proto = 1 << 5,
    any_l4_src = 1 << 6,
    any_l4_dst = 1 << 7,
    any_vlan_pcp = 1 << 20,
    any_tos = 1 << 21,
};
constexpr unsigned k_ip_src_shift = 8; // six bits each: how many low bits do not count
constexpr unsigned k_ip_dst_shift = 14;
constexpr std::uint32_t k_address_wildcards = 63;
constexpr unsigned k_address_bits = 32;
constexpr std::uint32_t k_all_wildcards =
    any_in_port | any_vlan | any_eth_src | any_eth_dst | any_eth_type | any_ip_proto | any_l4_src |
    any_l4_dst | any_vlan_pcp | any_tos | k_address_bits << k_ip_src_shift |
    k_address_bits << k_ip_dst_shift;

constexpr std::uint16_t k_untagged = 0xffff; // OFP_VLAN_NONE
constexpr std::uint16_t k_vid = 0x0fff;
constexpr std::uint16_t k_present = 0x1000; // the model's OFPVID_PRESENT
constexpr std::uint8_t k_max_pcp = 7;
constexpr unsigned k_dscp_shift = 2;

constexpr std::uint16_t k_ipv4 = 0x0800;
constexpr std::uint16_t k_arp = 0x0806;
constexpr std::uint8_t k_icmp = 1, k_tcp = 6, k_udp = 17, k_sctp = 132;

struct Layout {
    std::uint32_t wildcards = 0;
    std::uint16_t in_port = 0;
    Value eth_src, eth_dst;
    std::uint16_t vlan = 0;
    std::uint8_t vlan_pcp = 0;
    std::uint16_t eth_type = 0;
    std::uint8_t tos = 0;
    std::uint8_t ip_proto = 0;
    std::uint32_t ip_src = 0, ip_dst = 0;
    std::uint16_t l4_src = 0, l4_dst = 0;
};

constexpr std::size_t k_mac_bytes = 6;

Layout read_layout(Reader &reader) {
    Layout raw;
    raw.wildcards = reader.u32();
    raw.in_port = reader.u16();
    raw.eth_src = reader.value(k_mac_bytes);
    raw.eth_dst = reader.value(k_mac_bytes);
    raw.vlan = reader.u16();
    raw.vlan_pcp = reader.u8();
    reader.skip(1);
    raw.eth_type = reader.u16();
    raw.tos = reader.u8();
    raw.ip_proto = reader.u8();
    reader.skip(2);
    raw.ip_src = reader.u32();
    raw.ip_dst = reader.u32();
    raw.l4_src = reader.u16();
    raw.l4_dst = reader.u16();
    return raw;
}

void write_layout(Writer &writer, const Layout &raw) {
    writer.u32(raw.wildcards);
    writer.u16(raw.in_port);
    writer.value(raw.eth_src, k_mac_bytes);
    writer.value(raw.eth_dst, k_mac_bytes);
    writer.u16(raw.vlan);
    writer.u8(raw.vlan_pcp);
    writer.zeros(1);
    writer.u16(raw.eth_type);
    writer.u8(raw.tos);
    writer.u8(raw.ip_proto);
    writer.zeros(2);
    writer.u32(raw.ip_src);
    writer.u32(raw.ip_dst);
    writer.u16(raw.l4_src);
    writer.u16(raw.l4_dst);
}

// The fields that 1.0 calls tp_src and tp_dst.
struct L4 {
    Field src, dst;
    std::uint16_t max;
};
std::optional<L4> l4_fields(std::uint64_t ip_proto) {
    switch (ip_proto) {
    case k_icmp:
        return L4{Field::icmpv4_type, Field::icmpv4_code, 0xff};
    case k_tcp:
        return L4{Field::tcp_src, Field::tcp_dst, 0xffff};
    case k_udp:
        return L4{Field::udp_src, Field::udp_dst, 0xffff};
    case k_sctp:
        return L4{Field::sctp_src, Field::sctp_dst, 0xffff};
    default:
        return {};
    }
}

void set_address(Match &match, Field field, std::uint32_t address, unsigned wildcards) {
    if (wildcards >= k_address_bits)
        return;
    std::uint32_t mask = ~std::uint32_t{0} << wildcards;
    match.set(field, {0, address & mask}, {0, mask});
}

unsigned address_wildcards(std::uint32_t wildcards, unsigned shift) {
    return wildcards >> shift & k_address_wildcards;
}

bool set_vlan(Match &match, const Layout &raw) {
    bool vid = !(raw.wildcards & any_vlan);
    if (vid && raw.vlan == k_untagged) { // the priority counts for nothing
        match.set(Field::vlan_tci, 0);   // which is how Open vSwitch gives it back
        return true;
    }
    bool pcp = !(raw.wildcards & any_vlan_pcp);
    if ((vid && raw.vlan > k_vid) || (pcp && raw.vlan_pcp > k_max_pcp))
        return false;
    if (vid)
        match.set(Field::vlan_vid, std::uint64_t{raw.vlan} | k_present);
    else if (pcp)
        match.set(Field::vlan_vid, {0, k_present}, {0, k_present});
    if (pcp)
        match.set(Field::vlan_pcp, raw.vlan_pcp);
    return true;
}

bool set_ip(Match &match, const Layout &raw) {
    constexpr std::uint8_t ecn = (1 << k_dscp_shift) - 1;
    if (!(raw.wildcards & any_tos)) {
        if (raw.tos & ecn)
            return false;
        match.set(Field::ip_dscp, raw.tos >> k_dscp_shift);
    }
    set_address(match, Field::ipv4_src, raw.ip_src,
                address_wildcards(raw.wildcards, k_ip_src_shift));
    set_address(match, Field::ipv4_dst, raw.ip_dst,
                address_wildcards(raw.wildcards, k_ip_dst_shift));
    if (raw.wildcards & any_ip_proto)
        return true;
    match.set(Field::ip_proto, raw.ip_proto);
    auto l4 = l4_fields(raw.ip_proto);
    if (!l4)
        return true;
    bool src = !(raw.wildcards & any_l4_src), dst = !(raw.wildcards & any_l4_dst);
    if ((src && raw.l4_src > l4->max) || (dst && raw.l4_dst > l4->max))
        return false;
    if (src)
        match.set(l4->src, raw.l4_src);
    if (dst)
        match.set(l4->dst, raw.l4_dst);
    return true;
}

void set_arp(Match &match, const Layout &raw) {
    if (!(raw.wildcards & any_ip_proto))
        match.set(Field::arp_op, raw.ip_proto);
    set_address(match, Field::arp_spa, raw.ip_src,
                address_wildcards(raw.wildcards, k_ip_src_shift));
    set_address(match, Field::arp_tpa, raw.ip_dst,
                address_wildcards(raw.wildcards, k_ip_dst_shift));
}

// The value if the field is matched as a whole; then its wildcard is cleared.
template <class T>
void take(const Match &match, Field field, std::uint32_t wildcard, Layout &raw, T &to) {
    if (auto value = match.exact(field)) {
        raw.wildcards &= ~wildcard;
        to = static_cast<T>(value->low);
    }
}

void take_address(const Match &match, Field field, unsigned shift, Layout &raw, std::uint32_t &to) {
    const FieldMatch *found = match.find(field);
    if (!found)
        return;
    auto mask = static_cast<std::uint32_t>(found->mask.low);
    auto ones = static_cast<unsigned>(std::countl_one(mask));
    if (static_cast<unsigned>(std::popcount(mask)) != ones)
        return; // 1.0 knows prefixes only
    raw.wildcards &= ~(k_address_wildcards << shift);
    raw.wildcards |= (k_address_bits - ones) << shift;
    to = static_cast<std::uint32_t>(found->value.low);
}

void take_vlan(const Match &match, Layout &raw) {
    auto tag = [&raw](Value value, Value mask) {
        constexpr std::uint16_t whole = k_vid | k_present;
        if ((mask.low & whole) != whole)
            return;
        raw.wildcards &= ~any_vlan;
        raw.vlan = static_cast<std::uint16_t>(value.low & k_vid);
        if (!(value.low & k_present)) {
            raw.wildcards &= ~any_vlan_pcp; // of no meaning, and sent so by others
            raw.vlan = k_untagged;
        }
    };
    if (const FieldMatch *vid = match.find(Field::vlan_vid))
        tag(vid->value, vid->mask);
    take(match, Field::vlan_pcp, any_vlan_pcp, raw, raw.vlan_pcp);
    if (const FieldMatch *tci = match.find(Field::vlan_tci)) {
        constexpr unsigned pcp_shift = 13;
        tag(tci->value, tci->mask);
        if (tci->value.low & k_present && tci->mask.low >> pcp_shift == k_max_pcp) {
            raw.wildcards &= ~any_vlan_pcp;
            raw.vlan_pcp = static_cast<std::uint8_t>(tci->value.low >> pcp_shift);
        }
    }
}

void take_ip(const Match &match, Layout &raw) {
    if (auto dscp = match.exact(Field::ip_dscp)) {
        raw.wildcards &= ~any_tos;
        raw.tos = static_cast<std::uint8_t>(dscp->low << k_dscp_shift);
    }
    take(match, Field::ip_proto, any_ip_proto, raw, raw.ip_proto);
    take_address(match, Field::ipv4_src, k_ip_src_shift, raw, raw.ip_src);
    take_address(match, Field::ipv4_dst, k_ip_dst_shift, raw, raw.ip_dst);
    if (auto l4 = l4_fields(raw.ip_proto)) {
        take(match, l4->src, any_l4_src, raw, raw.l4_src);
        take(match, l4->dst, any_l4_dst, raw, raw.l4_dst);
    }
}

} // namespace

Answer<Match> read_match10(Reader &reader) {
    Layout raw = read_layout(reader);
    if (!reader.ok())
        return refuse(Refusal::match_bad_length, "the match is shorter than 40 bytes");
    Match match;
    if (!(raw.wildcards & any_in_port))
        match.set(Field::in_port, widen_port(raw.in_port));
    if (!(raw.wildcards & any_eth_src))
        match.set(Field::eth_src, raw.eth_src, model::all_ones(8 * k_mac_bytes));
    if (!(raw.wildcards & any_eth_dst))
        match.set(Field::eth_dst, raw.eth_dst, model::all_ones(8 * k_mac_bytes));
    if (!set_vlan(match, raw))
        return refuse(Refusal::match_bad_value, "the match has a tag that cannot be");
    if (raw.wildcards & any_eth_type)
        return match;
    match.set(Field::eth_type, raw.eth_type);
    if (raw.eth_type == k_arp)
        set_arp(match, raw);
    else if (raw.eth_type == k_ipv4 && !set_ip(match, raw))
        return refuse(Refusal::match_bad_value, "the match has a value too large for its field");
    return match;
}

void write_match10(Writer &writer, const Match &match) {
    Layout raw;
    raw.wildcards = k_all_wildcards;
    if (auto port = match.exact(Field::in_port)) {
        raw.wildcards &= ~any_in_port;
        raw.in_port = narrow_port(static_cast<std::uint32_t>(port->low));
    }
    if (auto mac = match.exact(Field::eth_src)) {
        raw.wildcards &= ~any_eth_src;
        raw.eth_src = *mac;
    }
    if (auto mac = match.exact(Field::eth_dst)) {
        raw.wildcards &= ~any_eth_dst;
        raw.eth_dst = *mac;
    }
    take_vlan(match, raw);
    take(match, Field::eth_type, any_eth_type, raw, raw.eth_type);
    take_ip(match, raw);
    take(match, Field::arp_op, any_ip_proto, raw, raw.ip_proto);
    take_address(match, Field::arp_spa, k_ip_src_shift, raw, raw.ip_src);
    take_address(match, Field::arp_tpa, k_ip_dst_shift, raw, raw.ip_dst);
    write_layout(writer, raw);
}

} // namespace bvs::wire
