/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* The flow's two VLAN tags as a stack. A pushed one begins as a copy of the one below it (OpenFlow
 * 1.5.1, 5.7), but for DEI, of which rules know nothing. With a PBB header only the outer tag is in
 * front of it. */
#ifndef BVS_BPF_TAGS_H
#define BVS_BPF_TAGS_H

#include "bpf/labels.h"

/* A tag as it is in a frame; 0: none. */
static __always_inline __u32 tag_number(__u64 tci, __u64 tpid, __u64 dei) {
    if (!tci)
        return 0;
    return (tci & 0xffff & ~BVS_VLAN_PRESENT) | dei << 12 | (tpid ? tpid : ETH_P_8021Q) << 16;
}

static __always_inline __u32 outer_tag(const struct bvs_flow *flow) {
    return tag_number(bvs_flow_get(flow, vlan_tci), bvs_flow_get(flow, vlan_tpid),
                      bvs_flow_get(flow, vlan_dei));
}
static __always_inline __u32 inner_tag(const struct bvs_flow *flow) {
    return tag_number(bvs_flow_get(flow, inner_vlan_tci), bvs_flow_get(flow, inner_vlan_tpid),
                      bvs_flow_get(flow, inner_vlan_dei));
}

static __always_inline void flow_push_vlan(struct bvs_flow *flow, __u32 tpid) {
    __u64 tci = bvs_flow_get(flow, vlan_tci);

    if (!(bvs_flow_get(flow, layers) & BVS_LAYER_PBB)) {
        bvs_flow_set(flow, inner_vlan_tci, tci);
        bvs_flow_set(flow, inner_vlan_tpid, bvs_flow_get(flow, vlan_tpid));
        bvs_flow_set(flow, inner_vlan_dei, bvs_flow_get(flow, vlan_dei));
    }
    bvs_flow_set(flow, vlan_tci, tci | BVS_VLAN_PRESENT);
    bvs_flow_set(flow, vlan_tpid, tpid);
    bvs_flow_set(flow, vlan_dei, 0);
}

static __always_inline void flow_pop_vlan(struct bvs_flow *flow) {
    bool pbb = bvs_flow_get(flow, layers) & BVS_LAYER_PBB;

    bvs_flow_set(flow, vlan_tci, pbb ? 0 : bvs_flow_get(flow, inner_vlan_tci));
    bvs_flow_set(flow, vlan_tpid, pbb ? 0 : bvs_flow_get(flow, inner_vlan_tpid));
    bvs_flow_set(flow, vlan_dei, pbb ? 0 : bvs_flow_get(flow, inner_vlan_dei));
    if (pbb)
        return;
    bvs_flow_set(flow, inner_vlan_tci, 0);
    bvs_flow_set(flow, inner_vlan_tpid, 0);
    bvs_flow_set(flow, inner_vlan_dei, 0);
}

#endif
