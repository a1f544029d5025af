// SPDX-License-Identifier: Apache-2.0
#include "netflow/sflow.h"

#include <algorithm>

namespace bvs::netflow {

namespace {

constexpr std::uint32_t k_version = 5;
constexpr std::size_t k_most_header = 36; // with an IPv6 agent

// Of the standard's own, enterprise 0.
constexpr std::uint32_t k_flow_sample = 1;
constexpr std::uint32_t k_counters_sample = 2;
constexpr std::uint32_t k_raw_header = 1;
constexpr std::uint32_t k_extended_switch = 1001;
constexpr std::uint32_t k_interface_counters = 1;
constexpr std::uint32_t k_ethernet_counters = 2;

constexpr std::uint32_t k_ethernet = 1; // header_protocol ETHERNET-ISO8023
constexpr std::uint32_t k_fcs = 4;
constexpr std::uint32_t k_csmacd = 6; // ifType
constexpr std::uint32_t k_index_mask = (1U << 24) - 1;
constexpr unsigned k_output_shift = 30;

// A structure, or a sample, of a format: the length stands before it.
template <class Write>
void put(Writer &writer, std::uint32_t format, Write write) {
    writer.u32(format);
    writer.u32(0);
    const auto begun = writer.size();
    write();
    writer.patch32(begun - 4, writer.size() - begun);
}

std::uint32_t encoded(const SampleOutput &output) {
    constexpr std::uint32_t number_mask = (1U << k_output_shift) - 1;
    return static_cast<std::uint32_t>(output.kind) << k_output_shift |
           (output.number & number_mask);
}

void write_raw_header(Writer &writer, const PacketSample &sample, std::size_t most) {
    const auto size = std::min(sample.frame.size(), most);
    writer.u32(k_ethernet);
    writer.u32(sample.frame_length + k_fcs);
    writer.u32(k_fcs); // stripped
    writer.u32(size);
    writer.bytes(ByteSpan(sample.frame).first(size));
    writer.pad4();
}

void write_traffic(Writer &writer, const InterfaceTraffic &traffic) {
    writer.u64(traffic.octets);
    writer.u32(traffic.unicast);
    writer.u32(traffic.multicast);
    writer.u32(traffic.broadcast);
    writer.u32(traffic.discards);
    writer.u32(traffic.errors);
}

void write_interface(Writer &writer, const CounterSample &sample) {
    writer.u32(sample.ifindex);
    writer.u32(k_csmacd);
    writer.u64(sample.speed);
    writer.u32(static_cast<std::uint32_t>(sample.duplex));
    writer.u32((sample.admin_up ? 1 : 0) | (sample.link_up ? 2 : 0));
    write_traffic(writer, sample.in);
    writer.u32(sample.in_unknown_protocols);
    write_traffic(writer, sample.out);
    writer.u32(sample.promiscuous ? 1 : 0);
}

void write_ethernet(Writer &writer, const EthernetCounters &counters) {
    for (const auto counter :
         {counters.alignment_errors, counters.fcs_errors, counters.single_collisions,
          counters.multiple_collisions, counters.sqe_test_errors, counters.deferred,
          counters.late_collisions, counters.excessive_collisions, counters.transmit_errors,
          counters.carrier_errors, counters.too_long, counters.receive_errors,
          counters.symbol_errors})
        writer.u32(counter);
}

} // namespace

Datagrams Sflow::encode(std::span<const Sample> samples, const Moment &moment) {
    Datagrams datagrams;
    Writer body;
    std::uint32_t count = 0;
    const auto close = [&] {
        if (count)
            datagrams.push_back(datagram(count, body.whole(), moment));
        body.clear();
        count = 0;
    };
    for (const auto &sample : samples) {
        Writer one;
        std::visit([&](const auto &any) { write(one, any); }, sample);
        if (k_most_header + body.size() + one.size() > settings_.most_bytes)
            close();
        body.bytes(one.whole());
        ++count;
    }
    close();
    return datagrams;
}

void Sflow::write(Writer &writer, const PacketSample &sample) {
    put(writer, k_flow_sample, [&] {
        writer.u32(++sources_[sample.source].packets);
        writer.u32(sample.source & k_index_mask);
        writer.u32(sample.rate);
        writer.u32(sample.pool);
        writer.u32(sample.drops);
        writer.u32(sample.input);
        writer.u32(encoded(sample.output));
        writer.u32(2); // structures
        put(writer, k_raw_header,
            [&] { write_raw_header(writer, sample, settings_.header_bytes); });
        put(writer, k_extended_switch, [&] {
            for (const auto &[vlan, priority] : {sample.received, sample.sent}) {
                writer.u32(vlan);
                writer.u32(priority);
            }
        });
    });
}

void Sflow::write(Writer &writer, const CounterSample &sample) {
    put(writer, k_counters_sample, [&] {
        writer.u32(++sources_[sample.ifindex].counters);
        writer.u32(sample.ifindex & k_index_mask);
        writer.u32(sample.ethernet ? 2 : 1); // structures
        put(writer, k_interface_counters, [&] { write_interface(writer, sample); });
        if (sample.ethernet)
            put(writer, k_ethernet_counters, [&] { write_ethernet(writer, *sample.ethernet); });
    });
}

Bytes Sflow::datagram(std::uint32_t count, ByteSpan samples, const Moment &moment) {
    const bool ipv4 = settings_.agent.is_v4();
    Writer writer;
    writer.u32(k_version);
    writer.u32(ipv4 ? 1 : 2);
    if (ipv4)
        writer.v4(settings_.agent);
    else
        writer.v6(settings_.agent);
    writer.u32(settings_.sub_agent);
    writer.u32(++sequence_);
    writer.u32(static_cast<std::uint64_t>((moment.now - settings_.boot).count()));
    writer.u32(count);
    writer.bytes(samples);
    return writer.take();
}

} // namespace bvs::netflow
