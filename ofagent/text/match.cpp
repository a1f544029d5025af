// SPDX-License-Identifier: Apache-2.0
#include "ofagent/text/match.h"

#include "ofagent/text/field_value.h"
#include "switch/model/headers.h"

#include <algorithm>
#include <array>

namespace bvs::text {

using model::Field;
using model::Match;
using model::Needs;

namespace {

constexpr std::uint64_t k_present = 0x1000; // of vlan_vid and vlan_tci: there is a tag
constexpr std::uint64_t k_untagged = 0xffff;
constexpr std::uint64_t k_most_vid = 0xfff;
constexpr std::uint64_t k_most_tos = 0xff, k_tos_ecn = 3;
constexpr unsigned k_tos_shift = 2;

struct Keyword {
    std::string_view name;
    std::uint16_t eth_type;
    std::uint8_t ip_proto = 0; // 0: any
};
constexpr auto k_keywords = std::to_array<Keyword>({
    {"ip", 0x0800},
    {"icmp", 0x0800, 1},
    {"tcp", 0x0800, 6},
    {"udp", 0x0800, 17},
    {"sctp", 0x0800, 132},
    {"ipv6", 0x86dd},
    {"ip6", 0x86dd},
    {"icmp6", 0x86dd, 58},
    {"tcp6", 0x86dd, 6},
    {"udp6", 0x86dd, 17},
    {"sctp6", 0x86dd, 132},
    {"arp", 0x0806},
    {"rarp", 0x8035},
    {"mpls", 0x8847},
    {"mplsm", 0x8848},
});

// Fields of Open vSwitch that BVS does not know (yet), to be told apart from typing errors.
constexpr auto k_unsupported_prefixes = std::to_array<std::string_view>(
    {"ct_", "conj_id", "recirc_id", "dp_hash", "tun_", "nsh_", "mpls_lse", "igmp", "nd_", "eth"});

std::string_view what(Needs needs) {
    switch (needs) {
    case Needs::vlan:
        return "a VLAN tag: dl_vlan or vlan_vid";
    case Needs::mpls:
        return "mpls or mplsm";
    case Needs::pbb:
        return "dl_type=0x88e7";
    case Needs::ip:
        return "ip or ipv6";
    case Needs::ipv4:
        return "ip";
    case Needs::ipv6:
        return "ipv6";
    case Needs::tcp:
        return "tcp or tcp6";
    case Needs::udp:
        return "udp or udp6";
    case Needs::sctp:
        return "sctp or sctp6";
    case Needs::icmpv4:
        return "icmp";
    case Needs::icmpv6:
        return "icmp6";
    case Needs::arp:
        return "arp or rarp";
    case Needs::nd:
        return "icmp6 with icmp_type=135 or 136";
    case Needs::nd_solicit:
        return "icmp6 with icmp_type=135";
    case Needs::nd_advert:
        return "icmp6 with icmp_type=136";
    case Needs::in_port:
        return "in_port";
    case Needs::nothing:
        break;
    }
    return "nothing";
}

// The field with a place in common that may be matched among these headers.
std::optional<Field> stands_for(Field field, const model::KnownHeaders &headers) {
    if (field == Field::ip_proto && headers.have(Needs::arp))
        return Field::arp_op;
    const auto &wanted = model::info(field);
    for (const auto &other : model::fields())
        if (other.word == wanted.word && other.lowest == wanted.lowest &&
            other.needs != Needs::nothing && headers.have(other.needs))
            return other.field;
    return std::nullopt;
}

} // namespace

Result<> MatchReader::set(Field field, const Word &word) {
    const auto &info = model::info(field);
    if (word.value.empty() && model::is_option(field)) {
        match_.set(field, {}, {});
        return {};
    }
    if (word.value.empty())
        return fail("field {} needs a value: {}=VALUE", word.key, word.key);
    const auto value = parse_field_value(info, word.value, ports_);
    if (!value)
        return std::unexpected(value.error());
    // Ethernet is all there is; Open vSwitch does not show it.
    if (field != Field::packet_type || !value->value.zero())
        match_.set(field, value->value, value->mask);
    return {};
}

Result<> MatchReader::set_vlan(std::string_view text) {
    const auto vid = parse_number(text, k_untagged);
    if (!vid || (*vid > k_most_vid && *vid != k_untagged))
        return fail("invalid dl_vlan \"{}\": expected a VLAN from 0 to {}, or 0xffff for frames "
                    "without a tag",
                    text, k_most_vid);
    if (*vid == k_untagged)
        match_.set(Field::vlan_tci, 0);
    else
        match_.set(Field::vlan_vid, *vid | k_present);
    return {};
}

Result<> MatchReader::set_tos(std::string_view text) {
    const auto tos = parse_number(text, k_most_tos);
    if (!tos || *tos & k_tos_ecn)
        return fail("invalid nw_tos \"{}\": expected a number from 0 to 252 whose two lowest bits "
                    "are 0; nw_ecn matches these",
                    text);
    match_.set(Field::ip_dscp, *tos >> k_tos_shift);
    return {};
}

Result<bool> MatchReader::take(const Word &word) {
    const auto keyword = std::ranges::find(k_keywords, word.key, &Keyword::name);
    if (keyword != k_keywords.end()) {
        match_.set(Field::eth_type, keyword->eth_type);
        if (keyword->ip_proto)
            match_.set(Field::ip_proto, keyword->ip_proto);
        return true;
    }
    Result<> done;
    if (word.key == "dl_vlan")
        done = set_vlan(word.value);
    else if (word.key == "nw_tos")
        done = set_tos(word.value);
    else if (const auto field = model::find_field(word.key))
        done = set(*field, word);
    else if (std::ranges::any_of(k_unsupported_prefixes,
                                 [&](auto prefix) { return word.key.starts_with(prefix); }))
        return fail("field \"{}\" is not supported", word.key);
    else
        return false;
    if (!done)
        return std::unexpected(done.error());
    return true;
}

Result<> MatchReader::settle(Field field) {
    const auto headers = headers_of(match_);
    const auto needs = model::info(field).needs;
    if (headers.have(needs))
        return {};
    const auto said = *match_.find(field);
    const auto other = stands_for(field, headers);
    if (!other)
        return fail("{} needs {} to be matched, too", model::info(field).name, what(needs));
    const auto ones = model::all_ones(model::info(*other).bits);
    const bool exact = said.mask == model::all_ones(model::info(field).bits);
    if (!(said.value & ~ones).zero() || (!exact && model::info(*other).masks == model::Masks::none))
        return fail("\"{}\" cannot be matched by {}",
                    format_field_value(model::info(field), {said.value, said.mask}, ports_),
                    model::info(*other).name);
    match_.set(field, {}, {});
    match_.set(*other, said.value, exact ? ones : said.mask);
    return {};
}

Result<Match> MatchReader::finish() {
    if (match_.find(Field::vlan_pcp) && !match_.find(Field::vlan_vid) &&
        !match_.find(Field::vlan_tci))
        match_.set(Field::vlan_vid, {0, k_present}, {0, k_present});
    // In the order of Field a header comes before what needs it.
    for (std::size_t i = 0; i < model::k_fields; ++i) {
        const auto field = static_cast<Field>(i);
        if (!match_.find(field))
            continue;
        if (const auto done = settle(field); !done)
            return std::unexpected(done.error());
    }
    if (match_.fault() != Match::Fault::none)
        return fail("the fields of the match \"{}\" contradict each other", format(match_, ports_));
    return match_;
}

Result<Match> parse_match(std::string_view text, const Ports &ports) {
    MatchReader reader(ports);
    Scanner scanner(text);
    while (const auto word = scanner.next()) {
        const auto taken = reader.take(*word);
        if (!taken)
            return std::unexpected(taken.error());
        if (!*taken)
            return fail("unknown keyword \"{}\": expected a field of ovs-fields(7)", word->key);
    }
    return reader.finish();
}

} // namespace bvs::text
