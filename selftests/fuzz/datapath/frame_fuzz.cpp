// SPDX-License-Identifier: Apache-2.0
//
// Whatever a guest sends: the parser stays within the frame, and what it says of the layers fits
// together. The first byte of the input says whether the kernel has taken a tag off the frame.
#include "selftests/fuzz/datapath/native_parse.h"

#include <algorithm>
#include <cstdlib>
#include <linux/if_ether.h>
#include <memory>

namespace {

void claim(bool holds) {
    if (!holds)
        std::abort();
}

// The words from `first` to before `end`.
bool is_zero(const bvs_flow &flow, int first, int end) {
    return std::all_of(flow.word + first, flow.word + end, [](auto word) { return word == 0; });
}

// A block of its very size, so that a read beyond it is seen.
bvs_flow parse(const std::uint8_t *data, std::size_t size, bvs_vlan_tag accelerated) {
    const std::unique_ptr<std::uint8_t[]> frame(new std::uint8_t[size]);
    std::copy_n(data, size, frame.get());
    bvs_flow flow;
    bvs_native_parse(frame.get(), frame.get() + size, accelerated, &flow);
    return flow;
}

bool has(const bvs_flow &flow, unsigned layers) {
    return (bvs_flow_get(&flow, layers) & layers) == layers;
}

void check_layers(const bvs_flow &flow, std::size_t size) {
    const auto network =
        has(flow, BVS_LAYER_IPV4) + has(flow, BVS_LAYER_IPV6) + has(flow, BVS_LAYER_ARP);

    claim(network <= 1);
    claim(!has(flow, BVS_LAYER_TRUNCATED | BVS_LAYER_L4));
    claim(!has(flow, BVS_LAYER_TRUNCATED | BVS_LAYER_ARP));
    claim(!has(flow, BVS_LAYER_INNER_VLAN) || has(flow, BVS_LAYER_VLAN));
    claim(!has(flow, BVS_LAYER_L4) || has(flow, BVS_LAYER_IPV4) || has(flow, BVS_LAYER_IPV6));
    claim(!has(flow, BVS_LAYER_ND) || has(flow, BVS_LAYER_IPV6 | BVS_LAYER_L4));
    claim(!has(flow, BVS_LAYER_L4) || bvs_flow_get(&flow, ip_frag) != BVS_FRAG_LATER);
    claim(has(flow, BVS_LAYER_VLAN) == (bvs_flow_get(&flow, vlan_tpid) != 0));
    claim(has(flow, BVS_LAYER_VLAN) == !!(bvs_flow_get(&flow, vlan_tci) & BVS_VLAN_PRESENT));
    claim(has(flow, BVS_LAYER_PBB) ||
          has(flow, BVS_LAYER_INNER_VLAN) == (bvs_flow_get(&flow, inner_vlan_tpid) != 0));
    claim(has(flow, BVS_LAYER_MPLS) == (bvs_flow_get(&flow, mpls_depth) != 0));
    claim(!has(flow, BVS_LAYER_PBB | BVS_LAYER_ND));
    claim(size >= ETH_HLEN || bvs_flow_get(&flow, layers) == BVS_LAYER_TRUNCATED);
}

void check_absent_fields(const bvs_flow &flow) {
    const bool ip = has(flow, BVS_LAYER_IPV4) || has(flow, BVS_LAYER_IPV6);
    if (!ip)
        claim(bvs_flow_get(&flow, ip_proto) == 0 && bvs_flow_get(&flow, ip_tos) == 0 &&
              bvs_flow_get(&flow, ip_ttl) == 0 && bvs_flow_get(&flow, ip_frag) == 0);
    if (!has(flow, BVS_LAYER_IPV4) && !has(flow, BVS_LAYER_ARP))
        claim(flow.word[BVS_WORD_ipv4_src] == 0);
    if (!has(flow, BVS_LAYER_IPV6))
        claim(is_zero(flow, BVS_WORD_ipv6_src_high, BVS_WORD_nd_target_high) &&
              bvs_flow_get(&flow, ipv6_label) == 0 && bvs_flow_get(&flow, ipv6_exthdr) == 0);
    if (!has(flow, BVS_LAYER_L4) && !has(flow, BVS_LAYER_ARP))
        claim(flow.word[BVS_WORD_tp_src] == 0);
    if (!has(flow, BVS_LAYER_ND) && !has(flow, BVS_LAYER_PBB))
        claim(is_zero(flow, BVS_WORD_nd_target_high, BVS_WORD_arp_sha));
    if (!has(flow, BVS_LAYER_ND) && !has(flow, BVS_LAYER_ARP))
        claim(bvs_flow_get(&flow, arp_sha) == 0 && bvs_flow_get(&flow, arp_tha) == 0);
    if (!has(flow, BVS_LAYER_MPLS))
        claim(bvs_flow_get(&flow, mpls_lse) == 0 && flow.word[BVS_WORD_mpls_lse_2] == 0);
    claim(is_zero(flow, BVS_WORD_tunnel_id, BVS_WORD_inner_vlan_tci));
    claim(is_zero(flow, BVS_FLOW_PACKET_WORDS, BVS_FLOW_WORDS));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    if (size < 1)
        return 0;
    bvs_vlan_tag tag = {};
    if (data[0] & 1)
        tag = {.tpid = ETH_P_8021Q, .tci = data[0]};
    const auto flow = parse(data + 1, size - 1, tag);
    check_layers(flow, size - 1);
    check_absent_fields(flow);
    return 0;
}
