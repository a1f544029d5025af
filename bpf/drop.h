/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Every packet that ends, ends here: counted at a port under one reason of BVS_DROP_REASONS, and,
 * a few times a second and port, shown to the daemon with its parsed headers.
 */
#ifndef BVS_BPF_DROP_H
#define BVS_BPF_DROP_H

#include "bpf/clock.h"
#include "bpf/port.h"
#include "bpf/read.h"

static __always_inline bool drop_may_sample(__u32 port) {
    struct bvs_sample_budget *b = bpf_map_lookup_elem(&sample_budgets, &port);
    __u32 now = now_tick();

    if (!b)
        return false;
    if (b->tick != now) {
        b->tick = now;
        b->used = 0;
    }
    return b->used++ < BVS_DROP_SAMPLES;
}

static __always_inline void drop_sample(packet_t *packet, __u32 reason, __u32 port, __u32 in_port) {
    const struct bvs_port_entry *in = port_get(in_port);
    struct bvs_drop_event *event;
    struct headers at = {};

    packet_pull(packet);
    event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
    if (!event)
        return;
    __builtin_memset(event, 0, sizeof(*event));
    event->reason = reason;
    event->port = port;
    event->length = packet_length(packet);
    event->in_port = in_port;
    read_flow(packet, &event->flow, &at, in ? in->ofport : 0);
    bpf_ringbuf_submit(event, 0);
}

static __always_inline void drop_count(__u32 reason, __u32 port) {
    struct bvs_port_counters *c = bpf_map_lookup_elem(&port_counters, &port);

    if (c && reason < BVS_DROP_N)
        c->drops[reason]++;
}

/* `port` counts the packet: where it came in, or where it should have gone out. Global, so that the
 * verifier looks at it once and not at each call. */
__noinline int drop(packet_t *packet, __u32 reason, __u32 port, __u32 in_port) {
    drop_count(reason, port);
    if (drop_may_sample(port))
        drop_sample(packet, reason, port, in_port);
    return TC_ACT_SHOT;
}

#endif
