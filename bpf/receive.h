/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * From a port where a packet comes in to the end of its way here: through one bridge, and where a
 * patch port leads to the next one, through that.
 */
#ifndef BVS_BPF_RECEIVE_H
#define BVS_BPF_RECEIVE_H

#include "bpf/account.h"
#include "bpf/arrival.h"
#include "bpf/carrier.h"
#include "bpf/normal.h"
#include "bpf/pipeline.h"
#include "bpf/serve.h"
#include "bpf/too_big.h"

/* The short way of a bridge without rules. Global, so that the verifier looks at it once. */
__noinline int receive_normal(packet_t *packet, __u32 in, __u32 deep) {
    const struct bvs_port_entry *port = port_get(in);
    struct frame f = {.deep = deep};

    if (!port)
        return TC_ACT_SHOT;
    count_normal(in, packet_length(packet));
    if (!read_ethernet(packet, &f.eth))
        return drop(packet, BVS_DROP_RUNT, in, in);
    return forward_normal(packet, &f, port, in, port->bridge, false);
}

static __always_inline int receive_through(packet_t *packet, __u32 in,
                                           const struct bvs_port_entry *port,
                                           const struct arrival *arrival) {
    if (!(port->flags & (BVS_PORT_NO_RECEIVE | BVS_PORT_PIPELINE))) {
        if (port->flags & BVS_PORT_ACCOUNTED)
            account_normal(packet, in, arrival);
        return receive_normal(packet, in, arrival->deep);
    }
    count_rx(in, packet_length(packet));
    return port->flags & BVS_PORT_PIPELINE ? forward_pipeline(packet, port, in, arrival)
                                           : drop(packet, BVS_DROP_PORT_CONFIG, in, in);
}

/* Through the port's bridge. */
static __always_inline int receive_at(packet_t *packet, __u32 in, const struct arrival *arrival) {
    const struct bvs_port_entry *port = port_get(in);
    int verdict;

    if (!port)
        return TC_ACT_SHOT;
    mirror_none(packet);
    output_none(packet);
    if (port->flags & BVS_PORT_SERVED && !serve(packet, in))
        return TC_ACT_SHOT;
    verdict = receive_through(packet, in, port, arrival);
    account_end(packet);
    return verdict;
}

/* What comes in at a port, and not a verdict: the port's number is added. */
#define COMES_IN 0x10000

/* Counts that a packet comes in once more; false: it has done so too often. */
static __always_inline bool receive_again(struct bvs_onward *o, struct arrival *arrival) {
    if (o->patches >= BVS_MOST_PATCHES)
        return false;
    o->patches++;
    arrival->patches++;
    return true;
}

/* Out of a patch port and in at its peer. What rules made of the packet stays at its mark and its
 * priority: its tunnel, metadata and registers are the bridge's that it leaves. */
static __always_inline int receive_patched(packet_t *packet, struct bvs_onward *o, __u32 in,
                                           __u32 to, struct arrival *arrival) {
    const struct bvs_port_entry *patch = port_get(to);
    __u32 peer = patch ? patch->peer : 0;
    const struct bvs_port_entry *entry = port_get(peer);

    if (!entry || !entry->bridge)
        return drop(packet, BVS_DROP_PATCH_PEER, to, in);
    count_tx(to, packet_length(packet));
    if (!receive_again(o, arrival))
        return drop(packet, BVS_DROP_PATCH_DEPTH, peer, peer);
    arrival_forget(arrival);
    return COMES_IN + peer;
}

/* Out of a tunnel port. A copy is not answered: the far end may be another's. */
static __always_inline int receive_wrapped(packet_t *packet, struct bvs_onward *o, __u32 in,
                                           __u32 to, struct arrival *arrival) {
    __u32 bytes = packet_length(packet);
    struct wrapped done = {};
    enum bvs_drop_reason why = wrap(packet, to, o->level, arrival, &done);

    if (why == BVS_DROP_N) {
        count_tx(to, bytes);
        return done.verdict;
    }
    drop(packet, why, to, in);
    if (why != BVS_DROP_TUNNEL_MTU || !in || !receive_again(o, arrival) ||
        !too_big(packet, o, done.mtu, arrival))
        return TC_ACT_SHOT;
    return COMES_IN + to;
}

/* The packet for the port in the slot. `in` 0: nobody knows any more where it came in. Its verdict,
 * or where it comes in next. Global, so that the verifier looks at it once. */
__noinline int receive_onward(packet_t *packet, __u32 in, struct arrival *arrival) {
    struct bvs_onward *o = onward_slot();
    const struct bvs_port_entry *port;
    const struct scratch *s;
    __u32 to;

    if (!o || !arrival)
        return TC_ACT_SHOT;
    to = onward_take(o);
    port = port_get(to);
    s = scratch_at(o->level);
    if (s)
        arrival->deep = s->deep;
    if (port && port->flags & BVS_PORT_TUNNEL)
        return receive_wrapped(packet, o, in, to, arrival);
    return receive_patched(packet, o, in, to, arrival);
}

/* The CPU's count is for packets within packets. */
static __always_inline void receive_end(const struct arrival *arrival) {
    struct bvs_onward *o = arrival->patches ? onward_slot() : 0;

    if (o)
        o->patches -= arrival->patches;
}

/* In at a port; at the one that the slot's leads to if that is 0. */
static __always_inline int receive(packet_t *packet, __u32 in, struct arrival *arrival) {
    int verdict = VERDICT_ONWARD;

    for (int i = 0; i <= BVS_MOST_PATCHES + 1; i++) {
        if (in)
            verdict = receive_at(packet, in, arrival);
        if (verdict != VERDICT_ONWARD)
            break;
        verdict = receive_onward(packet, in, arrival);
        if (verdict < COMES_IN)
            break;
        in = verdict - COMES_IN;
    }
    receive_end(arrival);
    return verdict;
}

#endif
