/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The CPU's slot for a packet under way to a port without netdev; maps/tunnel.h says how such ports
 * work. A packet that is left here is taken at once: by receive.h, which the verdict comes back to,
 * or by bvs_onward, which runs before the redirect of a copy returns.
 */
#ifndef BVS_BPF_ONWARD_H
#define BVS_BPF_ONWARD_H

#include "bpf/port.h"

/* The packet is in the slot. Between the programs' own functions only: none of the kernel's. */
#define VERDICT_ONWARD 0x100

/* Instead of a port: the packet itself is to leave by the onward device, as bpf/checksum.h says. */
#define ONWARD_PASS 0xffffffff

static __always_inline struct bvs_onward *onward_slot(void) {
    __u32 first = 0;

    return bpf_map_lookup_elem(&onward, &first);
}

static __always_inline int onward_leave(__u32 port, __u32 level) {
    struct bvs_onward *o = onward_slot();

    if (o) {
        o->port = port;
        o->level = level;
    }
    return VERDICT_ONWARD;
}

/* The port that the packet is for; 0 if there is none in the slot, which is empty now. */
static __always_inline __u32 onward_take(struct bvs_onward *o) {
    __u32 port = o->port;

    o->port = 0;
    return port;
}

/* A copy that was sent to the onward device has not come there. */
static __always_inline bool onward_left(void) {
    struct bvs_onward *o = onward_slot();

    return o && onward_take(o);
}

#endif
