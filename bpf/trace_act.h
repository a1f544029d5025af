/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Tells of a traced packet where its record sends it, and why not: act.h's and NORMAL's decisions,
 * made by their own functions, without sending, learning or counting anything.
 */
#ifndef BVS_BPF_TRACE_ACT_H
#define BVS_BPF_TRACE_ACT_H

#include "bpf/act.h"
#include "bpf/trace.h"

static __always_inline __u32 trace_tag(struct bvs_vlan_tag tag) {
    return (__u32)tag.tpid << 16 | tag.tci;
}

static __always_inline void trace_port(struct scratch *s, __u32 port, enum bvs_drop_reason refusal,
                                       struct bvs_vlan_tag had, struct bvs_vlan_tag want) {
    s->trace_tag[0] = trace_tag(had);
    s->trace_tag[1] = trace_tag(want);
    trace_event(s, BVS_TRACE_PORT, port, refusal);
}

static __always_inline void trace_output(packet_t *packet, struct scratch *s, __u32 to) {
    const struct bvs_port_entry *out = port_get(to);
    struct bvs_vlan_tag none = {};

    if (out)
        trace_port(s, to, output_refusal(packet, s, out), none, none);
}

static long trace_flood_one(__u32 index, struct flooding *a) {
    __u32 number = a->next;
    const struct bvs_port_entry *out = number ? port_get(number) : 0;

    if (!out)
        return 1;
    a->next = out->next;
    if (floods_to(a, out))
        trace_output(a->packet, a->s, number);
    return 0;
}

static __always_inline __u32 first_port_of(__u32 number) {
    const struct bvs_bridge_entry *bridge = bpf_map_lookup_elem(&bridges, &number);

    return bridge ? bridge->first_port : 0;
}

static __always_inline void trace_flood(packet_t *packet, struct scratch *s, __u32 all,
                                        __u32 in_port) {
    struct flooding a = {
        .packet = packet, .s = s, .all = all, .in_port = in_port, .next = first_port_of(s->bridge)};

    bpf_loop(BVS_MAX_PORTS, trace_flood_one, &a, 0);
}

struct trace_normal {
    packet_t *packet;
    struct scratch *s;
    struct frame *frame;
    __u32 next;
    __u16 receivers;
    bool listed; /* `next` is in a list, see maps/multicast.h */
};

static __always_inline void trace_receiver(struct trace_normal *n, __u32 number,
                                           const struct bvs_port_entry *out) {
    enum bvs_drop_reason refusal = BVS_DROP_OUTPUT_VLAN;
    struct bvs_vlan_tag want = vlan_wanted(out, n->frame);
    bool carries = vlan_carries(out, number, n->frame);
    __u32 member;

    if (carries && out->flags & BVS_PORT_BOND) {
        member = bond_member(n->packet, n->frame, number, BOND_TRACED);
        out = member ? port_get(member) : 0;
        number = member ? member : number;
    }
    if (carries)
        refusal = out ? egress_refusal(n->packet, n->frame, out) : BVS_DROP_BOND_DOWN;
    trace_port(n->s, number, refusal, n->frame->have, want);
}

static long trace_normal_one(__u32 index, struct trace_normal *n) {
    __u32 number = n->listed ? receivers_take(&n->next) : n->next;
    const struct bvs_port_entry *out = number ? port_get(number) : 0;

    if (!out)
        return 1;
    if (!n->listed)
        n->next = out->next;
    if (number == n->frame->home || out->bridge != n->s->bridge ||
        !vlan_carries(out, number, n->frame) || out->flags & BVS_PORT_MEMBER ||
        (!n->listed && out->flags & BVS_PORT_NO_FLOOD) ||
        !(out->flags & (BVS_PORT_UP | BVS_PORT_BOND)))
        return 0;
    n->receivers++;
    trace_receiver(n, number, out);
    return 0;
}

/* 0: to `to`, or to all if that is 0; otherwise why it goes nowhere. No part of trace_normal(),
 * whose stack is short. */
static __noinline int trace_normal_way(packet_t *packet, struct scratch *s, struct frame *f,
                                       const struct bvs_port_entry *port, __u32 *to) {
    enum bvs_drop_reason refusal;

    *to = 0;
    if (!vlan_admit(port, s->in, f))
        return BVS_DROP_INPUT_VLAN;
    f->length = s->length - (f->have.tpid ? 4 : 0);
    if (is_refused_address(port, f))
        return BVS_DROP_RESERVED_ADDRESS;
    refusal = member_refusal(packet, f, port, s->in);
    if (refusal != BVS_DROP_N)
        return refusal;
    if (fdb_is_off(port, f->vid) || f->eth.dst & BVS_MAC_MULTICAST)
        return BVS_DROP_N;
    *to = fdb_lookup(s->bridge, f->eth.dst, f->vid);
    return *to && *to == f->home ? BVS_DROP_SAME_PORT : BVS_DROP_N;
}

/* Groups are looked up as the frame came in, whatever rules have made of its addresses. */
static __always_inline void trace_multicast(struct trace_normal *n,
                                            const struct bvs_port_entry *port) {
    int receivers = RECEIVERS_ALL;

    if (n->frame->eth.dst & BVS_MAC_MULTICAST && is_snooped(port, n->frame))
        receivers = multicast_receivers(n->packet, n->s->in, n->s->bridge, n->frame->vid, false);
    n->listed = receivers != RECEIVERS_ALL;
    n->next = n->listed ? receivers : first_port_of(n->s->bridge);
    bpf_loop(BVS_MAX_PORTS, trace_normal_one, n, 0);
}

__noinline int trace_normal(packet_t *packet, struct scratch *s) {
    struct trace_normal n = {.packet = packet};
    const struct bvs_port_entry *port, *out;
    struct frame f = {};
    struct bvs_vlan_tag none = {};
    enum bvs_drop_reason why;
    __u32 to;

    if (!s)
        return 0;
    n.s = s;
    n.frame = &f;
    frame_of(&s->flow, &f);
    port = port_get(s->in);
    if (!port)
        return 0;
    why = trace_normal_way(packet, s, &f, port, &to);
    out = to ? port_get(to) : 0;
    if (why != BVS_DROP_N) {
        trace_port(s, s->in, why, none, none);
    } else if (out) {
        trace_receiver(&n, to, out);
    } else {
        trace_multicast(&n, port);
        if (!n.receivers)
            trace_port(s, s->in, BVS_DROP_NO_RECEIVER, none, none);
    }
    return 0;
}

static long trace_effect(__u32 index, struct acting *a) {
    struct scratch *s = a->s;
    struct bvs_effect e;

    if (index >= s->record.effects || !effect_of(a, index, &e))
        return 1;
    if (!effect_sends(e.kind)) {
        change_look(s, &e);
        return 0;
    }
    trace_event(s, BVS_TRACE_EFFECT, index, 0);
    if (e.kind == BVS_EFFECT_OUTPUT)
        trace_output(a->packet, s, e.arg);
    else if (e.kind == BVS_EFFECT_FLOOD)
        trace_flood(a->packet, s, e.arg, e.v0);
    else if (e.kind == BVS_EFFECT_NORMAL)
        trace_normal(a->packet, s);
    return 0;
}

/* What the record comes to. */
__noinline int trace_record(packet_t *packet, struct scratch *s) {
    struct acting a = {.packet = packet};

    if (!s)
        return 0;
    a.s = s;
    trace_event(s, BVS_TRACE_DECIDED, 0, s->record.drop);
    flow_enter(s);
    bpf_loop(BVS_MOST_EFFECTS, trace_effect, &a, 0);
    trace_event(s, BVS_TRACE_END, 0, s->record.drop);
    return 0;
}

#endif
