/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Where packets for tunnels come from, and to what of ours. One program recalls it; it is apart
 * since all maps have to be in bvs_switch_tc, which the other programs share them with.
 */
#ifndef BVS_BPF_CARRIER_H
#define BVS_BPF_CARRIER_H

#include "maps/maps.bpf.h"

struct carrier {
    struct bvs_address remote;
    struct bvs_address local;
    __u32 moment; /* in which it was asked for: see recall.h */
    __u32 reserved;
    __u64 martian; /* the answer */
};
BVS_ASSERT_LAYOUT(struct carrier, 48);

#define CARRIERS 64 /* a power of two */

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, CARRIERS);
    __type(key, __u32);
    __type(value, struct carrier);
} carriers SEC(".maps");

#endif
