// SPDX-License-Identifier: Apache-2.0
#include "netflow/netflow9.h"

#include "netflow/dictionary.h"

#include <algorithm>

namespace bvs::netflow {

using namespace element;

namespace {

constexpr TemplatedFormat k_format{.template_set = 0, .options_set = 1, .header = 20};
constexpr std::uint16_t k_sampling = k_first_template;
constexpr std::uint16_t k_ipv4 = k_first_template + 1;
constexpr std::uint16_t k_ipv6 = k_first_template + 2;

template <Time Traffic::*member>
void write_uptime(Writer &writer, const FlowRecord &record, const ExportContext &context) {
    const auto uptime = record.traffic.*member - context.boot;
    writer.u32(static_cast<std::uint64_t>(uptime.count()));
}
void write_destination_port(Writer &writer, const FlowRecord &record, const ExportContext &) {
    writer.u16(record.key.destination_port_or_icmp());
}
void write_icmp_type(Writer &writer, const FlowRecord &record, const ExportContext &) {
    writer.u16(record.key.is_icmp() ? record.key.destination_port_or_icmp() : 0);
}

// RFC 3954, 8. IN_BYTES, TCP_FLAGS, the ports and the label are not as in IPFIX.
Elements with_addresses(Elements list) {
    list.insert(list.end(), {
                                field<1, 8, &Traffic::octets>,
                                packet_delta_count,
                                protocol_identifier,
                                ip_class_of_service,
                                field<6, 1, &Traffic::tcp_flags>,
                                source_transport_port,
                                field<10, 4, &FlowKey::in_port>,
                                {11, 2, write_destination_port},
                                field<14, 4, &FlowKey::out_port>,
                                {21, 4, write_uptime<&Traffic::last>},
                                {22, 4, write_uptime<&Traffic::first>},
                                {32, 2, write_icmp_type},
                                source_mac_address,
                                vlan_id,
                                ip_version,
                                flow_direction,
                                destination_mac_address,
                            });
    return list;
}

std::uint16_t template_of(const FlowRecord &record) {
    if (record.key.is_ipv4())
        return k_ipv4;
    return record.key.is_ipv6() ? k_ipv6 : 0;
}

} // namespace

Netflow9::Netflow9(const Netflow9Settings &settings)
    : settings_(settings), templated_(k_format, settings.refresh, settings.most_bytes) {}

Datagrams Netflow9::encode(std::span<const FlowRecord> records, const Moment &moment) {
    static const auto ipv4 = with_addresses({source_ipv4_address, destination_ipv4_address});
    static const auto ipv6 = with_addresses(
        {source_ipv6_address, destination_ipv6_address, field<31, 3, &FlowKey::label>});
    const auto lists = by_template(records, template_of);
    if (lists.empty())
        return {};
    if (settings_.sampling > 1)
        add_sampling(moment.now);
    const ExportContext context{.boot = settings_.boot, .moment = moment};
    for (const auto &[id, list] : lists)
        for (const auto *record : list)
            templated_.add(id, id == k_ipv4 ? ipv4 : ipv6, *record, context);

    Datagrams datagrams;
    for (auto &message : templated_.take()) {
        Writer header;
        header.u16(9);
        header.u16(message.records);
        header.u32(static_cast<std::uint64_t>((moment.now - settings_.boot).count()));
        header.u32(static_cast<std::uint64_t>(
            std::chrono::floor<std::chrono::seconds>(moment.wall).count()));
        header.u32(sequence_++);
        header.u32(settings_.source_id);
        std::ranges::copy(header.whole(), message.bytes.begin());
        datagrams.push_back(std::move(message.bytes));
    }
    return datagrams;
}

void Netflow9::add_sampling(Time now) {
    constexpr std::uint16_t scope_system = 1;
    constexpr std::uint16_t sampling_interval = 34;
    constexpr std::uint16_t sampling_algorithm = 35;
    constexpr std::uint8_t random = 2;
    constexpr std::uint16_t bytes_of_scopes = 4;
    constexpr std::uint16_t bytes_of_options = 8;
    Writer definition;
    definition.u16s({k_sampling, bytes_of_scopes, bytes_of_options});
    definition.u16s({scope_system, 4, sampling_interval, 4, sampling_algorithm, 1});
    Writer record;
    record.u32(settings_.source_id);
    record.u32(settings_.sampling);
    record.u8(random);
    templated_.add_options(k_sampling, definition.whole(), record.whole(), now);
}

} // namespace bvs::netflow
