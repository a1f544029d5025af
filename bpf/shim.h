/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Instructions that push, pop and count down MPLS labels, and that push and pop PBB headers:
 * OpenFlow 1.5.1, 7.2.6. */
#ifndef BVS_BPF_SHIM_H
#define BVS_BPF_SHIM_H

#include "bpf/instruction.h"

static __always_inline void record_change(struct scratch *s, __u32 kind, __u32 type) {
    record_flush(s, WORDS_OF_PACKET);
    record_save(s);
    record_effect(s, kind, type, 0, 0);
}

/* In front of what is behind the VLAN tags. */
static __always_inline void push_mpls(struct scratch *s, __u32 type) {
    if (bvs_flow_get(&s->flow, mpls_depth) >= BVS_MPLS_ENTRIES || flow_has_pbb(&s->flow)) {
        fail(s, BVS_DROP_MPLS_LABELS);
        return;
    }
    record_change(s, BVS_EFFECT_PUSH_MPLS, type);
    flow_push_mpls(&s->flow, type);
}

static __always_inline bool shows_mpls(const struct bvs_flow *flow) {
    return bvs_flow_get(flow, layers) & BVS_LAYER_MPLS &&
           is_mpls_type(bvs_flow_get(flow, eth_type));
}

static __always_inline void pop_mpls(struct scratch *s, __u32 type) {
    if (!shows_mpls(&s->flow))
        return;
    if (bvs_flow_get(&s->flow, mpls_depth) > BVS_MPLS_ENTRIES) {
        fail(s, BVS_DROP_MPLS_LABELS);
        return;
    }
    record_change(s, BVS_EFFECT_POP_MPLS, type);
    flow_pop_mpls(&s->flow, type);
}

static __always_inline void push_pbb(struct scratch *s, __u32 type) {
    if (flow_has_pbb(&s->flow) || bvs_flow_get(&s->flow, inner_vlan_tci)) {
        fail(s, BVS_DROP_PBB_TAGS);
        return;
    }
    record_change(s, BVS_EFFECT_PUSH_PBB, type);
    flow_push_pbb(&s->flow, type);
}

static __always_inline void pop_pbb(struct scratch *s) {
    if (!flow_has_pbb(&s->flow))
        return;
    record_change(s, BVS_EFFECT_POP_PBB, 0);
    flow_pop_pbb(&s->flow);
}

static __always_inline void set_mpls_ttl(struct scratch *s, __u64 ttl) {
    load_subfield(s, BVS_WORD_mpls_lse, BVS_LOWEST_mpls_lse, 8, ttl);
}

static __always_inline void dec_mpls_ttl(struct scratch *s, __u32 otherwise) {
    __u64 ttl = bvs_flow_get(&s->flow, mpls_lse) & MPLS_TTL;

    if (!shows_mpls(&s->flow))
        return;
    if (ttl > 1)
        set_mpls_ttl(s, ttl - 1);
    else
        ttl_ran_out(s, otherwise);
}

/* Between the outer label and the next one, or IP below the only one. */
static __always_inline bool label_below(const struct bvs_flow *flow) {
    return bvs_flow_get(flow, mpls_depth) > 1;
}
static __always_inline bool ip_below(const struct bvs_flow *flow) {
    return bvs_flow_get(flow, layers) & (BVS_LAYER_IPV4 | BVS_LAYER_IPV6);
}

static __always_inline void copy_ttl_out(struct scratch *s) {
    const struct bvs_flow *flow = &s->flow;

    if (!shows_mpls(flow))
        return;
    if (label_below(flow))
        set_mpls_ttl(s, flow->word[BVS_WORD_mpls_lse_2] & MPLS_TTL);
    else if (ip_below(flow))
        set_mpls_ttl(s, bvs_flow_get(flow, ip_ttl));
}

static __always_inline void copy_ttl_in(struct scratch *s) {
    const struct bvs_flow *flow = &s->flow;
    __u64 ttl = bvs_flow_get(flow, mpls_lse) & MPLS_TTL;

    if (!shows_mpls(flow))
        return;
    if (label_below(flow))
        load_subfield(s, BVS_WORD_mpls_lse_2, BVS_LOWEST_mpls_lse_2, 8, ttl);
    else if (ip_below(flow))
        load_subfield(s, BVS_WORD_ip_ttl, BVS_LOWEST_ip_ttl, BVS_BITS_ip_ttl, ttl);
}

/* False: it is none of these. */
__noinline int run_shim(struct scratch *s, __u32 op, __u32 y) {
    if (!s)
        return 0;
    switch (op) {
    case BVS_OP_PUSH_MPLS:
        push_mpls(s, y);
        return 1;
    case BVS_OP_POP_MPLS:
        pop_mpls(s, y);
        return 1;
    case BVS_OP_PUSH_PBB:
        push_pbb(s, y);
        return 1;
    case BVS_OP_POP_PBB:
        pop_pbb(s);
        return 1;
    case BVS_OP_DEC_MPLS_TTL:
        dec_mpls_ttl(s, y);
        return 1;
    case BVS_OP_COPY_TTL_OUT:
        copy_ttl_out(s);
        return 1;
    case BVS_OP_COPY_TTL_IN:
        copy_ttl_in(s);
        return 1;
    default:
        return 0;
    }
}

#endif
