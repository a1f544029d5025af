// SPDX-License-Identifier: Apache-2.0
#include "switch/compile/rule.h"

#include <fmt/format.h>

namespace bvs::compile {

namespace {

constexpr std::uint64_t bits_of(unsigned lowest, unsigned bits) {
    return (bits >= 64 ? ~0ULL : (1ULL << bits) - 1) << lowest;
}
#define BITS(name) bits_of(BVS_LOWEST_##name, BVS_BITS_##name)

constexpr std::uint64_t k_ipv4 = 0x0800;
constexpr std::uint64_t k_ipv6 = 0x86dd;
constexpr std::uint64_t k_arp = 0x0806;
constexpr std::uint64_t k_rarp = 0x8035;

// The type of the frame if the match names it.
std::uint64_t eth_type(const model::FlowWords &words) {
    if ((words.mask[BVS_WORD_eth_type] & BITS(eth_type)) != BITS(eth_type))
        return 0;
    return (words.value[BVS_WORD_eth_type] & BITS(eth_type)) >> BVS_LOWEST_eth_type;
}

std::uint64_t network_layer(std::uint64_t type) {
    return type == k_ipv4                    ? BVS_LAYER_IPV4
           : type == k_ipv6                  ? BVS_LAYER_IPV6
           : type == k_arp || type == k_rarp ? BVS_LAYER_ARP
                                             : 0;
}

bool looks_at_network(const FlowMask &mask) {
    return mask[BVS_WORD_ip_proto] & (BITS(ip_proto) | BITS(ip_tos)) ||
           mask[BVS_WORD_ip_ttl] & (BITS(ip_ttl) | BITS(ip_frag)) || mask[BVS_WORD_ipv4_src] ||
           mask[BVS_WORD_arp_op] & BITS(arp_op) || mask[BVS_WORD_ipv6_src_high] ||
           mask[BVS_WORD_ipv6_src_low] || mask[BVS_WORD_ipv6_dst_high] ||
           mask[BVS_WORD_ipv6_dst_low] || mask[BVS_WORD_ipv6_label] & BITS(ipv6_label) ||
           mask[BVS_WORD_ipv6_exthdr] & BITS(ipv6_exthdr);
}

bool looks_at_transport(const FlowMask &mask) {
    return mask[BVS_WORD_tp_src] & (BITS(tp_src) | BITS(tp_dst) | BITS(tcp_flags));
}

bool looks_at_link_addresses(const FlowMask &mask) {
    return mask[BVS_WORD_arp_sha] & BITS(arp_sha) || mask[BVS_WORD_arp_tha] & BITS(arp_tha);
}

std::uint64_t layers(const model::FlowWords &words) {
    const auto &mask = words.mask;
    const auto network = network_layer(eth_type(words));
    const bool link_addresses = looks_at_link_addresses(mask);
    std::uint64_t found = 0;
    if (looks_at_network(mask) || link_addresses)
        found |= network;
    if (looks_at_transport(mask))
        found |= network | BVS_LAYER_L4;
    if (mask[BVS_WORD_mpls_lse] & BITS(mpls_lse))
        found |= BVS_LAYER_MPLS;
    if (mask[BVS_WORD_pbb_tci] & BITS(pbb_tci))
        found |= BVS_LAYER_PBB;
    if (mask[BVS_WORD_nd_target_high] || mask[BVS_WORD_nd_target_low] ||
        (link_addresses && network == BVS_LAYER_IPV6))
        found |= network | BVS_LAYER_ND;
    return found << BVS_LOWEST_layers;
}

} // namespace

FlowMask CompiledMatch::looks_at() const {
    FlowMask looks{};
    for (std::uint32_t i = 0; i < mask.words; ++i)
        looks[mask.word[i]] = mask.mask[i];
    return looks;
}

model::Answer<CompiledMatch> compile_match(const model::Match &match) {
    auto words = match.words();
    const auto there = layers(words);
    words.mask[BVS_WORD_layers] |= there;
    words.value[BVS_WORD_layers] |= there;
    CompiledMatch compiled;
    auto &used = compiled.mask.words;
    for (std::uint8_t word = 0; word < BVS_FLOW_WORDS; ++word) {
        if (!words.mask[word])
            continue;
        if (used == BVS_SUBTABLE_WORDS)
            return model::refuse(
                model::Refusal::match_bad_field,
                fmt::format("the match looks at more than {} words of 64 bits; match on fewer "
                            "fields, or in two tables",
                            BVS_SUBTABLE_WORDS));
        compiled.mask.word[used] = word;
        compiled.mask.mask[used++] = words.mask[word];
        compiled.value.word[word] = words.value[word] & words.mask[word];
    }
    return compiled;
}

} // namespace bvs::compile
