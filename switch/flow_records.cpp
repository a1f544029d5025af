// SPDX-License-Identifier: Apache-2.0
#include "switch/flow_records.h"

#include <ctime>

namespace bvs::daemon {

namespace {

using netflow::FlowKey;
using netflow::Time;

constexpr std::uint16_t k_vid = 0x0fff;

std::chrono::nanoseconds clock_of(clockid_t id) {
    timespec t = {};
    clock_gettime(id, &t);
    return std::chrono::seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec);
}

model::IpAddress address_of(const __u64 (&words)[2], bool ipv6) {
    if (ipv6)
        return model::IpAddress(bvs_address{words[0], words[1]});
    return words[1] ? model::IpAddress::v4(static_cast<std::uint32_t>(words[1]))
                    : model::IpAddress();
}

void put_output(FlowKey &flow, std::uint16_t output, const FlowPort &port) {
    flow.out_port = output == BVS_OUTPUT_NONE ? netflow::k_out_dropped : output;
    flow.out_ifindex = output == BVS_OUTPUT_NONE ? 0 : port.ifindex;
}

void put_link(FlowKey &flow, const bvs_account_key &key) {
    const auto tci = static_cast<std::uint16_t>(key.eth_src >> 48);
    flow.source_mac = model::to_mac(key.eth_src & bvs_low_bits(48));
    flow.destination_mac = model::to_mac(key.eth_dst & bvs_low_bits(48));
    flow.ethertype = static_cast<std::uint16_t>(key.network);
    flow.tagged = (tci & BVS_VLAN_PRESENT) != 0;
    flow.vlan = tci & k_vid;
    flow.priority = static_cast<std::uint8_t>(tci >> 13);
    flow.label = static_cast<std::uint32_t>(key.network >> 16);
}

// ARP's operation and addresses are no protocol's and no packet's.
void put_network(FlowKey &flow, const bvs_account_key &key) {
    if (!flow.is_ipv4() && !flow.is_ipv6())
        return;
    flow.source = address_of(key.src, flow.is_ipv6());
    flow.destination = address_of(key.dst, flow.is_ipv6());
    flow.protocol = static_cast<std::uint8_t>(key.transport >> 32);
    flow.tos = static_cast<std::uint8_t>(key.transport >> 40);
    const auto first = static_cast<std::uint16_t>(key.transport);
    const auto second = static_cast<std::uint16_t>(key.transport >> 16);
    if (flow.is_icmp()) {
        flow.icmp_type = static_cast<std::uint8_t>(first);
        flow.icmp_code = static_cast<std::uint8_t>(second);
    } else {
        flow.source_port = first;
        flow.destination_port = second;
    }
}

void put_tunnel(FlowKey &flow, const bvs_account_key &key, const FlowPort &port) {
    if (port.tunnel == netflow::TunnelType::none || !key.tunnel_ends)
        return; // outer IPv6 cannot be said
    flow.tunnel.type = port.tunnel;
    flow.tunnel.key = key.tunnel_id;
    flow.tunnel.source = model::IpAddress::v4(static_cast<std::uint32_t>(key.tunnel_ends));
    flow.tunnel.destination =
        model::IpAddress::v4(static_cast<std::uint32_t>(key.tunnel_ends >> 32));
    flow.tunnel.destination_port = port.tunnel_port;
}

} // namespace

FlowKey flow_key(const bvs_account_key &key, std::optional<std::uint16_t> output,
                 const FlowPortOf &port_of) {
    FlowKey flow;
    const auto bridge = bridge_of(key);
    flow.in_port = static_cast<std::uint32_t>(key.eth_dst >> 48);
    const auto in = port_of(bridge, flow.in_port);
    flow.in_ifindex = in.ifindex;
    if (output)
        put_output(flow, *output, port_of(bridge, *output));
    put_link(flow, key);
    put_network(flow, key);
    put_tunnel(flow, key, in);
    return flow;
}

Time flow_time(std::uint64_t ns) {
    return std::chrono::floor<Time>(std::chrono::nanoseconds(ns));
}

netflow::Traffic traffic_of(const bvs_account_counts &counts, std::uint64_t first,
                            std::uint64_t last, std::uint16_t tcp_flags) {
    return {.packets = counts.packets,
            .octets = counts.bytes,
            .ip_octets = counts.ip_bytes,
            .first = flow_time(first ? first : last),
            .last = flow_time(last),
            .tcp_flags = tcp_flags};
}

netflow::Moment moment_now() {
    return {.now = std::chrono::floor<Time>(clock_of(CLOCK_MONOTONIC)),
            .wall = clock_of(CLOCK_REALTIME)};
}

} // namespace bvs::daemon
