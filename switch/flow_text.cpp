// SPDX-License-Identifier: Apache-2.0
#include "switch/flow_text.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <fmt/format.h>
#include <linux/if_ether.h>
#include <netinet/in.h>

namespace bvs::daemon {

namespace {

std::string mac_text(const __u8 (&mac)[6]) {
    return fmt::format("{:02x}:{:02x}:{:02x}:{:02x}:{:02x}:{:02x}", mac[0], mac[1], mac[2], mac[3],
                       mac[4], mac[5]);
}

std::string ip_text(int family, const __u8 (&address)[16]) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    inet_ntop(family, address, text.data(), text.size());
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

void add_layer4(std::string &text, const bvs_flow_key &key) {
    if (!(key.layers & BVS_LAYER_L4))
        return;
    const bool icmp = key.ip_proto == IPPROTO_ICMP || key.ip_proto == IPPROTO_ICMPV6;
    text += fmt::format(",{}={},{}={}", icmp ? "icmp_type" : "tp_src", ntohs(key.tp_src),
                        icmp ? "icmp_code" : "tp_dst", ntohs(key.tp_dst));
    if (key.layers & BVS_LAYER_ND)
        text += fmt::format(",nd_target={}", ip_text(AF_INET6, key.nd_target));
}

void add_ip(std::string &text, const bvs_flow_key &key) {
    const bool ipv6 = key.layers & BVS_LAYER_IPV6;
    const auto family = ipv6 ? AF_INET6 : AF_INET;
    const auto name = layer4_name(key.ip_proto, ipv6);
    if (name.empty())
        text += fmt::format(",{},nw_proto={}", ipv6 ? "ipv6" : "ip", key.ip_proto);
    else
        text += fmt::format(",{}", name);
    text += fmt::format(",{}={},{}={}", ipv6 ? "ipv6_src" : "nw_src", ip_text(family, key.ip_src),
                        ipv6 ? "ipv6_dst" : "nw_dst", ip_text(family, key.ip_dst));
    text += fmt::format(",nw_tos={},nw_ecn={},nw_ttl={}", key.ip_tos & 0xfc, key.ip_tos & 3,
                        key.ip_ttl);
    if (key.ip_frag != BVS_FRAG_NO)
        text += key.ip_frag == BVS_FRAG_FIRST ? ",nw_frag=first" : ",nw_frag=later";
    add_layer4(text, key);
}

void add_arp(std::string &text, const bvs_flow_key &key) {
    text += fmt::format(",arp,arp_op={},arp_spa={},arp_tpa={},arp_sha={},arp_tha={}", key.ip_proto,
                        ip_text(AF_INET, key.ip_src), ip_text(AF_INET, key.ip_dst),
                        mac_text(key.arp_sha), mac_text(key.arp_tha));
}

} // namespace

std::string flow_text(const bvs_flow_key &key, std::uint32_t ofport) {
    auto text = fmt::format("in_port={}", ofport == 65534 ? "LOCAL" : std::to_string(ofport));
    if (key.layers & BVS_LAYER_TRUNCATED && !key.eth_type)
        return text;
    if (key.layers & BVS_LAYER_VLAN)
        text += fmt::format(",dl_vlan={},dl_vlan_pcp={}", key.vlan.tci & 0xfff, key.vlan.tci >> 13);
    text += fmt::format(",dl_src={},dl_dst={}", mac_text(key.eth_src), mac_text(key.eth_dst));
    if (key.layers & (BVS_LAYER_IPV4 | BVS_LAYER_IPV6))
        add_ip(text, key);
    else if (key.layers & BVS_LAYER_ARP)
        add_arp(text, key);
    else
        text += fmt::format(",dl_type=0x{:04x}", ntohs(key.eth_type));
    return text;
}

} // namespace bvs::daemon
