/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Packets for controllers, on the ring to the daemon: as much of them as is asked for. */
#ifndef BVS_BPF_PACKET_IN_H
#define BVS_BPF_PACKET_IN_H

#include "bpf/bucket.h"
#include "bpf/drop.h"
#include "bpf/meter.h"
#include "bpf/packet_tc.h"
#include "bpf/scratch.h"

static __always_inline void packet_in_describe(struct bvs_packet_in *p, packet_t *packet,
                                               struct scratch *s, const struct bvs_effect *e) {
    struct bvs_vlan_tag tag = packet_tag(packet);

    p->bridge = s->bridge;
    p->port = s->in;
    p->rule = e->v0;
    p->length = packet->len;
    p->max_len = e->arg;
    p->controller = e->v0 >> 48;
    p->table = e->v0 >> 32;
    p->reason = e->arg >> 16;
    p->vlan_tpid = tag.tpid;
    p->vlan_tci = tag.tci;
    p->reserved = 0;
    p->flow = s->flow;
}

#define BUCKET_SECOND (1000000000ULL << BVS_METER_CLOCK_SHIFT)

/* Is there room on the ring that the port may use? */
static __always_inline bool packet_in_may(__u32 port) {
    __u64 packet = BUCKET_SECOND / BVS_PACKET_IN_RATE;
    struct bvs_port_spent *spent;

    if (bpf_ringbuf_query(&packet_ins, BPF_RB_AVAIL_DATA) < BVS_PACKET_IN_RING_BYTES / 2)
        return true;
    spent = bpf_map_lookup_elem(&port_spent, &port);
    return spent && bucket_take(&spent->packet_ins, packet * BVS_PACKET_IN_BURST, packet,
                                bucket_time(bpf_ktime_get_ns()));
}

static __always_inline bool packet_in_forbidden(const struct scratch *s,
                                                const struct bvs_effect *e) {
    const struct bvs_port_entry *port = e->v1 ? port_get(s->in) : 0;

    return port && port->flags & BVS_PORT_NO_PACKET_IN;
}

/* OpenFlow's virtual meter OFPM_CONTROLLER (1.5.1, 5.11). */
static __always_inline bool packet_in_metered(struct scratch *s) {
    const struct bvs_pipeline *pipeline;
    __u32 bridge = s->bridge;

    pipeline = bpf_map_lookup_elem(&pipelines, &bridge);
    return !pipeline || !pipeline->controller_meter || meter_passes(s, pipeline->controller_meter);
}

/* One size of record: the verifier wants it constant. */
static __always_inline int packet_in_of(packet_t *packet, struct scratch *s,
                                        const struct bvs_effect *e, __u32 bytes,
                                        const __u32 capacity) {
    struct bvs_packet_in *p =
        bpf_ringbuf_reserve(&packet_ins, sizeof(struct bvs_packet_in) + capacity, 0);

    if (!p)
        return drop(packet, BVS_DROP_PACKET_IN, s->in, s->in);
    packet_in_describe(p, packet, s, e);
    p->captured = 0;
    /* A power of two, and the mask keeps nothing away: it is what the verifier understands. */
    if (bytes && !bpf_skb_load_bytes(packet, 0, p + 1, ((bytes - 1) & (capacity - 1)) + 1))
        p->captured = bytes;
    bpf_ringbuf_submit(p, 0);
    return 0;
}

__noinline int packet_in_short(packet_t *packet, struct scratch *s, struct bvs_effect *e,
                               __u32 bytes) {
    return s && e ? packet_in_of(packet, s, e, bytes, BVS_PACKET_IN_SHORT) : 0;
}
__noinline int packet_in_long(packet_t *packet, struct scratch *s, struct bvs_effect *e,
                              __u32 bytes) {
    return s && e ? packet_in_of(packet, s, e, bytes, BVS_PACKET_IN_LONG) : 0;
}
__noinline int packet_in_whole(packet_t *packet, struct scratch *s, struct bvs_effect *e,
                               __u32 bytes) {
    return s && e ? packet_in_of(packet, s, e, bytes, BVS_PACKET_IN_WHOLE) : 0;
}

#define PACKET_IN_EVERYTHING 0xffff /* OFPCML_NO_BUFFER */

static __always_inline void packet_in(packet_t *packet, struct scratch *s, struct bvs_effect *e) {
    __u32 bytes = packet->len, most = e->arg & 0xffff;

    if (packet_in_forbidden(s, e))
        return;
    if (!packet_in_metered(s)) {
        drop(packet, BVS_DROP_METER, s->in, s->in);
        return;
    }
    if (!packet_in_may(s->in)) {
        drop(packet, BVS_DROP_PACKET_IN, s->in, s->in);
        return;
    }
    if (most != PACKET_IN_EVERYTHING && bytes > most)
        bytes = most;
    if (bytes > BVS_PACKET_IN_WHOLE)
        bytes = BVS_PACKET_IN_WHOLE;
    if (bytes <= BVS_PACKET_IN_SHORT)
        packet_in_short(packet, s, e, bytes);
    else if (bytes <= BVS_PACKET_IN_LONG)
        packet_in_long(packet, s, e, bytes);
    else
        packet_in_whole(packet, s, e, bytes);
}

#endif
