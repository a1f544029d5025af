/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The packet at the XDP hook: a linear buffer as the wire brought it, tags in the frame. The loader
 * attaches XDP only where the driver leaves the tags there.
 */
#ifndef BVS_BPF_PACKET_XDP_H
#define BVS_BPF_PACKET_XDP_H

#include "maps/abi.h"
#include <bpf/bpf_helpers.h>
#include <linux/bpf.h>
#include <stdbool.h>

typedef struct xdp_md packet_t;

static __always_inline const void *packet_data(const packet_t *p) {
    return (void *)(long)p->data;
}
static __always_inline const void *packet_end(const packet_t *p) {
    return (void *)(long)p->data_end;
}
static __always_inline __u64 packet_length(const packet_t *p) {
    return (const char *)packet_end(p) - (const char *)packet_data(p);
}
static __always_inline __u32 packet_netdev(const packet_t *p) {
    return p->ingress_ifindex;
}

static __always_inline struct bvs_vlan_tag packet_tag(const packet_t *p) {
    struct bvs_vlan_tag none = {};

    return none;
}

#endif
