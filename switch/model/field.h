// SPDX-License-Identifier: Apache-2.0
//
// The fields that OpenFlow can match and set: names, widths, what must be matched before them, and
// where they stand in the flow (maps/flow.h). OpenFlow 1.5.1, 7.2.3.7 and 7.2.3.8; Nicira's and
// Open vSwitch's further fields as ovs-fields(7) names them. Values are numbers of up to 128 bits.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace bvs::model {

struct Value {
    std::uint64_t high = 0;
    std::uint64_t low = 0;

    friend constexpr bool operator==(const Value &, const Value &) = default;
    friend constexpr auto operator<=>(const Value &, const Value &) = default;
    friend constexpr Value operator&(Value a, Value b) { return {a.high & b.high, a.low & b.low}; }
    friend constexpr Value operator|(Value a, Value b) { return {a.high | b.high, a.low | b.low}; }
    constexpr Value operator~() const { return {~high, ~low}; }
    constexpr bool zero() const { return !high && !low; }
};
Value shift_left(Value value, unsigned bits);
Value shift_right(Value value, unsigned bits);
Value low_bits(unsigned n); // n ones

// In the order in which they are shown and sent.
enum class Field : std::uint8_t {
    in_port, // OpenFlow 1.1 and newer, 32 bits; in 1.0 and NXM 16 bits
    in_phy_port,
    metadata,
    packet_type,
    actset_output,
    pkt_mark,
    skb_priority,
    tunnel_id,
    tunnel_src,
    tunnel_dst,
    tunnel_ipv6_src,
    tunnel_ipv6_dst,
    tunnel_gbp_id, // the group policy of VXLAN (draft-smith-vxlan-group-policy)
    tunnel_gbp_flags,
    tunnel_flags, // one bit: Geneve's control messages
    reg0,
    reg1,
    reg2,
    reg3,
    reg4,
    reg5,
    reg6,
    reg7,
    reg8,
    reg9,
    reg10,
    reg11,
    reg12,
    reg13,
    reg14,
    reg15,
    xreg0,
    xreg1,
    xreg2,
    xreg3,
    xreg4,
    xreg5,
    xreg6,
    xreg7,
    xxreg0,
    xxreg1,
    xxreg2,
    xxreg3,
    eth_dst,
    eth_src,
    eth_type,
    vlan_tci, // Nicira's: tag control information with the present bit for DEI
    vlan_vid, // with OFPVID_PRESENT (0x1000)
    vlan_pcp,
    mpls_label,
    mpls_tc,
    mpls_bos,
    mpls_ttl,
    pbb_isid,
    pbb_uca,
    ip_proto,
    ip_dscp, // 6 bits
    ip_ecn,
    ip_ttl,
    ip_frag, // 2 bits: any, later (Nicira's)
    ipv4_src,
    ipv4_dst,
    ipv6_src,
    ipv6_dst,
    ipv6_label,
    ipv6_exthdr,
    tcp_src,
    tcp_dst,
    tcp_flags,
    udp_src,
    udp_dst,
    sctp_src,
    sctp_dst,
    icmpv4_type,
    icmpv4_code,
    icmpv6_type,
    icmpv6_code,
    arp_op,
    arp_spa,
    arp_tpa,
    arp_sha,
    arp_tha,
    nd_target,
    nd_sll,
    nd_tll,
    tun_metadata0, // Geneve's options, see TlvPlace
    tun_metadata63 = tun_metadata0 + 63,
};
inline constexpr std::size_t k_fields =
    static_cast<std::size_t>(Field::nd_tll) + 1; // without options
constexpr bool is_option(Field field) {
    return field >= Field::tun_metadata0;
}

constexpr Field operator+(Field first, unsigned n) {
    return static_cast<Field>(static_cast<unsigned>(first) + n);
}
constexpr unsigned operator-(Field field, Field first) {
    return static_cast<unsigned>(field) - static_cast<unsigned>(first);
}

// What a rule must say already before it may match or set the field.
enum class Needs : std::uint8_t {
    nothing,
    vlan,
    mpls,
    pbb,
    ip,
    ipv4,
    ipv6,
    tcp,
    udp,
    sctp,
    icmpv4,
    icmpv6,
    arp,
    nd,         // ICMPv6 type 135 or 136
    nd_solicit, // 135
    nd_advert,  // 136
    in_port,
};

enum class Masks : std::uint8_t { none, any };

// How people write it.
enum class Notation : std::uint8_t {
    decimal,
    hexadecimal,
    mac,
    ipv4,
    ipv6,
    port,
    frag,
    tcp_flags,
    tunnel_flags,
};

struct FieldInfo {
    Field field;
    std::string_view name;  // ovs-fields(7): "eth_src"
    std::string_view alias; // older name: "dl_src"; empty: none
    std::uint8_t bits;      // 1 to 128
    Needs needs;
    Masks masks;
    bool writable; // by set_field and the like
    Notation notation;
    std::uint8_t word;   // in the flow; of 128 bits the first of two
    std::uint8_t lowest; // bit in that word
};

const FieldInfo &info(Field field);
std::span<const FieldInfo> fields();                    // all but options
std::optional<Field> find_field(std::string_view name); // by name or alias

// Where an option stands: slots of the flow (maps/tunnel.h), and how many bytes it has. A bridge's
// TlvTable puts that to each use of the field; before, and of all other fields, there is none, and
// an option has as many bits as any could have.
struct TlvPlace {
    std::uint8_t slot = 0;
    std::uint8_t bytes = 0; // 0: none

    bool operator==(const TlvPlace &) const = default;
};

struct FieldPlace {
    std::uint8_t word = 0; // of more than 64 bits the first of two
    std::uint8_t lowest = 0;
    std::uint8_t bits = 0;
};
FieldPlace place_of(Field field, TlvPlace tlv);

// Bits `offset` to `offset + bits - 1` of a field, as in reg0[4..7].
struct Subfield {
    Field field = Field::in_port;
    std::uint16_t offset = 0;
    std::uint16_t bits = 0;
    TlvPlace tlv = {};

    bool operator==(const Subfield &) const = default;
};

constexpr Value all_ones(unsigned bits) {
    return bits >= 128  ? Value{~0ULL, ~0ULL}
           : bits > 64  ? Value{(1ULL << (bits - 64)) - 1, ~0ULL}
           : bits == 64 ? Value{0, ~0ULL}
                        : Value{0, (1ULL << bits) - 1};
}

// Are these all bits of the field?
inline bool is_whole(Field field, TlvPlace tlv, Value mask) {
    return mask == all_ones(place_of(field, tlv).bits);
}

} // namespace bvs::model
