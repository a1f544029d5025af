/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Ports: which one a netdev is, what is known of it, and its counters. */
#ifndef BVS_BPF_PORT_H
#define BVS_BPF_PORT_H

#include "maps/maps.bpf.h"

static __always_inline struct bvs_port_entry *port_get(__u32 number) {
    return bpf_map_lookup_elem(&ports, &number);
}

/* Reserved numbers of 16 bits, as OpenFlow 1.0 and registers have them, are the last of 32. */
static __always_inline __u32 wide_port(__u64 ofport) {
    return ofport >= 0xff00 && ofport <= 0xffff ? ofport | 0xffff0000 : ofport;
}

/* The number of the port with this netdev; 0 for a netdev that is none of ours. */
static __always_inline __u32 port_of_netdev(__u32 ifindex) {
    __u32 i = ifindex & (BVS_PORT_INDEX_BUCKETS - 1);
    struct bvs_port_bucket *bucket = bpf_map_lookup_elem(&port_index, &i);

    if (!bucket)
        return 0;
#pragma unroll
    for (int way = 0; way < BVS_PORT_INDEX_WAYS; way++)
        if (bucket->slot[way].ifindex == ifindex)
            return bucket->slot[way].port;
    return 0;
}

static __always_inline void count_rx(__u32 number, __u32 bytes) {
    struct bvs_port_counters *c = bpf_map_lookup_elem(&port_counters, &number);

    if (!c)
        return;
    c->rx_packets++;
    c->rx_bytes += bytes;
}

/* Received, and on its short way to NORMAL. */
static __always_inline void count_normal(__u32 number, __u32 bytes) {
    struct bvs_port_counters *c = bpf_map_lookup_elem(&port_counters, &number);

    if (!c)
        return;
    c->rx_packets++;
    c->rx_bytes += bytes;
    c->normal_packets++;
    c->normal_bytes += bytes;
}

static __always_inline void count_tx(__u32 number, __u32 bytes) {
    struct bvs_port_counters *c = bpf_map_lookup_elem(&port_counters, &number);

    if (!c)
        return;
    c->tx_packets++;
    c->tx_bytes += bytes;
}

#endif
