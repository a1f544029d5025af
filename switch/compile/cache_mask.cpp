// SPDX-License-Identifier: Apache-2.0
#include "switch/compile/cache_mask.h"

#include <algorithm>
#include <bit>
#include <fmt/format.h>
#include <string_view>

namespace bvs::compile {

namespace {

// Words are compared four or eight at once.
constexpr std::uint32_t rounded(std::uint32_t words) {
    return words <= 4 ? 4 : words <= 8 ? 8 : BVS_CACHE_WORDS;
}
constexpr std::array<std::string_view, BVS_KINDS> k_names = {"IPv4", "IPv6", "ARP", "other"};

constexpr std::uint64_t low_bits(unsigned n) {
    return n >= 64 ? ~0ULL : (1ULL << n) - 1;
}

constexpr FlowMask words(std::initializer_list<unsigned> numbers) {
    FlowMask mask{};
    for (const auto number : numbers)
        mask[number] = ~0ULL;
    return mask;
}

// What the parser fills in packets of each kind; all else is zero there. IPv4 and IPv6 are below
// MPLS as well, IPv6 and all else below PBB (bpf/cache.h).
constexpr FlowMask can_be_set(unsigned kind) {
    constexpr auto link_addresses = low_bits(48);
    constexpr auto exthdr = low_bits(16) << BVS_LOWEST_ipv6_exthdr;
    constexpr auto label = low_bits(32) << BVS_LOWEST_mpls_lse;
    auto mask = words({0, 1, 2, 11, 14, 15, 16, 18});
    std::ranges::fill(mask.begin() + BVS_FLOW_TUNNEL, mask.end(), ~0ULL);
    switch (kind) {
    case BVS_KIND_IPV4:
        mask[3] = mask[4] = mask[17] = ~0ULL;
        mask[11] = ~link_addresses;
        mask[13] = label;
        break;
    case BVS_KIND_IPV6:
        for (const auto word : {4, 5, 6, 7, 8, 9, 10, 13, 17, 19})
            mask[word] = ~0ULL;
        mask[12] = link_addresses | exthdr;
        break;
    case BVS_KIND_ARP:
        mask[3] = mask[4] = ~0ULL;
        mask[12] = link_addresses;
        break;
    default:
        for (const auto word : {3, 4, 9, 10, 17, 19})
            mask[word] = ~0ULL;
        mask[12] = link_addresses;
        mask[13] = label;
    }
    return mask;
}

// The pipeline always compares the port that a packet came in by with those it goes out by.
constexpr std::uint64_t k_in_port = low_bits(BVS_BITS_in_port);

// Words that are in the mask already, or that take the place of one without bits.
bool add_word(bvs_cache_mask &mask, std::uint8_t word, std::uint64_t bits) {
    for (std::uint32_t i = 0; i < BVS_CACHE_WORDS; ++i)
        if (mask.mask[i] && mask.word[i] == word) {
            mask.mask[i] |= bits;
            return true;
        }
    for (std::uint32_t i = 0; i < BVS_CACHE_WORDS; ++i)
        if (!mask.mask[i]) {
            mask.word[i] = word;
            mask.mask[i] = bits;
            mask.words = std::max(mask.words, rounded(i + 1));
            return true;
        }
    return false;
}

} // namespace

const FlowMask &CacheMaskUse::add(const FlowMask &looks_at) {
    const auto use = uses_.try_emplace(looks_at).first;
    if (use->second++)
        return use->first;
    for (unsigned word = 0; word < BVS_FLOW_WORDS; ++word) {
        all_[word] |= looks_at[word];
        for (auto bits = looks_at[word]; bits; bits &= bits - 1)
            ++bits_[word][static_cast<unsigned>(std::countr_zero(bits))];
    }
    return use->first;
}

void CacheMaskUse::remove(const FlowMask &looks_at) {
    const auto use = uses_.find(looks_at);
    if (use == uses_.end() || --use->second)
        return;
    const auto gone = uses_.extract(use); // what looks_at may be a part of
    for (unsigned word = 0; word < BVS_FLOW_WORDS; ++word)
        for (auto bits = looks_at[word]; bits; bits &= bits - 1)
            if (--bits_[word][static_cast<unsigned>(std::countr_zero(bits))] == 0)
                all_[word] &= ~(bits & -bits);
}

FlowMask CacheMaskUse::wanted(unsigned kind) const {
    auto mask = can_be_set(kind);
    for (unsigned word = 0; word < BVS_FLOW_WORDS; ++word)
        mask[word] &= all_[word];
    mask[BVS_WORD_in_port] |= k_in_port;
    return mask;
}

model::Answer<CacheMasks> widen(const CacheMasks &there, const CacheMaskUse &use) {
    auto masks = there;
    for (unsigned kind = 0; kind < BVS_KINDS; ++kind) {
        const auto wanted = use.wanted(kind);
        for (std::uint8_t word = 0; word < BVS_FLOW_WORDS; ++word)
            if (wanted[word] && !add_word(masks[kind], word, wanted[word]))
                return model::refuse(
                    model::Refusal::match_bad_field,
                    fmt::format("the bridge's rules look at more than {} words of 64 bits in "
                                "packets of kind {}; match on fewer fields",
                                BVS_CACHE_WORDS, k_names[kind]));
    }
    return masks;
}

CacheMasks narrow(const CacheMasks &there, const CacheMaskUse &use) {
    auto masks = there;
    for (unsigned kind = 0; kind < BVS_KINDS; ++kind) {
        const auto wanted = use.wanted(kind);
        auto &mask = masks[kind];
        std::uint32_t used = 0;
        for (std::uint32_t i = 0; i < BVS_CACHE_WORDS; ++i) {
            mask.mask[i] &= wanted[mask.word[i]];
            if (mask.mask[i])
                used = i + 1;
        }
        mask.words = rounded(used);
    }
    return masks;
}

} // namespace bvs::compile
