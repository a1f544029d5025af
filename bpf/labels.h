/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The flow's MPLS label stack, RFC 3032. A pushed entry is a copy of the one below it; below the
 * first there is none, so that its label and traffic class are 0 and its time to live is IP's
 * (OpenFlow 1.5.1, 5.7: default values for fields on push).
 */
#ifndef BVS_BPF_LABELS_H
#define BVS_BPF_LABELS_H

#include "maps/abi.h"
#include <linux/if_ether.h>
#include <stdbool.h>

#define MPLS_BOTTOM 0x100
#define MPLS_TTL 0xff

static __always_inline bool is_mpls_type(__u32 type) {
    return type == ETH_P_MPLS_UC || type == ETH_P_MPLS_MC;
}

/* Entries that the flow has. */
static __always_inline __u32 flow_labels(const struct bvs_flow *flow) {
    __u32 depth = bvs_flow_get(flow, mpls_depth);

    return depth < BVS_MPLS_ENTRIES ? depth : BVS_MPLS_ENTRIES;
}

static __always_inline void flow_set_layers(struct bvs_flow *flow, __u64 clear, __u64 set) {
    __u64 *word = &flow->word[BVS_WORD_layers];

    *word = (*word & ~(clear << BVS_LOWEST_layers)) | set << BVS_LOWEST_layers;
}

#define NETWORK_LAYERS                                                                             \
    (BVS_LAYER_IPV4 | BVS_LAYER_IPV6 | BVS_LAYER_ARP | BVS_LAYER_L4 | BVS_LAYER_ND)

/* The layer that packets of a type have, if all of it is there. */
static __always_inline __u64 layer_of_type(__u32 type) {
    switch (type) {
    case ETH_P_IP:
        return BVS_LAYER_IPV4;
    case ETH_P_IPV6:
        return BVS_LAYER_IPV6;
    case ETH_P_ARP:
    case ETH_P_RARP:
        return BVS_LAYER_ARP;
    default:
        return 0;
    }
}

/* Has the packet a header of this type, and is it the one that rules see? */
static __always_inline bool flow_shows_ip(const struct bvs_flow *flow) {
    __u64 layer = layer_of_type(bvs_flow_get(flow, eth_type)) & (BVS_LAYER_IPV4 | BVS_LAYER_IPV6);

    return bvs_flow_get(flow, layers) & layer;
}

static __always_inline void flow_push_mpls(struct bvs_flow *flow, __u32 type) {
    __u64 outer = bvs_flow_get(flow, mpls_lse), entry = MPLS_BOTTOM;

    if (bvs_flow_get(flow, layers) & BVS_LAYER_MPLS)
        entry = outer & ~(__u64)MPLS_BOTTOM;
    else if (flow_shows_ip(flow))
        entry |= bvs_flow_get(flow, ip_ttl);
    flow->word[BVS_WORD_mpls_lse_2] = outer | flow->word[BVS_WORD_mpls_lse_2] << 32;
    bvs_flow_set(flow, mpls_lse, entry);
    bvs_flow_set(flow, mpls_depth, bvs_flow_get(flow, mpls_depth) + 1);
    bvs_flow_set(flow, eth_type, type);
    flow_set_layers(flow, 0, BVS_LAYER_MPLS);
}

/* What is below is what the type says, or it is not what was read. */
static __always_inline void flow_pop_mpls(struct bvs_flow *flow, __u32 type) {
    __u64 depth = bvs_flow_get(flow, mpls_depth) - 1, layer = layer_of_type(type);

    bvs_flow_set(flow, mpls_lse, flow->word[BVS_WORD_mpls_lse_2]);
    flow->word[BVS_WORD_mpls_lse_2] >>= 32;
    bvs_flow_set(flow, mpls_depth, depth);
    bvs_flow_set(flow, eth_type, type);
    if (!depth || !is_mpls_type(type))
        flow_set_layers(flow, BVS_LAYER_MPLS, 0);
    if (!is_mpls_type(type) && (depth || !(bvs_flow_get(flow, layers) & layer)))
        flow_set_layers(flow, NETWORK_LAYERS, 0);
}

#endif
