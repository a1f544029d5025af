// SPDX-License-Identifier: Apache-2.0
//
// Whatever a guest sends: the parser stays within the frame, and what it says of the layers fits
// together. The first byte of the input says whether the kernel has taken a tag off the frame.
#include "selftests/fuzz/datapath/native_parse.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <linux/if_ether.h>
#include <memory>

namespace {

void claim(bool holds) {
    if (!holds)
        std::abort();
}

template <class Bytes>
bool is_zero(const Bytes &bytes) {
    return std::all_of(std::begin(bytes), std::end(bytes), [](auto byte) { return byte == 0; });
}

// A block of its very size, so that a read beyond it is seen.
bvs_flow_key parse(const std::uint8_t *data, std::size_t size, bvs_vlan_tag accelerated) {
    const std::unique_ptr<std::uint8_t[]> frame(new std::uint8_t[size]);
    std::copy_n(data, size, frame.get());
    bvs_flow_key key;
    bvs_native_parse(frame.get(), frame.get() + size, accelerated, &key);
    return key;
}

void check_layers(const bvs_flow_key &key, std::size_t size) {
    const auto has = [&](unsigned layers) { return (key.layers & layers) == layers; };
    const int network = has(BVS_LAYER_IPV4) + has(BVS_LAYER_IPV6) + has(BVS_LAYER_ARP);

    claim(network <= 1);
    claim(!has(BVS_LAYER_TRUNCATED | BVS_LAYER_L4));
    claim(!has(BVS_LAYER_TRUNCATED | BVS_LAYER_ARP));
    claim(!has(BVS_LAYER_INNER_VLAN) || has(BVS_LAYER_VLAN));
    claim(!has(BVS_LAYER_L4) || has(BVS_LAYER_IPV4) || has(BVS_LAYER_IPV6));
    claim(!has(BVS_LAYER_ND) || has(BVS_LAYER_IPV6 | BVS_LAYER_L4));
    claim(!has(BVS_LAYER_L4) || key.ip_frag != BVS_FRAG_LATER);
    claim(has(BVS_LAYER_VLAN) == (key.vlan.tpid != 0));
    claim(has(BVS_LAYER_INNER_VLAN) == (key.inner_vlan.tpid != 0));
    claim(size >= ETH_HLEN || key.layers == BVS_LAYER_TRUNCATED);
}

void check_absent_fields(const bvs_flow_key &key) {
    if (!(key.layers & (BVS_LAYER_IPV4 | BVS_LAYER_IPV6 | BVS_LAYER_ARP)))
        claim(key.ip_proto == 0 && is_zero(key.ip_src) && is_zero(key.ip_dst));
    if (!(key.layers & BVS_LAYER_L4))
        claim(key.tp_src == 0 && key.tp_dst == 0 && key.tcp_flags == 0);
    if (!(key.layers & BVS_LAYER_ND))
        claim(is_zero(key.nd_target));
    if (!(key.layers & (BVS_LAYER_ND | BVS_LAYER_ARP)))
        claim(is_zero(key.arp_sha) && is_zero(key.arp_tha));
    if (!(key.layers & BVS_LAYER_IPV6))
        claim(key.ipv6_label == 0);
    claim(key.reserved == 0);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    if (size < 1)
        return 0;
    bvs_vlan_tag tag = {};
    if (data[0] & 1)
        tag = {.tpid = ETH_P_8021Q, .tci = data[0]};
    const auto key = parse(data + 1, size - 1, tag);
    check_layers(key, size - 1);
    check_absent_fields(key);
    return 0;
}
