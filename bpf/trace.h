/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Tells the daemon what the pipeline does with a packet that is traced; maps/trace.h. */
#ifndef BVS_BPF_TRACE_H
#define BVS_BPF_TRACE_H

#include "bpf/chunk.h"
#include "bpf/scratch.h"

static __always_inline void trace_copy(__u64 *to, const void *from, __u32 words) {
    for (__u32 i = 0; i < words; i++)
        to[i] = ((const __u64 *)from)[i];
}

static __always_inline void trace_detail(const struct scratch *s, struct bvs_trace_event *e,
                                         __u32 kind, __u32 place) {
    const struct bvs_instruction *in;

    if (kind == BVS_TRACE_STEP) {
        in = instruction_get(place);
        if (in)
            trace_copy(e->detail, in, sizeof(*in) / 8);
    } else if (kind == BVS_TRACE_EFFECT && place < BVS_MOST_EFFECTS) {
        trace_copy(e->detail, &s->record.effect[place], sizeof(struct bvs_effect) / 8);
    } else if (kind == BVS_TRACE_PORT) {
        e->detail[0] = s->trace_tag[0];
        e->detail[1] = s->trace_tag[1];
    }
}

/* enum bvs_trace_kind has the arguments. Global, so that the verifier looks at it once. */
__noinline int trace_event(struct scratch *s, __u32 kind, __u32 place, __u32 arg) {
    struct bvs_trace_event *e;
    __u32 index;

    if (!s)
        return 0;
    index = s->traced++;
    e = bpf_ringbuf_reserve(&traces, sizeof(*e), 0);
    if (!e)
        return 0;
    e->trace = s->trace;
    e->index = index;
    e->bridge = s->bridge;
    e->kind = kind;
    e->table = s->table;
    e->depth = s->calls;
    e->place = place;
    e->arg = arg;
    __builtin_memset(e->detail, 0, sizeof(e->detail));
    trace_detail(s, e, kind, place);
    e->flow = s->flow;
    bpf_ringbuf_submit(e, 0);
    return 0;
}

static __always_inline void trace(struct scratch *s, __u32 kind, __u32 place, __u32 arg) {
    if (s->trace)
        trace_event(s, kind, place, arg);
}

/* From here on all is told of the packet. */
static __always_inline void trace_begin(struct scratch *s, __u32 id) {
    s->trace = id;
    s->traced = 0;
    s->table = s->calls = 0;
    flow_copy(&s->flow, &s->shown);
    trace_event(s, BVS_TRACE_PACKET, s->in, s->length);
}

/* Begins to trace a packet that came in at a port, if the filter has it. */
__noinline int trace_filter_apply(struct scratch *s) {
    struct bvs_trace_filter *filter;
    __u32 first = 0;

    if (!s)
        return 0;
    filter = bpf_map_lookup_elem(&trace_filter, &first);
    if (!filter || filter->bridge != s->bridge || filter->left <= 0)
        return 0;
    for (int i = 0; i < BVS_FLOW_WORDS; i++)
        if ((s->shown.word[i] & filter->mask.word[i]) != filter->value.word[i])
            return 0;
    if (__sync_fetch_and_add(&filter->left, -1) > 0)
        trace_begin(s, bpf_get_prandom_u32() | BVS_TRACE_LIVE);
    return 0;
}

#endif
