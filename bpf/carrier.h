/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Whose packets are that come to an address of ours in tunnels. One program recalls it; it is apart
 * since all maps have to be in bvs_switch_tc, which the other programs share them with.
 */
#ifndef BVS_BPF_CARRIER_H
#define BVS_BPF_CARRIER_H

#include "maps/maps.bpf.h"

struct owner {
    __u32 port; /* 0: nobody's */
    __u32 martian;
};

struct carrier {
    struct bvs_tunnel_end to; /* with all its fields; precision is 0 */
    __u64 version;            /* of bvs_onward_info, when it was asked for: see recall.h */
    struct owner owner;
};
BVS_ASSERT_LAYOUT(struct carrier, 64);

#define CARRIERS 256 /* a power of two */

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, CARRIERS);
    __type(key, __u32);
    __type(value, struct carrier);
} carriers SEC(".maps");

#endif
