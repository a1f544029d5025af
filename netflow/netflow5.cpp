// SPDX-License-Identifier: Apache-2.0
#include "netflow/netflow5.h"

#include <algorithm>
#include <limits>

namespace bvs::netflow {

namespace {

constexpr std::size_t k_header = 24;
constexpr std::size_t k_record = 48;
constexpr std::size_t k_most_records = 30;
constexpr std::uint64_t k_counter_max = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint8_t k_dscp = 0xfc;

std::uint64_t records_for(std::uint64_t count) {
    return count / k_counter_max + (count % k_counter_max != 0);
}

void append(FlowRecords &list, FlowRecord record) {
    auto left = record.traffic;
    for (auto n = std::max(records_for(left.packets), records_for(left.octets)); n > 0; --n) {
        record.traffic.packets = left.packets / n;
        record.traffic.octets = left.octets / n;
        left.packets -= record.traffic.packets;
        left.octets -= record.traffic.octets;
        list.push_back(record);
    }
}

} // namespace

Datagrams Netflow5::encode(std::span<const FlowRecord> records, const Moment &moment) {
    FlowRecords list;
    for (const auto &record : records)
        if (record.key.is_ipv4())
            append(list, record);
    const auto room = std::max(settings_.most_bytes, k_header + k_record) - k_header;
    const auto most = std::min(room / k_record, k_most_records);
    Datagrams datagrams;
    for (std::size_t at = 0; at < list.size(); at += most) {
        const auto part = std::span(list).subspan(at, std::min(most, list.size() - at));
        Writer writer;
        write_header(writer, part.size(), moment);
        for (const auto &record : part)
            write_record(writer, record);
        datagrams.push_back(writer.take());
    }
    return datagrams;
}

void Netflow5::write_header(Writer &writer, std::size_t count, const Moment &moment) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(moment.wall);
    sent_ += static_cast<std::uint32_t>(count);
    writer.u16(5);
    writer.u16(count);
    writer.u32(uptime(moment.now));
    writer.u32(static_cast<std::uint64_t>(seconds.count()));
    writer.u32(static_cast<std::uint64_t>((moment.wall - seconds).count()));
    writer.u32(sent_ - 1);
    writer.u8(settings_.engine_type);
    writer.u8(settings_.engine_id);
    writer.u16(0); // sampling: none
}

void Netflow5::write_record(Writer &writer, const FlowRecord &record) const {
    const auto &[key, traffic, started, end] = record;
    writer.v4(key.source);
    writer.v4(key.destination);
    writer.u32(0); // next hop
    writer.u16(interface_of(key.in_port));
    writer.u16(interface_of(key.out_port));
    writer.u32(traffic.packets);
    writer.u32(traffic.octets);
    writer.u32(uptime(started));
    writer.u32(uptime(std::max(started, traffic.last)));
    writer.u16(key.is_icmp() ? 0 : key.source_port);
    writer.u16(key.destination_port_or_icmp());
    writer.u8(0);
    writer.u8(traffic.tcp_flags);
    writer.u8(key.protocol);
    writer.u8(key.tos & k_dscp);
    writer.zeros(8); // AS numbers, masks, padding
}

std::uint32_t Netflow5::interface_of(std::uint32_t port) const {
    constexpr unsigned port_bits = 9;
    constexpr std::uint32_t port_mask = (1 << port_bits) - 1;
    if (!settings_.add_id_to_interface)
        return port;
    return (settings_.engine_id & 0x7fU) << port_bits | (port & port_mask);
}

} // namespace bvs::netflow
