// SPDX-License-Identifier: Apache-2.0
#include "switch/flow_text.h"

#include <arpa/inet.h>
#include <array>
#include <endian.h>
#include <fmt/format.h>
#include <netinet/in.h>

namespace bvs::daemon {

namespace {

std::string mac_text(std::uint64_t mac) {
    std::string text;
    for (int shift = 40; shift >= 0; shift -= 8)
        text += fmt::format("{}{:02x}", text.empty() ? "" : ":", mac >> shift & 0xff);
    return text;
}

std::string ipv4_text(std::uint64_t address) {
    return fmt::format("{}.{}.{}.{}", address >> 24, address >> 16 & 0xff, address >> 8 & 0xff,
                       address & 0xff);
}

std::string ipv6_text(std::uint64_t high, std::uint64_t low) {
    const std::array<std::uint64_t, 2> address = {htobe64(high), htobe64(low)};
    std::array<char, INET6_ADDRSTRLEN> text{};
    inet_ntop(AF_INET6, address.data(), text.data(), text.size());
    return text.data();
}

// The protocol's name in flows, which stands for Ethernet type and protocol number.
std::string_view layer4_name(std::uint8_t protocol, bool ipv6) {
    switch (protocol) {
    case IPPROTO_TCP:
        return ipv6 ? "tcp6" : "tcp";
    case IPPROTO_UDP:
        return ipv6 ? "udp6" : "udp";
    case IPPROTO_SCTP:
        return ipv6 ? "sctp6" : "sctp";
    case IPPROTO_ICMP:
        return ipv6 ? "" : "icmp";
    case IPPROTO_ICMPV6:
        return ipv6 ? "icmp6" : "";
    default:
        return "";
    }
}

bool has(const bvs_flow &flow, unsigned layers) {
    return bvs_flow_get(&flow, layers) & layers;
}

void add_layer4(std::string &text, const bvs_flow &flow) {
    if (!has(flow, BVS_LAYER_L4))
        return;
    const auto protocol = bvs_flow_get(&flow, ip_proto);
    const bool icmp = protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6;
    text += fmt::format(",{}={},{}={}", icmp ? "icmp_type" : "tp_src", bvs_flow_get(&flow, tp_src),
                        icmp ? "icmp_code" : "tp_dst", bvs_flow_get(&flow, tp_dst));
    if (has(flow, BVS_LAYER_ND))
        text += fmt::format(",nd_target={}", ipv6_text(bvs_flow_get(&flow, nd_target_high),
                                                       bvs_flow_get(&flow, nd_target_low)));
}

void add_addresses(std::string &text, const bvs_flow &flow, bool ipv6) {
    if (ipv6)
        text += fmt::format(
            ",ipv6_src={},ipv6_dst={}",
            ipv6_text(bvs_flow_get(&flow, ipv6_src_high), bvs_flow_get(&flow, ipv6_src_low)),
            ipv6_text(bvs_flow_get(&flow, ipv6_dst_high), bvs_flow_get(&flow, ipv6_dst_low)));
    else
        text += fmt::format(",nw_src={},nw_dst={}", ipv4_text(bvs_flow_get(&flow, ipv4_src)),
                            ipv4_text(bvs_flow_get(&flow, ipv4_dst)));
}

void add_ip(std::string &text, const bvs_flow &flow) {
    const bool ipv6 = has(flow, BVS_LAYER_IPV6);
    const auto protocol = static_cast<std::uint8_t>(bvs_flow_get(&flow, ip_proto));
    const auto name = layer4_name(protocol, ipv6);
    if (name.empty())
        text += fmt::format(",{},nw_proto={}", ipv6 ? "ipv6" : "ip", protocol);
    else
        text += fmt::format(",{}", name);
    add_addresses(text, flow, ipv6);
    const auto tos = bvs_flow_get(&flow, ip_tos), fragment = bvs_flow_get(&flow, ip_frag);
    text += fmt::format(",nw_tos={},nw_ecn={},nw_ttl={}", tos & 0xfc, tos & 3,
                        bvs_flow_get(&flow, ip_ttl));
    if (fragment != BVS_FRAG_NO)
        text += fragment == BVS_FRAG_FIRST ? ",nw_frag=first" : ",nw_frag=later";
    add_layer4(text, flow);
}

void add_arp(std::string &text, const bvs_flow &flow) {
    text += fmt::format(
        ",arp,arp_op={},arp_spa={},arp_tpa={},arp_sha={},arp_tha={}", bvs_flow_get(&flow, arp_op),
        ipv4_text(bvs_flow_get(&flow, ipv4_src)), ipv4_text(bvs_flow_get(&flow, ipv4_dst)),
        mac_text(bvs_flow_get(&flow, arp_sha)), mac_text(bvs_flow_get(&flow, arp_tha)));
}

} // namespace

std::string flow_text(const bvs_flow &flow, std::uint32_t ofport) {
    auto text = fmt::format("in_port={}", ofport == 65534 ? "LOCAL" : std::to_string(ofport));
    if (has(flow, BVS_LAYER_TRUNCATED) && !bvs_flow_get(&flow, eth_type))
        return text;
    if (has(flow, BVS_LAYER_VLAN))
        text += fmt::format(",dl_vlan={},dl_vlan_pcp={}", bvs_flow_get(&flow, vlan_tci) & 0xfff,
                            bvs_flow_get(&flow, vlan_tci) >> 13);
    text += fmt::format(",dl_src={},dl_dst={}", mac_text(bvs_flow_get(&flow, eth_src)),
                        mac_text(bvs_flow_get(&flow, eth_dst)));
    if (has(flow, BVS_LAYER_IPV4 | BVS_LAYER_IPV6))
        add_ip(text, flow);
    else if (has(flow, BVS_LAYER_ARP))
        add_arp(text, flow);
    else
        text += fmt::format(",dl_type=0x{:04x}", bvs_flow_get(&flow, eth_type));
    return text;
}

} // namespace bvs::daemon
