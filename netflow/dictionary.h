// SPDX-License-Identifier: Apache-2.0
//
// The elements that are used, under their names in IANA's registry "IPFIX Information Elements" and
// VMware's as in ovs-vswitchd.conf.db(5). What NetFlow v9 calls or counts otherwise is in
// netflow9.cpp.
#pragma once

#include "netflow/element.h"

#include <concepts>
#include <type_traits>

namespace bvs::netflow::element {

template <class T>
const T &get(const FlowRecord &record, T FlowRecord::*member) {
    return record.*member;
}
template <class T>
const T &get(const FlowRecord &record, T FlowKey::*member) {
    return record.key.*member;
}
template <class T>
const T &get(const FlowRecord &record, T OuterHeaders::*member) {
    return record.key.tunnel.*member;
}
template <class T>
const T &get(const FlowRecord &record, T Traffic::*member) {
    return record.traffic.*member;
}

template <std::size_t size, auto member>
void write(Writer &writer, const FlowRecord &record, const ExportContext &) {
    const auto &value = get(record, member);
    using Value = std::remove_cvref_t<decltype(value)>;
    if constexpr (std::same_as<Value, model::Mac>)
        writer.mac(value);
    else if constexpr (!std::same_as<Value, model::IpAddress>)
        writer.number(static_cast<std::uint64_t>(value), size);
    else if constexpr (size == 4)
        writer.v4(value);
    else
        writer.v6(value);
}

template <std::uint16_t id, std::uint16_t size, auto member, std::uint32_t enterprise = 0>
inline constexpr Element field{id, size, write<size, member>, enterprise};

template <Time Traffic::*member>
void write_wall(Writer &writer, const FlowRecord &record, const ExportContext &context) {
    const auto time = context.moment.wall_at(record.traffic.*member);
    writer.u64(static_cast<std::uint64_t>(time.count()));
}

inline void write_dscp(Writer &writer, const FlowRecord &record, const ExportContext &) {
    writer.u8(record.key.tos >> 2);
}
inline void write_ip_version(Writer &writer, const FlowRecord &record, const ExportContext &) {
    writer.u8(record.key.is_ipv6() ? 6 : 4);
}
inline void write_selector(Writer &writer, const FlowRecord &, const ExportContext &) {
    writer.u64(k_selector);
}
// RFC 7011, 7: a length below 255 has one byte.
inline void write_tunnel_key(Writer &writer, const FlowRecord &record, const ExportContext &) {
    const auto size = record.key.tunnel.type == TunnelType::gre ? 4 : 3;
    writer.u8(size);
    writer.number(record.key.tunnel.key, size);
}
inline void write_tunnel_protocol(Writer &writer, const FlowRecord &record, const ExportContext &) {
    constexpr std::uint8_t gre = 47;
    writer.u8(record.key.tunnel.type == TunnelType::gre ? gre : k_protocol_udp);
}
inline void write_observation(Writer &writer, const FlowRecord &, const ExportContext &context) {
    const auto text = context.virtual_observation;
    writer.u8(text.size());
    writer.bytes({reinterpret_cast<const std::uint8_t *>(text.data()), text.size()});
}

inline constexpr auto octet_delta_count = field<1, 8, &Traffic::ip_octets>;
inline constexpr auto packet_delta_count = field<2, 8, &Traffic::packets>;
inline constexpr auto protocol_identifier = field<4, 1, &FlowKey::protocol>;
inline constexpr auto ip_class_of_service = field<5, 1, &FlowKey::tos>;
inline constexpr auto tcp_control_bits = field<6, 2, &Traffic::tcp_flags>;
inline constexpr auto source_transport_port = field<7, 2, &FlowKey::source_port>;
inline constexpr auto source_ipv4_address = field<8, 4, &FlowKey::source>;
inline constexpr auto ingress_interface = field<10, 4, &FlowKey::in_ifindex>;
inline constexpr auto destination_transport_port = field<11, 2, &FlowKey::destination_port>;
inline constexpr auto destination_ipv4_address = field<12, 4, &FlowKey::destination>;
inline constexpr auto egress_interface = field<14, 4, &FlowKey::out_ifindex>;
inline constexpr auto source_ipv6_address = field<27, 16, &FlowKey::source>;
inline constexpr auto destination_ipv6_address = field<28, 16, &FlowKey::destination>;
inline constexpr auto flow_label_ipv6 = field<31, 4, &FlowKey::label>;
inline constexpr auto source_mac_address = field<56, 6, &FlowKey::source_mac>;
inline constexpr auto vlan_id = field<58, 2, &FlowKey::vlan>;
inline constexpr Element ip_version{60, 1, write_ip_version};
inline constexpr auto flow_direction = field<61, 1, &FlowKey::direction>;
inline constexpr auto destination_mac_address = field<80, 6, &FlowKey::destination_mac>;
inline constexpr auto flow_end_reason = field<136, 1, &FlowRecord::end>;
inline constexpr auto observation_point_id = field<138, 4, &FlowKey::observation_point>;
inline constexpr Element flow_start_milliseconds{152, 8, write_wall<&Traffic::first>};
inline constexpr Element flow_end_milliseconds{153, 8, write_wall<&Traffic::last>};
inline constexpr auto icmp_type_ipv4 = field<176, 1, &FlowKey::icmp_type>;
inline constexpr auto icmp_code_ipv4 = field<177, 1, &FlowKey::icmp_code>;
inline constexpr auto icmp_type_ipv6 = field<178, 1, &FlowKey::icmp_type>;
inline constexpr auto icmp_code_ipv6 = field<179, 1, &FlowKey::icmp_code>;
inline constexpr Element ip_diff_serv_code_point{195, 1, write_dscp};
inline constexpr auto dot1q_vlan_id = field<243, 2, &FlowKey::vlan>;
inline constexpr auto dot1q_priority = field<244, 1, &FlowKey::priority>;
inline constexpr auto ethernet_type = field<256, 2, &FlowKey::ethertype>;
inline constexpr Element selector_id{302, 8, write_selector};
inline constexpr auto layer2_octet_delta_count = field<352, 8, &Traffic::octets>;

inline constexpr auto tunnel_type = field<891, 1, &OuterHeaders::type, k_vmware>;
inline constexpr Element tunnel_key{892, k_variable, write_tunnel_key, k_vmware};
inline constexpr auto tunnel_source_ipv4_address = field<893, 4, &OuterHeaders::source, k_vmware>;
inline constexpr auto tunnel_destination_ipv4_address =
    field<894, 4, &OuterHeaders::destination, k_vmware>;
inline constexpr Element tunnel_protocol_identifier{895, 1, write_tunnel_protocol, k_vmware};
inline constexpr auto tunnel_source_transport_port =
    field<896, 2, &OuterHeaders::source_port, k_vmware>;
inline constexpr auto tunnel_destination_transport_port =
    field<897, 2, &OuterHeaders::destination_port, k_vmware>;
inline constexpr Element virtual_obs_id{898, k_variable, write_observation, k_vmware};

} // namespace bvs::netflow::element
