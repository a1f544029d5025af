// SPDX-License-Identifier: Apache-2.0
#include "netflow/ipfix.h"

#include "netflow/dictionary.h"

#include <algorithm>

namespace bvs::netflow {

using namespace element;

namespace {

constexpr TemplatedFormat k_format{.template_set = 2, .options_set = 3, .header = 16};
constexpr std::uint16_t k_sampling = k_first_template;
constexpr std::uint16_t k_first_shape = k_first_template + 1;

enum class Network : std::uint8_t { other, ipv4, ipv6 };
enum class Transport : std::uint8_t { other, ports, tcp, icmp };
enum class Outer : std::uint8_t { none, ipv4, other };

// What decides which elements a record has.
struct Shape {
    bool tagged;
    Network network;
    Transport transport;
    Outer outer;

    std::uint16_t id() const {
        auto index = static_cast<unsigned>(outer);
        index = index * 4 + static_cast<unsigned>(transport);
        index = index * 3 + static_cast<unsigned>(network);
        index = index * 2 + tagged;
        return static_cast<std::uint16_t>(k_first_shape + index);
    }
};

Transport transport_of(const FlowKey &key) {
    if (!key.is_ipv4() && !key.is_ipv6())
        return Transport::other;
    if (key.is_icmp())
        return Transport::icmp;
    if (key.protocol == k_protocol_tcp)
        return Transport::tcp;
    const bool ports = key.protocol == k_protocol_udp || key.protocol == k_protocol_sctp;
    return ports ? Transport::ports : Transport::other;
}

Shape shape_of(const FlowKey &key) {
    Shape shape{.tagged = key.tagged,
                .network = Network::other,
                .transport = transport_of(key),
                .outer = Outer::none};
    if (key.is_ipv4())
        shape.network = Network::ipv4;
    else if (key.is_ipv6())
        shape.network = Network::ipv6;
    if (key.tunnel.type != TunnelType::none)
        shape.outer = key.tunnel.source.is_v4() ? Outer::ipv4 : Outer::other;
    return shape;
}

void append(Elements &list, std::initializer_list<Element> more) {
    list.insert(list.end(), more);
}

void append_network(Elements &list, Network network) {
    if (network == Network::other)
        return;
    append(list, {ip_version, protocol_identifier, ip_class_of_service, ip_diff_serv_code_point});
    if (network == Network::ipv4)
        append(list, {source_ipv4_address, destination_ipv4_address});
    else
        append(list, {source_ipv6_address, destination_ipv6_address, flow_label_ipv6});
    append(list, {octet_delta_count});
}

void append_transport(Elements &list, const Shape &shape) {
    if (shape.transport == Transport::tcp || shape.transport == Transport::ports)
        append(list, {source_transport_port, destination_transport_port});
    if (shape.transport == Transport::tcp)
        append(list, {tcp_control_bits});
    if (shape.transport == Transport::icmp && shape.network == Network::ipv4)
        append(list, {icmp_type_ipv4, icmp_code_ipv4});
    if (shape.transport == Transport::icmp && shape.network == Network::ipv6)
        append(list, {icmp_type_ipv6, icmp_code_ipv6});
}

void append_outer(Elements &list, Outer outer) {
    if (outer == Outer::none)
        return;
    if (outer == Outer::ipv4)
        append(list, {tunnel_source_ipv4_address, tunnel_destination_ipv4_address});
    append(list, {tunnel_protocol_identifier, tunnel_source_transport_port,
                  tunnel_destination_transport_port, tunnel_type, tunnel_key});
}

Elements elements_for(const Shape &shape, const IpfixSettings &settings) {
    Elements list = {observation_point_id,    flow_direction,        ingress_interface,
                     egress_interface,        source_mac_address,    destination_mac_address,
                     ethernet_type,           packet_delta_count,    layer2_octet_delta_count,
                     flow_start_milliseconds, flow_end_milliseconds, flow_end_reason};
    if (shape.tagged)
        append(list, {vlan_id, dot1q_vlan_id, dot1q_priority});
    append_network(list, shape.network);
    append_transport(list, shape);
    append_outer(list, shape.outer);
    if (settings.sampling > 1)
        append(list, {selector_id});
    if (!settings.virtual_observation.empty())
        append(list, {virtual_obs_id});
    return list;
}

IpfixSettings checked(IpfixSettings settings) {
    constexpr std::size_t most = 254;
    if (settings.virtual_observation.size() > most)
        settings.virtual_observation.resize(most);
    return settings;
}

} // namespace

Ipfix::Ipfix(const IpfixSettings &settings)
    : settings_(checked(settings)), templated_(k_format, settings.refresh, settings.most_bytes) {}

Datagrams Ipfix::encode(std::span<const FlowRecord> records, const Moment &moment) {
    if (records.empty())
        return {};
    if (settings_.sampling > 1)
        add_sampling(moment.now);
    const ExportContext context{.moment = moment,
                                .virtual_observation = settings_.virtual_observation};
    const auto template_of = [](const FlowRecord &record) { return shape_of(record.key).id(); };
    for (const auto &[id, list] : by_template(records, template_of)) {
        const auto &elements = elements_of(id, list.front()->key);
        for (const auto *record : list)
            templated_.add(id, elements, *record, context);
    }

    Datagrams datagrams;
    for (auto &message : templated_.take()) {
        Writer header;
        header.u16(10);
        header.u16(message.bytes.size());
        header.u32(static_cast<std::uint64_t>(
            std::chrono::floor<std::chrono::seconds>(moment.wall).count()));
        header.u32(sequence_);
        header.u32(settings_.domain);
        std::ranges::copy(header.whole(), message.bytes.begin());
        datagrams.push_back(std::move(message.bytes));
        sequence_ += message.data;
    }
    return datagrams;
}

const Elements &Ipfix::elements_of(std::uint16_t id, const FlowKey &key) {
    const auto [place, first] = elements_.try_emplace(id);
    if (first)
        place->second = elements_for(shape_of(key), settings_);
    return place->second;
}

void Ipfix::add_sampling(Time now) {
    constexpr std::uint16_t selector_algorithm = 304;
    constexpr std::uint16_t sampling_packet_interval = 305;
    constexpr std::uint16_t sampling_packet_space = 306;
    constexpr std::uint16_t sampling_probability = 311;
    constexpr std::uint16_t uniform_probabilistic = 4;
    constexpr std::uint16_t fields = 5;
    constexpr std::uint16_t scopes = 1; // the first of them
    Writer definition;
    definition.u16s({k_sampling, fields, scopes});
    definition.u16s({selector_id.id, selector_id.length, selector_algorithm, 2,
                     sampling_packet_interval, 4, sampling_packet_space, 4, sampling_probability,
                     8});
    Writer record;
    record.u64(k_selector);
    record.u16(uniform_probabilistic);
    record.u32(1);
    record.u32(settings_.sampling - 1);
    record.f64(1.0 / settings_.sampling);
    templated_.add_options(k_sampling, definition.whole(), record.whole(), now);
}

} // namespace bvs::netflow
