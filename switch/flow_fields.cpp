// SPDX-License-Identifier: Apache-2.0
#include "switch/flow_fields.h"

#include "ofagent/text/field_value.h"
#include "ofagent/text/subfield.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace bvs::daemon {

using model::Field;
using model::FieldInfo;

namespace {

constexpr unsigned k_word_bits = 64;
constexpr std::uint64_t k_unset = 0xfffffff7; // actset_output of an action set without output

unsigned words_of(const FieldInfo &field) {
    return field.bits > k_word_bits ? 2 : 1;
}

// The field's bits in that word; of two words the first has the high ones.
std::uint64_t bits_in(const FieldInfo &field, unsigned word) {
    if (words_of(field) == 1)
        return word == field.word ? bvs_low_bits(field.bits) << field.lowest : 0;
    if (word == field.word)
        return bvs_low_bits(field.bits - k_word_bits);
    return word == field.word + 1U ? ~0ULL : 0;
}

template <class Use>
void for_each_field(OptionFields options, const Use &use) {
    std::ranges::for_each(model::fields(), use);
    std::ranges::for_each(options, use);
}

// As a client says it, who does not know how long an option is.
void add_option(model::Match &match, const FieldInfo &option, model::Value value,
                model::Value mask) {
    const bool whole = mask == model::all_ones(option.bits);
    match.set(option.field, value, whole ? model::all_ones(model::info(option.field).bits) : mask);
}

template <class Words>
bool has_option(const FieldInfo &option, const Words &in) {
    return in[BVS_WORD_options_present] >> (option.field - Field::tun_metadata0) & 1;
}

// Several registers seen as one.
bool is_union(const FieldInfo &field) {
    return field.field >= Field::xreg0 && field.field <= Field::xxreg3;
}

// Of an array of words, or the flow's.
template <class Words>
model::Value value_of(const FieldInfo &field, const Words &in) {
    if (words_of(field) == 2)
        return {in[field.word] & bits_in(field, field.word), in[field.word + 1U]};
    return {0, in[field.word] >> field.lowest & bvs_low_bits(field.bits)};
}

bool has(const bvs_flow &flow, unsigned layers) {
    return bvs_flow_get(&flow, layers) & layers;
}

// Of which a zero says something.
bool worth_saying(const FieldInfo &field, const bvs_flow &flow) {
    switch (field.field) {
    case Field::in_port:
    case Field::eth_dst:
    case Field::eth_src:
    case Field::eth_type:
    case Field::vlan_tci:
        return true;
    case Field::ip_proto:
    case Field::ip_dscp:
    case Field::ip_ecn:
    case Field::ip_ttl:
    case Field::ip_frag:
        return has(flow, BVS_LAYER_IPV4 | BVS_LAYER_IPV6);
    case Field::ipv4_src:
    case Field::ipv4_dst:
        return has(flow, BVS_LAYER_IPV4 | BVS_LAYER_ARP);
    case Field::ipv6_src:
    case Field::ipv6_dst:
    case Field::ipv6_label:
        return has(flow, BVS_LAYER_IPV6);
    case Field::arp_op:
    case Field::arp_sha:
    case Field::arp_tha:
        return has(flow, BVS_LAYER_ARP);
    case Field::tcp_src:
    case Field::tcp_dst:
        return has(flow, BVS_LAYER_L4);
    case Field::tcp_flags:
        return has(flow, BVS_LAYER_L4) && bvs_flow_get(&flow, ip_proto) == 6;
    case Field::nd_target:
        return has(flow, BVS_LAYER_ND);
    default:
        return false;
    }
}

} // namespace

model::Value value_of(Field field, const bvs_flow &flow) {
    return value_of(model::info(field), flow.word);
}

model::Match options_of(const bvs_flow &flow, OptionFields options) {
    model::Match match;
    for (const auto &option : options)
        if (has_option(option, flow.word))
            add_option(match, option, value_of(option, flow.word), model::all_ones(option.bits));
    return match;
}

model::KnownHeaders headers_of(const bvs_flow &flow) {
    model::KnownHeaders headers{.in_port = true};
    headers.tags =
        (bvs_flow_get(&flow, vlan_tci) ? 1U : 0U) + (bvs_flow_get(&flow, inner_vlan_tci) ? 1U : 0U);
    headers.eth_type = static_cast<std::uint16_t>(bvs_flow_get(&flow, eth_type));
    headers.ip_proto = static_cast<std::uint8_t>(bvs_flow_get(&flow, ip_proto));
    headers.icmpv6_type = static_cast<std::uint8_t>(bvs_flow_get(&flow, tp_src));
    headers.later_fragment = bvs_flow_get(&flow, ip_frag) == BVS_FRAG_LATER;
    return headers;
}

const FieldInfo *field_of(unsigned word, std::uint64_t bits, const model::KnownHeaders &headers,
                          OptionFields options) {
    const FieldInfo *best = nullptr;
    const auto better = [&](const FieldInfo &field) {
        if (!best)
            return true;
        const bool fits = headers.have(field.needs), best_fits = headers.have(best->needs);
        return fits != best_fits ? fits : field.bits < best->bits;
    };
    for_each_field(options, [&](const FieldInfo &field) {
        if (!(bits & ~bits_in(field, word)) && better(field))
            best = &field;
    });
    return best;
}

std::string subfield_text(unsigned word, unsigned lowest, unsigned bits,
                          const model::KnownHeaders &headers, OptionFields options) {
    const auto *field = field_of(word, bvs_low_bits(bits) << lowest, headers, options);
    if (!field)
        return fmt::format("word{}[{}..{}]", word, lowest, lowest + bits - 1);
    const bool high_half = words_of(*field) == 2 && word == field->word;
    const auto offset = lowest + (high_half ? k_word_bits : 0) - field->lowest;
    return text::format(model::Subfield{field->field, static_cast<std::uint16_t>(offset),
                                        static_cast<std::uint16_t>(bits)});
}

model::Match match_of(const model::FlowWords &words, OptionFields options) {
    model::Match match;
    for (const auto &option : options)
        if (has_option(option, words.value) && has_option(option, words.mask))
            add_option(match, option, value_of(option, words.value), value_of(option, words.mask));
    for (const auto &field : model::fields()) {
        const auto mask = value_of(field, words.mask);
        const bool sayable =
            field.masks != model::Masks::none || mask == model::all_ones(field.bits);
        if (!is_union(field) && sayable)
            match.set(field.field, value_of(field, words.value), mask);
    }
    return match;
}

model::Match match_of(const bvs_flow &flow, OptionFields options) {
    auto match = options_of(flow, options);
    for (const auto &field : model::fields()) {
        if (is_union(field) || field.field == Field::packet_type)
            continue;
        const auto value = value_of(field, flow.word);
        if (field.field == Field::actset_output && value.low == k_unset)
            continue;
        if (!value.zero() || worth_saying(field, flow))
            match.set(field.field, value, model::all_ones(field.bits));
    }
    return match;
}

std::vector<FieldValue> changes(const bvs_flow &before, const bvs_flow &after,
                                OptionFields options) {
    const auto headers = headers_of(after);
    std::array<std::uint64_t, BVS_FLOW_WORDS> differing{};
    for (unsigned word = 0; word < BVS_FLOW_WORDS; ++word)
        differing[word] = before.word[word] ^ after.word[word];
    std::vector<FieldValue> found;
    for_each_field(options, [&](const FieldInfo &field) {
        if (is_union(field) || !headers.have(field.needs))
            return;
        bool differs = false;
        for (unsigned word = field.word; word < field.word + words_of(field); ++word) {
            differs |= differing[word] & bits_in(field, word);
            differing[word] &= ~bits_in(field, word);
        }
        if (differs)
            found.push_back(
                {field.name, text::format_field_value(
                                 field, {value_of(field, after.word), model::all_ones(field.bits)},
                                 text::nameless())});
    });
    return found;
}

} // namespace bvs::daemon
