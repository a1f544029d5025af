// SPDX-License-Identifier: Apache-2.0
#include "selftests/property/packet_state.h"

namespace bvs::property {

using model::Field;
using model::Needs;

namespace {

constexpr std::uint16_t k_present = 0x1000; // OFPVID_PRESENT, and where Nicira's TCI has it

// OFPC_FRAG_NORMAL: of no fragment are the ports known.
bool ports_known(const Packet &packet) {
    return packet.transport_header() && packet.fragment == Fragment::no;
}

bool is_transport(const Packet &packet, Network network, std::uint8_t proto) {
    return ports_known(packet) && packet.network == network && packet.proto == proto;
}

bool carries(const Packet &packet, std::uint8_t proto) {
    return ports_known(packet) && packet.proto == proto;
}

bool has(const Packet &packet, Needs needs) {
    switch (needs) {
    case Needs::nothing:
    case Needs::in_port:
        return true;
    case Needs::vlan:
        return !packet.tags.empty();
    case Needs::ip:
        return packet.ip();
    case Needs::ipv4:
        return packet.network == Network::ipv4;
    case Needs::ipv6:
        return packet.network == Network::ipv6;
    case Needs::arp:
        return packet.network == Network::arp;
    case Needs::tcp:
        return carries(packet, 6);
    case Needs::udp:
        return carries(packet, 17);
    case Needs::sctp:
        return carries(packet, 132);
    case Needs::icmpv4:
        return is_transport(packet, Network::ipv4, 1);
    case Needs::icmpv6:
        return is_transport(packet, Network::ipv6, 58);
    case Needs::nd:
        return packet.discovery() && ports_known(packet);
    case Needs::nd_solicit:
        return packet.solicitation() && ports_known(packet);
    case Needs::nd_advert:
        return packet.advertisement() && ports_known(packet);
    default:
        return false;
    }
}

std::uint64_t tci(const Packet &packet) {
    return packet.tags.empty() ? 0U : packet.tags[0].tci | k_present;
}

std::uint64_t fragment_bits(const Packet &packet) {
    return packet.fragment == Fragment::no ? 0 : packet.fragment == Fragment::first ? 1 : 3;
}

// n registers from the first on are one number, the first its highest part.
Value joined(const std::array<std::uint32_t, 16> &reg, unsigned first, unsigned n) {
    Value value;
    for (unsigned i = first; i < first + n; ++i)
        value = model::shift_left(value, 32) | Value{0, reg.at(i)};
    return value;
}

void split(std::array<std::uint32_t, 16> &reg, unsigned first, unsigned n, Value value) {
    for (unsigned i = first + n; i-- > first; value = model::shift_right(value, 32))
        reg.at(i) = static_cast<std::uint32_t>(value.low);
}

struct Registers {
    unsigned first = 0;
    unsigned n = 0;
};
std::optional<Registers> registers(Field field) {
    const auto index = [&](Field base) {
        return static_cast<unsigned>(field) - static_cast<unsigned>(base);
    };
    if (field >= Field::reg0 && field <= Field::reg15)
        return Registers{index(Field::reg0), 1};
    if (field >= Field::xreg0 && field <= Field::xreg7)
        return Registers{2 * index(Field::xreg0), 2};
    if (field >= Field::xxreg0 && field <= Field::xxreg3)
        return Registers{4 * index(Field::xxreg0), 4};
    return std::nullopt;
}

bool is_tunnels(Field field) {
    return field >= Field::tunnel_id && field <= Field::tunnel_flags;
}
std::size_t tunnel_index(Field field) {
    return static_cast<std::size_t>(field) - static_cast<std::size_t>(Field::tunnel_id);
}

Value of_link(const Packet &p, Field field) {
    switch (field) {
    case Field::eth_dst:
        return {0, p.eth_dst};
    case Field::eth_src:
        return {0, p.eth_src};
    case Field::eth_type:
        return {0, p.type < 0x600 ? 0x5ffU : p.type};
    case Field::vlan_tci:
        return {0, tci(p)};
    case Field::vlan_vid:
        return {0, tci(p) & 0x1fff};
    case Field::vlan_pcp:
        return {0, tci(p) >> 13};
    default:
        return {};
    }
}

Value of_packet(const Packet &p, Field field) {
    switch (field) {
    case Field::ip_proto:
        return {0, p.proto};
    case Field::ip_dscp:
        return {0, static_cast<std::uint64_t>(p.tos >> 2)};
    case Field::ip_ecn:
        return {0, p.tos & 3U};
    case Field::ip_ttl:
        return {0, p.ttl};
    case Field::ip_frag:
        return {0, fragment_bits(p)};
    case Field::ipv4_src:
    case Field::ipv6_src:
    case Field::arp_spa:
        return p.src;
    case Field::ipv4_dst:
    case Field::ipv6_dst:
    case Field::arp_tpa:
        return p.dst;
    case Field::ipv6_label:
        return {0, p.label};
    case Field::tcp_src:
    case Field::udp_src:
    case Field::sctp_src:
    case Field::icmpv4_type:
    case Field::icmpv6_type:
        return {0, p.tp_src};
    case Field::tcp_dst:
    case Field::udp_dst:
    case Field::sctp_dst:
    case Field::icmpv4_code:
    case Field::icmpv6_code:
        return {0, p.tp_dst};
    case Field::tcp_flags:
        return {0, p.tcp_flags};
    case Field::arp_op:
        return {0, p.arp_op};
    case Field::arp_sha:
    case Field::nd_sll:
        return {0, p.sha};
    case Field::arp_tha:
    case Field::nd_tll:
        return {0, p.tha};
    case Field::nd_target:
        return p.nd_target;
    default:
        return of_link(p, field);
    }
}

void put_tci(Packet &p, std::uint64_t bits) {
    if (!p.tags.empty())
        p.tags[0].tci = static_cast<std::uint16_t>(bits & 0xefff);
}

void put_link(Packet &p, Field field, Value v) {
    switch (field) {
    case Field::eth_dst:
        p.eth_dst = v.low;
        break;
    case Field::eth_src:
        p.eth_src = v.low;
        break;
    case Field::vlan_tci:
        put_tci(p, v.low);
        break;
    case Field::vlan_vid:
        put_tci(p, (tci(p) & 0xf000) | (v.low & 0xfff));
        break;
    case Field::vlan_pcp:
        put_tci(p, (tci(p) & 0x1fff) | v.low << 13);
        break;
    case Field::arp_op:
        p.arp_op = static_cast<std::uint16_t>(v.low);
        break;
    case Field::arp_sha:
    case Field::nd_sll:
        p.sha = v.low;
        break;
    case Field::arp_tha:
    case Field::nd_tll:
        p.tha = v.low;
        break;
    case Field::nd_target:
        p.nd_target = v;
        break;
    default:
        break;
    }
}

void put(Packet &p, Field field, Value v) {
    switch (field) {
    case Field::ip_dscp:
        p.tos = static_cast<std::uint8_t>((p.tos & 3) | v.low << 2);
        break;
    case Field::ip_ecn:
        p.tos = static_cast<std::uint8_t>((p.tos & ~3) | v.low);
        break;
    case Field::ip_ttl:
        p.ttl = static_cast<std::uint8_t>(v.low);
        break;
    case Field::ipv4_src:
    case Field::ipv6_src:
    case Field::arp_spa:
        p.src = v;
        break;
    case Field::ipv4_dst:
    case Field::ipv6_dst:
    case Field::arp_tpa:
        p.dst = v;
        break;
    case Field::ipv6_label:
        p.label = static_cast<std::uint32_t>(v.low);
        break;
    case Field::tcp_src:
    case Field::udp_src:
    case Field::icmpv4_type:
    case Field::icmpv6_type:
        p.tp_src = static_cast<std::uint16_t>(v.low);
        break;
    case Field::tcp_dst:
    case Field::udp_dst:
    case Field::icmpv4_code:
    case Field::icmpv6_code:
        p.tp_dst = static_cast<std::uint16_t>(v.low);
        break;
    default:
        put_link(p, field, v);
    }
}

} // namespace

Value merge(Value old, Value value, Value mask) {
    return (old & ~mask) | (value & mask);
}

std::optional<Value> PacketState::get(Field field) const {
    if (const auto some = registers(field))
        return joined(reg, some->first, some->n);
    if (is_tunnels(field))
        return tunnel.at(tunnel_index(field));
    switch (field) {
    case Field::in_port:
    case Field::in_phy_port:
        return Value{0, in_port};
    case Field::metadata:
        return Value{0, metadata};
    case Field::pkt_mark:
        return Value{0, mark};
    case Field::actset_output:
        return Value{0, actset_output};
    default:
        break;
    }
    if (!has(packet, model::info(field).needs))
        return std::nullopt;
    return of_packet(packet, field);
}

void PacketState::set(Field field, Value value, Value mask) {
    const auto old = get(field);
    if (!old)
        return;
    const auto now = merge(*old, value, mask);
    if (const auto some = registers(field))
        split(reg, some->first, some->n, now);
    else if (field == Field::in_port)
        in_port = static_cast<std::uint32_t>(now.low);
    else if (field == Field::metadata)
        metadata = now.low;
    else if (is_tunnels(field))
        tunnel.at(tunnel_index(field)) = now;
    else if (field == Field::pkt_mark)
        mark = static_cast<std::uint32_t>(now.low);
    else
        put(packet, field, now);
}

void PacketState::push_vlan(std::uint16_t tpid) {
    const std::uint16_t tci = packet.tags.empty() ? std::uint16_t{0} : packet.tags[0].tci;
    packet.tags.insert(packet.tags.begin(), {.tpid = tpid, .tci = tci});
}

void PacketState::pop_vlan() {
    if (!packet.tags.empty())
        packet.tags.erase(packet.tags.begin());
}

} // namespace bvs::property
