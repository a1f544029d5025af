/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Shows some packets to the daemon, by chance (maps/account.h): of those that come in at a port one
 * in so many, for sFlow with their first bytes and for IPFIX with their flow; and what rules say
 * (action `sample`), with its flow as it looks there.
 */
#ifndef BVS_BPF_SAMPLE_H
#define BVS_BPF_SAMPLE_H

#include "bpf/account.h"
#include "bpf/scratch.h"

/* Samples leave half of the ring to packets that have to be counted. Null: there is no room. */
static __always_inline struct bvs_flow_event *sample_begin(packet_t *packet, __u32 in, __u32 kind,
                                                           __u64 bytes) {
    __u32 first = 0;
    struct bvs_account_info *info = bpf_map_lookup_elem(&account_info, &first);
    struct bvs_flow_event *event = 0;

    if (bpf_ringbuf_query(&flow_events, BPF_RB_AVAIL_DATA) < BVS_FLOW_RING_BYTES / 2)
        event = bpf_ringbuf_reserve(&flow_events, bytes, 0);
    if (!event) {
        if (info)
            __sync_fetch_and_add(&info->lost_samples, 1);
        return 0;
    }
    event->kind = kind;
    event->port = in;
    event->length = packet_length(packet);
    event->captured = 0;
    event->tcp_flags = 0;
    event->time = clock_coarse();
    return event;
}

__noinline int sample_frame(packet_t *packet, __u32 in) {
    __u32 bytes = packet->len < BVS_SAMPLE_BYTES ? packet->len : BVS_SAMPLE_BYTES;
    struct bvs_vlan_tag tag = packet_tag(packet);
    struct bvs_flow_event *event;

    event = sample_begin(packet, in, BVS_FLOW_EVENT_SFLOW,
                         sizeof(struct bvs_flow_event) + BVS_SAMPLE_BYTES);
    if (!event)
        return 0;
    event->key.eth_src = (__u64)tag.tci << 48;
    event->key.network = (__u64)tag.tpid << 48;
    /* A power of two, and the mask keeps nothing away: it is what the verifier understands. */
    if (!bpf_skb_load_bytes(packet, 0, event + 1, ((bytes - 1) & (BVS_SAMPLE_BYTES - 1)) + 1))
        event->captured = bytes;
    bpf_ringbuf_submit(event, 0);
    return 0;
}

__noinline int sample_flow(packet_t *packet, __u32 in) {
    const struct bvs_port_entry *port = port_get(in);
    struct accounting *a = accounting_area();
    struct bvs_flow_event *event;

    if (!a || !port)
        return 0;
    account_read(packet, a);
    account_key(&a->key, &a->flow, port->bridge, port->ofport);
    account_measure(packet, bvs_flow_get(&a->flow, eth_type), a->at.l3, &a->counts);
    event = sample_begin(packet, in, BVS_FLOW_EVENT_IPFIX, sizeof(*event));
    if (!event)
        return 0;
    event->tcp_flags = bvs_flow_get(&a->flow, tcp_flags);
    event->counts = a->counts;
    event->key = a->key;
    bpf_ringbuf_submit(event, 0);
    return 0;
}

static __always_inline bool sample_is_due(const struct bvs_effect *e) {
    __u32 probability = e->v1 & 0xffff;

    return bpf_get_prandom_u32() <= (probability << 16 | probability);
}

static __always_inline void sample_describe(struct bvs_flow_sample *sample,
                                            const struct bvs_effect *e) {
    sample->collectors = e->arg;
    sample->domain = e->v0;
    sample->point = e->v0 >> 32;
    sample->port = e->v1 >> 32;
    sample->direction = e->v1 >> 16 & 0xff;
    sample->reserved = 0;
}

/* The packet looks as `shown` says. */
__noinline int sample_by_rule(packet_t *packet, struct scratch *s, struct bvs_effect *e) {
    struct accounting *a = accounting_area();
    struct bvs_flow_event *event;

    if (!s || !e || !a || !sample_is_due(e))
        return 0;
    account_key(&a->key, &s->shown, s->bridge, bvs_flow_get(&s->shown, in_port) & 0xffff);
    account_measure(packet, bvs_flow_get(&s->shown, eth_type), s->at.l3, &a->counts);
    event = sample_begin(packet, s->in, BVS_FLOW_EVENT_ACTION,
                         sizeof(*event) + sizeof(struct bvs_flow_sample));
    if (!event)
        return 0;
    event->tcp_flags = bvs_flow_get(&s->shown, tcp_flags);
    event->counts = a->counts;
    event->key = a->key;
    event->captured = sizeof(struct bvs_flow_sample);
    sample_describe((struct bvs_flow_sample *)(event + 1), e);
    bpf_ringbuf_submit(event, 0);
    return 0;
}

__noinline int sample(packet_t *packet, __u32 in) {
    const struct bvs_port_entry *port = port_get(in);
    __u32 bridge = port ? port->bridge : 0;
    const struct bvs_sampler *sampler = bpf_map_lookup_elem(&samplers, &bridge);

    if (!sampler)
        return 0;
    if (bpf_get_prandom_u32() < sampler->sflow)
        sample_frame(packet, in);
    if (bpf_get_prandom_u32() < sampler->ipfix)
        sample_flow(packet, in);
    return 0;
}

#endif
