/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* What is known of a packet that comes in at a port, besides its bytes. Zeros, but for what a patch
 * port or a tunnel brings. */
#ifndef BVS_BPF_ARRIVAL_H
#define BVS_BPF_ARRIVAL_H

#include "maps/abi.h"

struct arrival {
    __u64 tunnel_id;
    __u32 tunnel_src; /* IPv4 */
    __u32 tunnel_dst;
    __u32 deep;    /* the kernel takes for its network header what is behind the frame's */
    __u32 patches; /* how often it came in before */
    __u32 left;    /* IP protocol of the tunnel that it has come out of here; 0: none */
    __u32 reserved;
};

static __always_inline void arrival_show(const struct arrival *arrival, struct bvs_flow *flow) {
    bvs_flow_set(flow, tunnel_id, arrival->tunnel_id);
    bvs_flow_set(flow, tunnel_src, arrival->tunnel_src);
    bvs_flow_set(flow, tunnel_dst, arrival->tunnel_dst);
}

#endif
