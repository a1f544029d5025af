/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* The flow's two VLAN tags as a stack. A pushed one begins as a copy of the one below it (OpenFlow
 * 1.5.1, 5.7). */
#ifndef BVS_BPF_TAGS_H
#define BVS_BPF_TAGS_H

#include "maps/abi.h"

static __always_inline void flow_push_vlan(struct bvs_flow *flow, __u32 tpid) {
    __u64 tci = bvs_flow_get(flow, vlan_tci);

    bvs_flow_set(flow, inner_vlan_tci, tci);
    bvs_flow_set(flow, inner_vlan_tpid, bvs_flow_get(flow, vlan_tpid));
    bvs_flow_set(flow, vlan_tci, tci | BVS_VLAN_PRESENT);
    bvs_flow_set(flow, vlan_tpid, tpid);
}

static __always_inline void flow_pop_vlan(struct bvs_flow *flow) {
    bvs_flow_set(flow, vlan_tci, bvs_flow_get(flow, inner_vlan_tci));
    bvs_flow_set(flow, vlan_tpid, bvs_flow_get(flow, inner_vlan_tpid));
    bvs_flow_set(flow, inner_vlan_tci, 0);
    bvs_flow_set(flow, inner_vlan_tpid, 0);
}

#endif
