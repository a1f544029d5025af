// SPDX-License-Identifier: Apache-2.0
#include "selftests/property/random_values.h"

namespace bvs::property {

using fixture::big_endian;
using fixture::mac;
using fixture::operator+;
using model::Field;

std::uint64_t RandomValues::common(Field field) {
    switch (field) {
    case Field::in_port:
        return port();
    case Field::eth_dst:
    case Field::eth_src:
    case Field::arp_sha:
    case Field::arp_tha:
    case Field::nd_sll:
    case Field::nd_tll:
        return one_in(8) ? fixture::k_broadcast : mac(1 + below(4));
    case Field::vlan_vid:
        return 0x1000U | one_of({0U, 10U, 20U});
    case Field::vlan_tci:
        return one_in(3) ? 0U : 0x1000U | one_of({10U, 20U}) | below(3) << 13;
    case Field::ip_dscp:
        return one_of({0U, 10U, 46U});
    case Field::ip_ttl:
        return one_of({1U, 2U, 64U, 255U});
    case Field::ip_frag:
        return one_of({0U, 1U, 3U});
    case Field::ipv4_src:
    case Field::ipv4_dst:
    case Field::arp_spa:
    case Field::arp_tpa:
        return one_of({0x0a000001U, 0x0a000002U, 0x0a000101U, 0x0a010001U, 0xc0a80001U});
    case Field::ipv6_label:
        return one_of({0U, 5U, 0xfffffU});
    case Field::icmpv4_type:
    case Field::icmpv6_type:
        return one_of({0U, 3U, 8U});
    case Field::icmpv4_code:
    case Field::icmpv6_code:
        return below(2);
    case Field::arp_op:
        return 1 + below(2);
    case Field::tcp_flags:
        return one_of({0x02U, 0x10U, 0x12U, 0x11U});
    default:
        break;
    }
    const auto bits = model::info(field).bits;
    if (model::info(field).word == BVS_WORD_tp_src && bits == 16)
        return one_of({53U, 80U, 443U, 1000U});
    return bits < 16 ? any() & model::low_bits(bits).low : below(4);
}

Value RandomValues::address6() {
    return {one_in(4) ? 0xfe80000000000000ULL : 0x20010db800000000ULL, 1 + below(3)};
}

Value RandomValues::value(Field field) {
    const auto ones = model::all_ones(model::info(field).bits);
    if (one_in(12) && field != Field::in_port && field != Field::vlan_vid &&
        field != Field::ip_frag)
        return Value{any(), any()} & ones;
    if (model::info(field).notation == model::Notation::ipv6)
        return address6();
    if (field >= Field::xreg0 && field <= Field::xxreg3)
        return Value{below(3), static_cast<std::uint64_t>(below(3)) << 32 | below(3)} & ones;
    return Value{0, common(field)} & ones;
}

Value RandomValues::mask(Field field) {
    const auto &row = model::info(field);
    const auto ones = model::all_ones(row.bits);
    if (row.masks == model::Masks::none || !one_in(3))
        return ones;
    const auto some = one_in(2) ? model::shift_left(ones, below(row.bits)) & ones // as of a prefix
                                : Value{any() & any(), any() & any()} & ones;
    return some.zero() ? ones : some;
}

void RandomValues::make_fragment(Packet &packet) {
    packet.fragment = one_in(2) ? Fragment::first : Fragment::later;
    if (packet.fragment == Fragment::first)
        packet.elsewhere = Bytes{9, 8, 7, 6, 5, 4, 3, 2};
}

void RandomValues::make_transport(Packet &packet) {
    const bool ipv4 = packet.network == Network::ipv4;
    packet.proto = one_of({6, 6, 6, 17, 17, 17, 132, 47, ipv4 ? 1 : 58, ipv4 ? 1 : 58});
    packet.tp_src = static_cast<std::uint16_t>(value(Field::tcp_src).low);
    packet.tp_dst = static_cast<std::uint16_t>(value(Field::tcp_dst).low);
    packet.tcp_flags = static_cast<std::uint16_t>(value(Field::tcp_flags).low);
    packet.checksum = !ipv4 || !one_in(4);
    if (packet.proto == 1 || packet.proto == 58) {
        packet.tp_src = static_cast<std::uint16_t>(common(Field::icmpv4_type));
        packet.tp_dst = static_cast<std::uint16_t>(common(Field::icmpv4_code));
    }
    if (packet.proto == 58 && one_in(2)) {
        packet.tp_src = one_in(2) ? 135 : 136;
        packet.tp_dst = 0;
        packet.nd_target = address6();
        packet.sha = packet.tha = common(Field::nd_sll);
    }
}

void RandomValues::make_ip(Packet &packet) {
    const bool ipv4 = packet.network == Network::ipv4;
    packet.tos = static_cast<std::uint8_t>(common(Field::ip_dscp) << 2 | below(4));
    packet.ttl = static_cast<std::uint8_t>(common(Field::ip_ttl));
    packet.label = ipv4 ? 0 : static_cast<std::uint32_t>(common(Field::ipv6_label));
    packet.src = value(ipv4 ? Field::ipv4_src : Field::ipv6_src);
    packet.dst = value(ipv4 ? Field::ipv4_dst : Field::ipv6_dst);
    make_transport(packet);
    if (one_in(8))
        make_fragment(packet);
    else if (one_in(12)) // too short for any header
        packet.headless = true;
    if (ipv4 && one_in(8))
        packet.options = {1, 1, 1, 0};
    packet.padded = !ipv4 && packet.fragment != Fragment::later && one_in(6);
}

Packet RandomValues::packet(std::uint32_t number) {
    Packet made;
    made.eth_dst = value(Field::eth_dst).low;
    made.eth_src = value(Field::eth_src).low;
    for (auto n = one_in(2) ? 0 : 1 + below(2); n > 0; --n)
        made.tags.push_back({.tpid = one_of({std::uint16_t{0x8100}, std::uint16_t{0x88a8}}),
                             .tci = static_cast<std::uint16_t>((common(Field::vlan_vid) & 0xfff) |
                                                               below(3) << 13)});
    made.network = one_of({Network::ipv4, Network::ipv4, Network::ipv4, Network::ipv6,
                           Network::ipv6, Network::arp, Network::none});
    switch (made.network) {
    case Network::ipv4:
    case Network::ipv6:
        made.type = made.network == Network::ipv4 ? 0x0800 : 0x86dd;
        make_ip(made);
        break;
    case Network::arp:
        made.type = 0x0806;
        made.arp_op = static_cast<std::uint16_t>(common(Field::arp_op));
        made.src = value(Field::arp_spa);
        made.dst = value(Field::arp_tpa);
        made.sha = common(Field::arp_sha);
        made.tha = common(Field::arp_tha);
        break;
    default:
        made.type = one_in(2) ? 0x88b5 : 46;
    }
    made.payload = (made.headless ? Bytes{} : Bytes(4 + below(40), 0xa5)) + big_endian(number, 4);
    return made;
}

} // namespace bvs::property
