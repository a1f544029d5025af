// SPDX-License-Identifier: Apache-2.0
#include "switch/odp_text.h"

#include "ofagent/text/field_value.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <optional>

namespace bvs::daemon {

using model::FlowWords;
using text::MaskedValue;

namespace {

constexpr std::uint64_t k_ipv4 = 0x0800, k_arp = 0x0806, k_rarp = 0x8035, k_vlan = 0x8100,
                        k_ipv6 = 0x86dd, k_mpls = 0x8847, k_mplsm = 0x8848;
constexpr unsigned k_pcp_shift = 13;

enum class Header { any, mpls, ipv4, ipv6, arp, tcp, udp, sctp, icmp, icmpv6 };
enum class Show { decimal, hexadecimal, mac, ipv4, ipv6, frag };

struct Part {
    std::string_view group;
    std::string_view name; // empty: the group has one value
    Header header;
    unsigned word, lowest, bits;
    Show show;
};
#define PART(group, name, header, field, show)                                                     \
    {group,     name, Header::header, BVS_WORD_##field, BVS_LOWEST_##field, BVS_BITS_##field,      \
     Show::show}
#define ADDRESS(group, name, header, field)                                                        \
    {group, name, Header::header, BVS_WORD_##field##_high, 0, 128, Show::ipv6}

// In Open vSwitch's order. Ethernet types, tags and input ports are written otherwise.
constexpr auto k_before_type = std::to_array<Part>({
    PART("skb_priority", "", any, skb_priority, hexadecimal),
    PART("skb_mark", "", any, pkt_mark, hexadecimal),
    PART("tunnel", "tun_id", any, tunnel_id, hexadecimal),
    PART("tunnel", "src", any, tunnel_src, ipv4),
    PART("tunnel", "dst", any, tunnel_dst, ipv4),
    ADDRESS("tunnel", "ipv6_src", any, tunnel_ipv6_src),
    ADDRESS("tunnel", "ipv6_dst", any, tunnel_ipv6_dst),
    PART("tunnel", "gbp_id", any, tunnel_gbp_id, decimal),
    PART("tunnel", "gbp_flags", any, tunnel_gbp_flags, hexadecimal),
    {"tunnel", "flags", Header::any, BVS_WORD_tunnel_flags, BVS_LOWEST_tunnel_flags, 1,
     Show::hexadecimal},
    PART("eth", "src", any, eth_src, mac),
    PART("eth", "dst", any, eth_dst, mac),
});
constexpr auto k_after_type = std::to_array<Part>({
    {"mpls", "label", Header::mpls, BVS_WORD_mpls_lse, BVS_LOWEST_mpls_lse + 12, 20, Show::decimal},
    {"mpls", "tc", Header::mpls, BVS_WORD_mpls_lse, BVS_LOWEST_mpls_lse + 9, 3, Show::decimal},
    {"mpls", "ttl", Header::mpls, BVS_WORD_mpls_lse, BVS_LOWEST_mpls_lse, 8, Show::decimal},
    {"mpls", "bos", Header::mpls, BVS_WORD_mpls_lse, BVS_LOWEST_mpls_lse + 8, 1, Show::decimal},
    PART("ipv4", "src", ipv4, ipv4_src, ipv4),
    PART("ipv4", "dst", ipv4, ipv4_dst, ipv4),
    PART("ipv4", "proto", ipv4, ip_proto, decimal),
    PART("ipv4", "tos", ipv4, ip_tos, hexadecimal),
    PART("ipv4", "ttl", ipv4, ip_ttl, decimal),
    PART("ipv4", "frag", ipv4, ip_frag, frag),
    ADDRESS("ipv6", "src", ipv6, ipv6_src),
    ADDRESS("ipv6", "dst", ipv6, ipv6_dst),
    PART("ipv6", "label", ipv6, ipv6_label, hexadecimal),
    PART("ipv6", "proto", ipv6, ip_proto, decimal),
    PART("ipv6", "tclass", ipv6, ip_tos, hexadecimal),
    PART("ipv6", "hlimit", ipv6, ip_ttl, decimal),
    PART("ipv6", "frag", ipv6, ip_frag, frag),
    PART("arp", "sip", arp, ipv4_src, ipv4),
    PART("arp", "tip", arp, ipv4_dst, ipv4),
    PART("arp", "op", arp, arp_op, decimal),
    PART("arp", "sha", arp, arp_sha, mac),
    PART("arp", "tha", arp, arp_tha, mac),
    PART("tcp", "src", tcp, tp_src, decimal),
    PART("tcp", "dst", tcp, tp_dst, decimal),
    PART("udp", "src", udp, tp_src, decimal),
    PART("udp", "dst", udp, tp_dst, decimal),
    PART("sctp", "src", sctp, tp_src, decimal),
    PART("sctp", "dst", sctp, tp_dst, decimal),
    {"icmp", "type", Header::icmp, BVS_WORD_tp_src, BVS_LOWEST_tp_src, 8, Show::decimal},
    {"icmp", "code", Header::icmp, BVS_WORD_tp_dst, BVS_LOWEST_tp_dst, 8, Show::decimal},
    {"icmpv6", "type", Header::icmpv6, BVS_WORD_tp_src, BVS_LOWEST_tp_src, 8, Show::decimal},
    {"icmpv6", "code", Header::icmpv6, BVS_WORD_tp_dst, BVS_LOWEST_tp_dst, 8, Show::decimal},
    ADDRESS("nd", "target", icmpv6, nd_target),
    PART("nd", "sll", icmpv6, arp_sha, mac),
    PART("nd", "tll", icmpv6, arp_tha, mac),
    PART("tcp_flags", "", tcp, tcp_flags, hexadecimal),
});
#undef PART
#undef ADDRESS

#define VALUE(words, field)                                                                        \
    ((words).value[BVS_WORD_##field] >> BVS_LOWEST_##field & bvs_low_bits(BVS_BITS_##field))
#define MASK(words, field)                                                                         \
    ((words).mask[BVS_WORD_##field] >> BVS_LOWEST_##field & bvs_low_bits(BVS_BITS_##field))

bool has(Header header, const FlowWords &packet) {
    const auto type = VALUE(packet, eth_type), protocol = VALUE(packet, ip_proto);
    const bool ipv4 = type == k_ipv4, ipv6 = type == k_ipv6;
    switch (header) {
    case Header::any:
        return true;
    case Header::mpls:
        return type == k_mpls || type == k_mplsm;
    case Header::ipv4:
        return ipv4;
    case Header::ipv6:
        return ipv6;
    case Header::arp:
        return type == k_arp || type == k_rarp;
    case Header::tcp:
        return (ipv4 || ipv6) && protocol == 6;
    case Header::udp:
        return (ipv4 || ipv6) && protocol == 17;
    case Header::sctp:
        return (ipv4 || ipv6) && protocol == 132;
    case Header::icmp:
        return ipv4 && protocol == 1;
    case Header::icmpv6:
        return ipv6 && protocol == 58;
    }
    return false;
}

MaskedValue part_of(const FlowWords &words, const Part &part) {
    if (part.bits == 128)
        return {{words.value[part.word], words.value[part.word + 1]},
                {words.mask[part.word], words.mask[part.word + 1]}};
    const auto ones = bvs_low_bits(part.bits);
    return {{0, words.value[part.word] >> part.lowest & ones},
            {0, words.mask[part.word] >> part.lowest & ones}};
}

std::string frag_text(std::uint64_t frag) {
    return frag == BVS_FRAG_NO ? "no" : frag == BVS_FRAG_FIRST ? "first" : "later";
}

// A mask is written as an address too.
std::string ipv4_text(const model::Value &address) {
    return text::format_ipv4({address, model::all_ones(32)});
}

std::string value_text(const Part &part, const MaskedValue &said) {
    const bool whole = said.mask == model::all_ones(part.bits);
    switch (part.show) {
    case Show::decimal:
        return whole ? fmt::to_string(said.value.low)
                     : fmt::format("{:#x}/{:#x}", said.value.low, said.mask.low);
    case Show::hexadecimal:
        return whole ? fmt::format("{:#x}", said.value.low)
                     : fmt::format("{:#x}/{:#x}", said.value.low, said.mask.low);
    case Show::mac:
        return text::format_mac(said);
    case Show::ipv4:
        return whole ? text::format_ipv4(said) : ipv4_text(said.value) + "/" + ipv4_text(said.mask);
    case Show::ipv6:
        return text::format_ipv6(said);
    case Show::frag:
        return frag_text(said.value.low);
    }
    return {};
}

// One "group(name=value,...)" after another, of what the mask has.
template <class Use>
void for_each_group(std::span<const Part> parts, const FlowWords &words, const FlowWords &packet,
                    Use use) {
    for (auto part = parts.begin(); part != parts.end();) {
        const auto group = part->group;
        std::string values;
        for (; part != parts.end() && part->group == group; ++part) {
            const auto said = part_of(words, *part);
            if (said.mask.zero() || !has(part->header, packet))
                continue;
            values += fmt::format("{}{}{}{}", values.empty() ? "" : ",", part->name,
                                  part->name.empty() ? "" : "=", value_text(*part, said));
        }
        if (!values.empty())
            use(fmt::format("{}({})", group, values));
    }
}

std::string vlan_text(std::uint64_t tci, std::uint64_t mask) {
    std::string text;
    if (mask & 0x0fff)
        text += fmt::format("vid={}", tci & 0x0fff);
    if (mask >> k_pcp_shift)
        text += fmt::format("{}pcp={}", text.empty() ? "" : ",", tci >> k_pcp_shift);
    return text;
}

void append(std::string &text, const std::string &more) {
    text += (text.empty() ? "" : ",") + more;
}

std::uint64_t tag(std::uint64_t tci, std::uint64_t tpid) {
    if (!(tci & BVS_VLAN_PRESENT))
        return 0;
    return (tpid ? tpid : k_vlan) << 16 | (tci & ~std::uint64_t{BVS_VLAN_PRESENT});
}

constexpr std::uint64_t k_in_port = 0xffffffff;
constexpr std::uint64_t k_tci = 0xffffULL << BVS_LOWEST_vlan_tci;

} // namespace

std::uint64_t outer_tag(const bvs_flow &flow) {
    return tag(bvs_flow_get(&flow, vlan_tci), bvs_flow_get(&flow, vlan_tpid));
}
std::uint64_t inner_tag(const bvs_flow &flow) {
    return tag(bvs_flow_get(&flow, inner_vlan_tci), bvs_flow_get(&flow, inner_vlan_tpid));
}

std::string odp_flow(const FlowWords &words, const std::string &port) {
    std::string text = "recirc_id(0)";
    const auto add = [&text](const std::string &part) { append(text, part); };
    if ((words.mask[BVS_WORD_in_port] & k_in_port) == k_in_port && !port.empty())
        add(fmt::format("in_port({})", port));
    for_each_group(k_before_type, words, words, add);
    const bool tagged = VALUE(words, vlan_tci) & BVS_VLAN_PRESENT;
    if (tagged)
        add(fmt::format("eth_type({:#06x}),vlan({}),encap(",
                        MASK(words, vlan_tpid) ? VALUE(words, vlan_tpid) : k_vlan,
                        vlan_text(VALUE(words, vlan_tci), MASK(words, vlan_tci))));
    std::string inner;
    if (MASK(words, eth_type))
        inner = fmt::format("eth_type({:#06x})", VALUE(words, eth_type));
    for_each_group(k_after_type, words, words,
                   [&inner](const std::string &part) { append(inner, part); });
    if (tagged)
        return text + inner + ")";
    if (!inner.empty())
        add(inner);
    return text;
}

OdpActions::OdpActions(const FlowWords &packet) : packet_(packet) {}

void OdpActions::add(const std::string &action) {
    append(text_, action);
}

void OdpActions::push_vlan(std::uint64_t tag) {
    const auto tpid = tag >> 16, tci = tag & 0xffff;
    add(fmt::format("push_vlan({}vid={},pcp={})",
                    tpid == k_vlan ? "" : fmt::format("tpid={:#06x},", tpid), tci & 0x0fff,
                    tci >> k_pcp_shift));
}

void OdpActions::pop_vlan() {
    add("pop_vlan");
}

void OdpActions::set(unsigned word, std::uint64_t bits, std::uint64_t value) {
    FlowWords changed;
    changed.mask[word] = bits;
    changed.value[word] = value & bits;
    set(changed);
}

void OdpActions::set(const FlowWords &changed) {
    const auto add_set = [this](const std::string &group) { add(fmt::format("set({})", group)); };
    for_each_group(k_before_type, changed, packet_, add_set);
    if (const auto mask = MASK(changed, vlan_tci))
        add_set(fmt::format("vlan({})", vlan_text(VALUE(changed, vlan_tci), mask)));
    for_each_group(k_after_type, changed, packet_, add_set);
}

void OdpActions::look(const bvs_flow &before, const bvs_flow &now) {
    FlowWords changed;
    for (unsigned word = 0; word < BVS_FLOW_WORDS; ++word) {
        if (!bvs_flow_comes_in(word))
            continue;
        changed.mask[word] = before.word[word] ^ now.word[word];
        changed.value[word] = now.word[word] & changed.mask[word];
    }
    changed.mask[BVS_WORD_vlan_tci] &= ~k_tci;
    const std::array from = {outer_tag(before), inner_tag(before)};
    const std::array to = {outer_tag(now), inner_tag(now)};
    if (from != to) {
        for (const auto tag : from)
            if (tag)
                pop_vlan();
        for (const auto tag : {to[1], to[0]})
            if (tag)
                push_vlan(tag);
    }
    std::ranges::copy(now.word, packet_.value.begin());
    // Whole fields, as a part of one may have had its value by chance.
    for (const auto &parts :
         {std::span<const Part>(k_before_type), std::span<const Part>(k_after_type)})
        for (const auto &part : parts)
            if (part.bits <= 64 && !part_of(changed, part).mask.zero()) {
                const auto bits = bvs_low_bits(part.bits) << part.lowest;
                changed.mask[part.word] |= bits;
                changed.value[part.word] |= now.word[part.word] & bits;
            } else if (part.bits == 128 && !part_of(changed, part).mask.zero()) {
                for (const auto word : {part.word, part.word + 1}) {
                    changed.mask[word] = ~0ULL;
                    changed.value[word] = now.word[word];
                }
            }
    set(changed);
}

#undef VALUE
#undef MASK

} // namespace bvs::daemon
