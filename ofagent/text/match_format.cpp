// SPDX-License-Identifier: Apache-2.0
//
// Prints what a match comes to, as Open vSwitch does from its flow and masks.
#include "ofagent/text/field_value.h"
#include "ofagent/text/match.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace bvs::text {

using model::Field;
using model::Match;

namespace {

constexpr std::uint64_t k_vid = 0x0fff, k_present = 0x1000, k_pcp = 0xe000, k_tci = 0xffff;
constexpr unsigned k_pcp_shift = 13, k_tos_shift = 2;
constexpr std::uint16_t k_ipv4 = 0x0800, k_ipv6 = 0x86dd, k_arp = 0x0806, k_rarp = 0x8035;

struct Protocol {
    std::uint16_t eth_type;
    std::uint8_t ip_proto; // 0: any
    std::string_view name;
};
// The one that says most comes first.
constexpr auto k_protocols = std::to_array<Protocol>({
    {k_ipv4, 1, "icmp"},
    {k_ipv4, 6, "tcp"},
    {k_ipv4, 17, "udp"},
    {k_ipv4, 132, "sctp"},
    {k_ipv4, 0, "ip"},
    {k_ipv6, 58, "icmp6"},
    {k_ipv6, 6, "tcp6"},
    {k_ipv6, 17, "udp6"},
    {k_ipv6, 132, "sctp6"},
    {k_ipv6, 0, "ipv6"},
    {k_arp, 0, "arp"},
    {k_rarp, 0, "rarp"},
    {0x8847, 0, "mpls"},
    {0x8848, 0, "mplsm"},
});

std::vector<model::FieldMatch> options_of(const model::Match &match) {
    std::vector<model::FieldMatch> options;
    std::ranges::copy_if(match.fields(), std::back_inserter(options), model::is_option,
                         &model::FieldMatch::field);
    return options;
}

class Printer {
  public:
    Printer(const Match &match, const Ports &ports)
        : words_(match.words()), options_(options_of(match)), ports_(ports),
          eth_type_(exact(Field::eth_type)), ip_proto_(exact(Field::ip_proto)) {}

    std::string all() {
        metadata();
        vlan();
        addresses();
        ip();
        mpls();
        transport();
        beyond_open_vswitch();
        return std::move(out_);
    }

  private:
    MaskedValue part(Field field) const;
    std::optional<std::uint64_t> exact(Field field) const;
    void add(std::string_view name, std::string_view value);
    template <class Print>
    void add(std::string_view name, Field field, Print print);
    void hexadecimal(std::string_view name, Field field);
    void decimal(std::string_view name, Field field);
    void port(std::string_view name, Field field);

    void metadata();
    void options();
    void vlan();
    void addresses();
    void ip();
    void mpls();
    void transport();
    void beyond_open_vswitch();

    const model::FlowWords words_;
    const std::vector<model::FieldMatch> options_;
    const Ports &ports_;
    const std::optional<std::uint64_t> eth_type_, ip_proto_;
    bool type_said_ = false, proto_said_ = false;
    std::string out_;
};

MaskedValue Printer::part(Field field) const {
    const auto &info = model::info(field);
    if (info.bits == 128)
        return {{words_.value[info.word], words_.value[info.word + 1U]},
                {words_.mask[info.word], words_.mask[info.word + 1U]}};
    const auto ones = model::all_ones(info.bits).low;
    return {{0, words_.value[info.word] >> info.lowest & ones},
            {0, words_.mask[info.word] >> info.lowest & ones}};
}

std::optional<std::uint64_t> Printer::exact(Field field) const {
    const auto said = part(field);
    return said.mask.zero() ? std::nullopt : std::optional(said.value.low);
}

void Printer::add(std::string_view name, std::string_view value) {
    out_ += fmt::format("{}{}{}{}", out_.empty() ? "" : ",", name, value.empty() ? "" : "=", value);
}

template <class Print>
void Printer::add(std::string_view name, Field field, Print print) {
    const auto said = part(field);
    if (!said.mask.zero())
        add(name, print(said));
}

void Printer::hexadecimal(std::string_view name, Field field) {
    add(name, field, [&](const MaskedValue &said) {
        const bool whole = said.mask == model::all_ones(model::info(field).bits);
        return hex(said.value) + (whole ? "" : "/" + hex(said.mask));
    });
}

// With a mask it is hexadecimal all the same.
void Printer::decimal(std::string_view name, Field field) {
    add(name, field, [&](const MaskedValue &said) {
        if (said.mask == model::all_ones(model::info(field).bits))
            return fmt::format("{}", said.value.low);
        return fmt::format("{:#x}/{:#x}", said.value.low, said.mask.low);
    });
}

void Printer::port(std::string_view name, Field field) {
    add(name, field, [&](const MaskedValue &said) {
        return format_port(static_cast<std::uint32_t>(said.value.low), ports_);
    });
}

void Printer::metadata() {
    hexadecimal("pkt_mark", Field::pkt_mark);
    hexadecimal("skb_priority", Field::skb_priority);
    port("actset_output", Field::actset_output);
    if (const auto type = exact(Field::packet_type); type && *type)
        add("packet_type", fmt::format("({},{})", *type >> 16, hex(*type & 0xffff)));
    const auto protocol = std::ranges::find_if(k_protocols, [&](const Protocol &row) {
        return eth_type_ == row.eth_type && (!row.ip_proto || ip_proto_ == row.ip_proto);
    });
    if (protocol != k_protocols.end()) {
        add(protocol->name, "");
        type_said_ = true;
        proto_said_ = protocol->ip_proto != 0;
    }
    for (unsigned i = 0; i < 16; ++i)
        hexadecimal(fmt::format("reg{}", i), Field::reg0 + i);
    hexadecimal("tun_id", Field::tunnel_id);
    add("tun_src", Field::tunnel_src, format_ipv4);
    add("tun_dst", Field::tunnel_dst, format_ipv4);
    add("tun_ipv6_src", Field::tunnel_ipv6_src, format_ipv6);
    add("tun_ipv6_dst", Field::tunnel_ipv6_dst, format_ipv6);
    decimal("tun_gbp_id", Field::tunnel_gbp_id);
    hexadecimal("tun_gbp_flags", Field::tunnel_gbp_flags);
    add("tun_flags", Field::tunnel_flags, format_tunnel_flags);
    options();
    hexadecimal("metadata", Field::metadata);
    port("in_port", Field::in_port);
}

// With a place or without, as a client has them.
void Printer::options() {
    for (const auto &said : options_) {
        const bool whole = model::is_whole(said.field, said.tlv, said.mask);
        const auto name = model::info(said.field).name;
        if (said.mask.zero())
            add(name, "");
        else
            add(name, hex(said.value) + (whole ? "" : "/" + hex(said.mask)));
    }
}

void Printer::vlan() {
    const auto [value, mask] = part(Field::vlan_tci);
    const auto all_or_nothing = [&](std::uint64_t bits) {
        return (mask.low & bits) == 0 || (mask.low & bits) == bits;
    };
    if (mask.zero())
        return;
    if (value.low & k_present && mask.low & (k_vid | k_pcp) && all_or_nothing(k_vid) &&
        all_or_nothing(k_pcp)) {
        if (mask.low & k_vid)
            add("dl_vlan", fmt::format("{}", value.low & k_vid));
        if (mask.low & k_pcp)
            add("dl_vlan_pcp", fmt::format("{}", value.low >> k_pcp_shift));
    } else if (mask.low == k_tci) {
        add("vlan_tci", fmt::format("0x{:04x}", value.low));
    } else {
        add("vlan_tci", fmt::format("0x{:04x}/0x{:04x}", value.low, mask.low));
    }
}

void Printer::addresses() {
    add("dl_src", Field::eth_src, format_mac);
    add("dl_dst", Field::eth_dst, format_mac);
    if (eth_type_ && !type_said_)
        add("dl_type", fmt::format("0x{:04x}", *eth_type_));
    if (eth_type_ == k_ipv6) {
        add("ipv6_src", Field::ipv6_src, format_ipv6);
        add("ipv6_dst", Field::ipv6_dst, format_ipv6);
        add("ipv6_label", Field::ipv6_label, [](const MaskedValue &said) {
            const bool whole = said.mask == model::all_ones(model::info(Field::ipv6_label).bits);
            return fmt::format("0x{:05x}", said.value.low) +
                   (whole ? "" : fmt::format("/0x{:05x}", said.mask.low));
        });
    } else if (eth_type_ == k_arp || eth_type_ == k_rarp) {
        add("arp_spa", Field::arp_spa, format_ipv4);
        add("arp_tpa", Field::arp_tpa, format_ipv4);
        decimal("arp_op", Field::arp_op);
        add("arp_sha", Field::arp_sha, format_mac);
        add("arp_tha", Field::arp_tha, format_mac);
    } else {
        add("nw_src", Field::ipv4_src, format_ipv4);
        add("nw_dst", Field::ipv4_dst, format_ipv4);
    }
}

void Printer::ip() {
    if (!proto_said_)
        decimal("nw_proto", Field::ip_proto);
    if (const auto dscp = exact(Field::ip_dscp))
        add("nw_tos", fmt::format("{}", *dscp << k_tos_shift));
    decimal("nw_ecn", Field::ip_ecn);
    decimal("nw_ttl", Field::ip_ttl);
}

void Printer::mpls() {
    decimal("mpls_label", Field::mpls_label);
    decimal("mpls_tc", Field::mpls_tc);
    decimal("mpls_ttl", Field::mpls_ttl);
    decimal("mpls_bos", Field::mpls_bos);
}

void Printer::transport() {
    add("nw_frag", Field::ip_frag, format_frag);
    const bool icmp4 = eth_type_ == k_ipv4 && ip_proto_ == 1;
    const bool icmp6 = eth_type_ == k_ipv6 && ip_proto_ == 58;
    if (icmp4 || icmp6) {
        decimal("icmp_type", Field::icmpv4_type);
        decimal("icmp_code", Field::icmpv4_code);
    } else {
        decimal("tp_src", Field::tcp_src);
        decimal("tp_dst", Field::tcp_dst);
    }
    if (icmp6) {
        add("nd_target", Field::nd_target, format_ipv6);
        add("nd_sll", Field::nd_sll, format_mac);
        add("nd_tll", Field::nd_tll, format_mac);
    }
    add("tcp_flags", Field::tcp_flags, format_tcp_flags);
}

void Printer::beyond_open_vswitch() {
    hexadecimal("pbb_isid", Field::pbb_isid);
    decimal("pbb_uca", Field::pbb_uca);
    hexadecimal("ipv6_exthdr", Field::ipv6_exthdr);
}

} // namespace

std::string format(const Match &match, const Ports &ports) {
    return Printer(match, ports).all();
}

} // namespace bvs::text
