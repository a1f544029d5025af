/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Does with a packet what its trajectory says. The last that sends gets the packet itself, the
 * others copies.
 */
#ifndef BVS_BPF_ACT_H
#define BVS_BPF_ACT_H

#include "bpf/chunk.h"
#include "bpf/look.h"
#include "bpf/meter.h"
#include "bpf/normal.h"
#include "bpf/packet_in.h"
#include "bpf/record.h"
#include "bpf/sample.h"

static __always_inline __u32 body_length(const packet_t *packet, const struct scratch *s) {
    return packet_length(packet) - (bvs_flow_get(&s->shown, vlan_tci) ? 4 : 0);
}

/* Why the port cannot have the packet, or BVS_DROP_N if it can. */
static __always_inline enum bvs_drop_reason
output_refusal(const packet_t *packet, const struct scratch *s, const struct bvs_port_entry *out) {
    struct frame f = {.length = body_length(packet, s)};

    return egress_refusal(packet, &f, out);
}

/* To one port, whatever its VLAN is: that is for NORMAL. */
static __always_inline int output_packet(packet_t *packet, struct scratch *s, __u32 to, bool keep) {
    const struct bvs_port_entry *out = port_get(to);
    enum bvs_drop_reason refusal;

    if (!out)
        return TC_ACT_SHOT;
    refusal = output_refusal(packet, s, out);
    if (refusal != BVS_DROP_N)
        return drop(packet, refusal, to, s->in);
    if (keep) {
        egress_copy(packet, out, to, s->in, s->level);
        return TC_ACT_SHOT;
    }
    return egress_last(packet, out, to, s->level, s->deep ? 0 : bvs_flow_get(&s->shown, eth_dst));
}

static __always_inline struct bvs_vlan_tag tag_of(__u32 number) {
    struct bvs_vlan_tag tag = {.tpid = number >> 16, .tci = number};

    return tag;
}

static __always_inline void frame_of(const struct bvs_flow *flow, struct frame *f) {
    f->eth.dst = bvs_flow_get(flow, eth_dst);
    f->eth.src = bvs_flow_get(flow, eth_src);
    f->eth.outer = tag_of(outer_tag(flow));
    f->eth.inner = tag_of(flow_has_pbb(flow) ? 0 : inner_tag(flow));
    f->eth.type = bvs_flow_get(flow, eth_type);
}

/* What no port sent comes in at port 0, which carries every VLAN. */
__noinline int act_normal(packet_t *packet, struct scratch *s, __u32 keep) {
    const struct bvs_port_entry *port;
    struct frame f = {};

    if (!s)
        return TC_ACT_SHOT;
    frame_of(&s->shown, &f);
    f.deep = s->deep;
    f.level = s->level;
    port = port_get(s->in);
    return port ? forward_normal(packet, &f, port, s->in, s->bridge, keep) : TC_ACT_SHOT;
}

struct flooding {
    packet_t *packet;
    struct scratch *s;
    __u32 next; /* port */
    __u32 all;
    __u32 in_port;
};

static __always_inline bool floods_to(const struct flooding *a, const struct bvs_port_entry *out) {
    return wide_port(out->ofport) != a->in_port && out->bridge == a->s->bridge &&
           (out->flags & (BVS_PORT_UP | BVS_PORT_MIRROR)) == BVS_PORT_UP &&
           (a->all || !(out->flags & BVS_PORT_NO_FLOOD));
}

static long flood_one(__u32 index, struct flooding *a) {
    __u32 number = a->next;
    const struct bvs_port_entry *out = number ? port_get(number) : 0;

    if (!out)
        return 1;
    a->next = out->next;
    if (floods_to(a, out))
        output_packet(a->packet, a->s, number, true);
    return 0;
}

__noinline int act_flood(packet_t *packet, struct scratch *s, __u32 all, __u32 in_port) {
    struct flooding a = {.packet = packet, .s = s, .all = all, .in_port = in_port};
    const struct bvs_bridge_entry *bridge;
    __u32 number;

    if (!s)
        return 0;
    number = s->bridge;
    bridge = bpf_map_lookup_elem(&bridges, &number);
    if (!bridge)
        return 0;
    a.next = bridge->first_port;
    bpf_loop(BVS_MAX_PORTS, flood_one, &a, 0);
    return 0;
}

__noinline int act_output(packet_t *packet, struct scratch *s, __u32 port, __u32 keep) {
    return s ? output_packet(packet, s, port, keep) : TC_ACT_SHOT;
}

struct acting {
    packet_t *packet;
    struct scratch *s;
    __u32 trajectory; /* 0: the record */
    __u32 effects;
    int verdict;
};

static __always_inline bool effect_of(const struct acting *a, __u32 index, struct bvs_effect *e) {
    const struct bvs_trajectory *t;

    if (index >= BVS_MOST_EFFECTS)
        return false;
    if (!a->trajectory) {
        *e = a->s->record.effect[index];
        return true;
    }
    t = trajectory_get(a->trajectory);
    if (!t)
        return false;
    *e = t->effect[index];
    return true;
}

static __always_inline void change_look(struct scratch *s, const struct bvs_effect *e) {
    __u32 slot = e->arg & (BVS_MOST_CLONES - 1);

    switch (e->kind) {
    case BVS_EFFECT_SET:
        flow_write(&s->flow, e->arg, e->v0, e->v1);
        break;
    case BVS_EFFECT_PUSH_VLAN:
        flow_push_vlan(&s->flow, e->arg);
        break;
    case BVS_EFFECT_POP_VLAN:
        flow_pop_vlan(&s->flow);
        break;
    case BVS_EFFECT_PUSH_MPLS:
        flow_push_mpls(&s->flow, e->arg);
        break;
    case BVS_EFFECT_POP_MPLS:
        flow_pop_mpls(&s->flow, e->arg);
        break;
    case BVS_EFFECT_PUSH_PBB:
        flow_push_pbb(&s->flow, e->arg);
        break;
    case BVS_EFFECT_POP_PBB:
        flow_pop_pbb(&s->flow);
        break;
    case BVS_EFFECT_SAVE:
        flow_copy(&s->looks[slot], &s->flow);
        break;
    case BVS_EFFECT_RESTORE:
        flow_copy(&s->flow, &s->looks[slot]);
        break;
    default:
        break;
    }
}

static __always_inline int send(packet_t *packet, struct scratch *s, struct bvs_effect *e,
                                bool keep) {
    switch (e->kind) {
    case BVS_EFFECT_OUTPUT:
        return act_output(packet, s, e->arg, keep);
    case BVS_EFFECT_FLOOD:
        act_flood(packet, s, e->arg, e->v0);
        return TC_ACT_SHOT;
    case BVS_EFFECT_CONTROLLER:
        packet_in(packet, s, e);
        return TC_ACT_SHOT;
    case BVS_EFFECT_SAMPLE:
        sample_by_rule(packet, s, e);
        return TC_ACT_SHOT;
    case BVS_EFFECT_DROP:
        return drop(packet, e->arg, s->in, s->in);
    default:
        return drop(packet, BVS_DROP_ACTION, s->in, s->in);
    }
}

/* Effects that only change the packet as it shall look, or end it. False: it is none of them. */
static __always_inline bool prepare(struct acting *a, const struct bvs_effect *e) {
    struct scratch *s = a->s;

    if (s->skipped && (e->kind != BVS_EFFECT_RESTORE || e->v0 != s->skipped))
        return true;
    s->skipped = 0;
    if (e->kind == BVS_EFFECT_METER) {
        if (meter_passes(s, e->arg))
            return true;
        s->skipped = e->v0;
        if (!s->skipped)
            s->acted = a->effects;
        a->verdict = drop(a->packet, BVS_DROP_METER, s->in, s->in);
        return true;
    }
    if (effect_sends(e->kind))
        return false;
    change_look(s, e);
    return true;
}

static long act_step(__u32 index, struct acting *a) {
    struct scratch *s = a->s;
    struct bvs_effect e;
    __u32 n = s->acted;
    int why;

    if (n >= a->effects || !effect_of(a, n, &e))
        return 1;
    s->acted = n + 1;
    if (prepare(a, &e))
        return 0;
    why = look(a->packet, s);
    if (why) {
        s->acted = a->effects;
        a->verdict = drop(a->packet, why, s->in, s->in);
        return 1;
    }
    s->keep = n + 1 < a->effects || s->clone_all;
    s->normal = e.kind == BVS_EFFECT_NORMAL;
    if (s->normal)
        return 1;
    a->verdict = send(a->packet, s, &e, s->keep);
    return 0;
}

/* The effects from where it stopped last time up to the end, or to a NORMAL. */
__noinline int act_some(packet_t *packet, struct scratch *s, __u32 trajectory, __u32 effects) {
    struct acting a = {
        .packet = packet, .trajectory = trajectory, .effects = effects, .verdict = TC_ACT_SHOT};

    if (!s)
        return TC_ACT_SHOT;
    a.s = s;
    s->normal = 0;
    bpf_loop(BVS_MOST_EFFECTS, act_step, &a, 0);
    return a.verdict;
}

/* All effects of a trajectory, or of the record if that is 0. NORMAL is run from here, as its own
 * way is deep, and the stack is short. */
static __always_inline int act(packet_t *packet, struct scratch *s, __u32 trajectory,
                               __u32 effects) {
    int verdict = TC_ACT_SHOT;

    flow_enter(s);
    s->acted = s->skipped = 0;
    for (int i = 0; i < BVS_MOST_EFFECTS && s->acted < effects; i++) {
        verdict = act_some(packet, s, trajectory, effects);
        if (s->normal)
            verdict = act_normal(packet, s, s->keep);
    }
    return verdict;
}

#endif
