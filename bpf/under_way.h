/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * What a CPU has under way and the stack has no room for. One area for all of it, as a program may
 * have no more than 64 maps.
 */
#ifndef BVS_BPF_UNDER_WAY_H
#define BVS_BPF_UNDER_WAY_H

#include "bpf/options.h"
#include "bpf/wrapping.h"

/* Of what has come out of a tunnel, as the flow's words have it. Not looked at unless there is
 * something. It is read before anything else comes in on this CPU. */
struct tunnel_arrival {
    struct bvs_address ipv6_src;
    struct bvs_address ipv6_dst;
    __u64 flags_and_policy;
};

/* The packet that is being counted for collectors. Nothing else comes in on this CPU meanwhile. */
struct accounting {
    struct bvs_flow flow; /* unless the pipeline has read it */
    struct headers at;
    struct bvs_account_key key;
    struct bvs_account_counts counts;
};

struct under_way {
    struct tunnel_arrival ends;
    struct came_options options; /* Geneve's, of the packet that has just come in */
    struct wrapping wrapping;    /* of the packet that goes into a tunnel */
    struct accounting accounting;
};

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct under_way);
} under_way SEC(".maps");

static __always_inline struct under_way *under_way_area(void) {
    __u32 first = 0;

    return bpf_map_lookup_elem(&under_way, &first);
}

#endif
