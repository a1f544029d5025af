/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The flow's PBB header, IEEE 802.1Q clause 9.7 (802.1ah): backbone addresses and a service
 * instance tag in front of the customer's frame. Its fields on push are OpenFlow's (1.5.1, 5.7):
 * the addresses stay as they are, the priority is the outer tag's.
 */
#ifndef BVS_BPF_PBB_H
#define BVS_BPF_PBB_H

#include "bpf/tags.h"

#ifndef ETH_P_8021AH
#define ETH_P_8021AH 0x88e7
#endif
#define PBB_BYTES 18 /* in front of the customer's addresses: two addresses, type, and the tag */

static __always_inline bool flow_has_pbb(const struct bvs_flow *flow) {
    return bvs_flow_get(flow, layers) & BVS_LAYER_PBB;
}

/* The outer tag becomes the customer's. */
static __always_inline void flow_push_pbb(struct bvs_flow *flow, __u32 type) {
    __u64 priority = bvs_flow_get(flow, vlan_tci) >> 13;

    bvs_flow_set(flow, pbb_dst, bvs_flow_get(flow, eth_dst));
    bvs_flow_set(flow, pbb_type, bvs_flow_get(flow, eth_type));
    flow->word[BVS_WORD_pbb_src] = bvs_flow_get(flow, eth_src);
    flow->word[BVS_WORD_pbb_tci] = priority << 29;
    bvs_flow_set(flow, inner_vlan_tci, bvs_flow_get(flow, vlan_tci));
    bvs_flow_set(flow, inner_vlan_tpid, bvs_flow_get(flow, vlan_tpid));
    bvs_flow_set(flow, inner_vlan_dei, bvs_flow_get(flow, vlan_dei));
    bvs_flow_set(flow, vlan_tci, 0);
    bvs_flow_set(flow, vlan_tpid, 0);
    bvs_flow_set(flow, vlan_dei, 0);
    bvs_flow_set(flow, eth_type, type);
    flow_set_layers(flow, BVS_LAYER_ND, BVS_LAYER_PBB);
}

/* A backbone tag stays, as the outer one. */
static __always_inline void flow_pop_pbb(struct bvs_flow *flow) {
    bvs_flow_set(flow, eth_dst, bvs_flow_get(flow, pbb_dst));
    bvs_flow_set(flow, eth_src, bvs_flow_get(flow, pbb_src));
    bvs_flow_set(flow, eth_type, bvs_flow_get(flow, pbb_type));
    flow->word[BVS_WORD_pbb_dst] = 0;
    flow->word[BVS_WORD_pbb_src] = 0;
    flow->word[BVS_WORD_pbb_tci] = 0;
    flow_set_layers(flow, BVS_LAYER_PBB, 0);
    if (!bvs_flow_get(flow, vlan_tci))
        flow_pop_vlan(flow);
}

#endif
