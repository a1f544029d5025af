// SPDX-License-Identifier: Apache-2.0
#include "switch/model/headers.h"

#include "maps/abi.h"

#include <netinet/in.h>

namespace bvs::model {

namespace {

constexpr std::uint16_t k_ipv4 = 0x0800;
constexpr std::uint16_t k_ipv6 = 0x86dd;
constexpr std::uint16_t k_arp = 0x0806;
constexpr std::uint16_t k_rarp = 0x8035;
constexpr std::uint8_t k_solicit = 135;
constexpr std::uint8_t k_advert = 136;
constexpr std::uint64_t k_later = 2; // the bit of ip_frag

bool has_tag(const FieldMatch *field) {
    return field && field->value.low & BVS_VLAN_PRESENT;
}

template <class T>
std::optional<T> number(const Match &match, Field field) {
    const auto value = match.exact(field);
    return value ? std::optional(static_cast<T>(value->low)) : std::nullopt;
}

} // namespace

bool KnownHeaders::have(Needs needs) const {
    const bool icmpv6 = eth_type == k_ipv6 && transport(IPPROTO_ICMPV6);
    const bool discovery = icmpv6 && !icmpv6_code;
    switch (needs) {
    case Needs::nothing:
        return true;
    case Needs::vlan:
        return tags != 0;
    case Needs::mpls:
        return mpls();
    case Needs::pbb:
        return pbb();
    case Needs::ip:
        return ip();
    case Needs::ipv4:
        return eth_type == k_ipv4;
    case Needs::ipv6:
        return eth_type == k_ipv6;
    case Needs::tcp:
        return transport(IPPROTO_TCP);
    case Needs::udp:
        return transport(IPPROTO_UDP);
    case Needs::sctp:
        return transport(IPPROTO_SCTP);
    case Needs::icmpv4:
        return eth_type == k_ipv4 && transport(IPPROTO_ICMP);
    case Needs::icmpv6:
        return icmpv6;
    case Needs::arp:
        return eth_type == k_arp || eth_type == k_rarp;
    case Needs::nd:
        return discovery && (icmpv6_type == k_solicit || icmpv6_type == k_advert);
    case Needs::nd_solicit:
        return discovery && icmpv6_type == k_solicit;
    case Needs::nd_advert:
        return discovery && icmpv6_type == k_advert;
    case Needs::in_port:
        return in_port;
    }
    return false;
}

void KnownHeaders::become(std::optional<std::uint16_t> type) {
    eth_type = type;
    ip_proto.reset();
    icmpv6_type.reset();
    icmpv6_code = false;
    later_fragment = false;
}

KnownHeaders headers_of(const Match &match) {
    const auto *fragment = match.find(Field::ip_frag);
    const auto code = match.exact(Field::icmpv6_code);
    return {.in_port = match.find(Field::in_port) != nullptr,
            .tags = has_tag(match.find(Field::vlan_vid)) || has_tag(match.find(Field::vlan_tci))
                        ? 1U
                        : 0U,
            .eth_type = number<std::uint16_t>(match, Field::eth_type),
            .ip_proto = number<std::uint8_t>(match, Field::ip_proto),
            .icmpv6_type = number<std::uint8_t>(match, Field::icmpv6_type),
            .icmpv6_code = code && !code->zero(),
            .later_fragment = fragment && fragment->value.low & k_later};
}

} // namespace bvs::model
