/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Out of the switch at the tc hook: the checks of the output port, the tag and the DSCP that it
 * wants, the counters, and the way to the netdev. A packet for one port is redirected, so that it
 * keeps what the skb knows (GSO, partial checksum); further receivers get clones.
 */
#ifndef BVS_BPF_EGRESS_H
#define BVS_BPF_EGRESS_H

#include "bpf/bond.h"
#include "bpf/drop.h"
#include "bpf/mirror.h"
#include "bpf/once.h"
#include "bpf/onward.h"
#include "bpf/output.h"
#include "bpf/port.h"
#include "bpf/queue_dscp.h"
#include "bpf/vlan.h"

/* Gives the frame the tag it needs next. */
static __always_inline bool retag(packet_t *packet, struct frame *f, struct bvs_vlan_tag want) {
    struct bvs_vlan_tag none = {};

    if (same_tag(f->have, want))
        return true;
    if (f->have.tpid) {
        if (bpf_skb_vlan_pop(packet))
            return false;
        f->have = none;
    }
    if (want.tpid) {
        if (bpf_skb_vlan_push(packet, bpf_htons(want.tpid), want.tci))
            return false;
        f->have = want;
    }
    return true;
}

/* Segments of a super-frame are cut to fit later; every other frame has to fit as it is. The packet
 * may still wear what another receiver of a flood wanted, so its own length says nothing. */
static __always_inline bool egress_fits(const packet_t *packet, const struct frame *f,
                                        const struct bvs_port_entry *out) {
    return f->length <= out->max_frame || packet->gso_size;
}

/* Why the port cannot have the frame, or BVS_DROP_N if it can. */
static __always_inline enum bvs_drop_reason
egress_refusal(const packet_t *packet, const struct frame *f, const struct bvs_port_entry *out) {
    if ((out->flags & (BVS_PORT_UP | BVS_PORT_NO_FORWARD)) != BVS_PORT_UP)
        return out->flags & BVS_PORT_UP ? BVS_DROP_PORT_CONFIG : BVS_DROP_OUTPUT_DOWN;
    if (out->flags & BVS_PORT_MIRROR)
        return BVS_DROP_MIRROR_OUTPUT;
    if (!egress_fits(packet, f, out))
        return BVS_DROP_OUTPUT_MTU;
    return BVS_DROP_N;
}

/* Protected ports (Port.protected) have nothing of one another, as far as NORMAL goes. */
static __always_inline bool egress_is_protected(const struct bvs_port_entry *out, __u32 in) {
    const struct bvs_port_entry *from = out->flags & BVS_PORT_PROTECTED ? port_get(in) : 0;

    return from && from->flags & BVS_PORT_PROTECTED;
}

/*
 * bpf_redirect_peer saves the queue between the ends of a veth, but the far end then takes the
 * packet type as it is, and that was set for the near end's address; hence only for frames to the
 * very address of the far end. The kernel does it at its ingress hook only.
 */
static __always_inline int egress_redirect(packet_t *packet, const struct bvs_port_entry *out,
                                           __u64 dst) {
    if (AT_EGRESS || !dst || out->peer_mac != dst)
        return bpf_redirect(out->ifindex, 0);
    if (packet->pkt_type != PACKET_HOST)
        bpf_skb_change_type(packet, PACKET_HOST);
    return bpf_redirect_peer(out->ifindex, 0);
}

/* The frame's last receiver gets the packet itself. `dst`: its destination address; 0 if it is many
 * or the frame's link header has grown, as the far end of a veth then has to look anew for the
 * network header. What has no netdev counts when it goes on from there. */
static __always_inline int egress_last(packet_t *packet, const struct bvs_port_entry *out, __u32 to,
                                       __u32 level, __u64 dst) {
    output_note(packet, out);
    if (out->flags & BVS_PORT_QUEUE_DSCP && set_queue_dscp(packet, to) == DSCP_STUCK)
        return drop(packet, BVS_DROP_QUEUE_DSCP, to, 0);
    if (out->flags & BVS_PORT_MIRRORED)
        mirror(packet, to, MIRROR_SENT);
    if (out->flags & BVS_PORT_ONWARD)
        return onward_leave(to, level);
    count_tx(to, packet_length(packet));
    return egress_redirect(packet, out, dst);
}

/* A copy for a port that wants the frame as it is now, but for the DSCP of its queue. */
static __always_inline void egress_copy(packet_t *packet, const struct bvs_port_entry *out,
                                        __u32 to, __u32 in, __u32 level) {
    bool goes_on = out->flags & BVS_PORT_ONWARD;
    int error, had = DSCP_NONE;

    output_note(packet, out);
    if (out->flags & BVS_PORT_QUEUE_DSCP)
        had = set_queue_dscp(packet, to);
    if (had == DSCP_STUCK) {
        drop(packet, BVS_DROP_QUEUE_DSCP, to, in);
        return;
    }
    if (out->flags & BVS_PORT_MIRRORED)
        mirror(packet, to, MIRROR_SENT);
    if (goes_on)
        onward_leave(to, level);
    error = bpf_clone_redirect(packet, out->ifindex, 0);
    if (had >= 0)
        set_dscp(packet, had);
    if (goes_on ? onward_left() : error != 0) {
        drop(packet, BVS_DROP_COPY, to, in);
        return;
    }
    if (!goes_on)
        count_tx(to, packet_length(packet));
}

/* `keep`: the packet is needed afterwards, as it was. */
static __always_inline int egress_unicast(packet_t *packet, struct frame *f, __u32 in, __u32 to,
                                          bool keep) {
    const struct bvs_port_entry *out = port_get(to);
    struct bvs_vlan_tag had = f->have;
    enum bvs_drop_reason refusal;
    __u32 member;

    if (!out)
        return TC_ACT_SHOT;
    if (!vlan_carries(out, to, f))
        return drop(packet, BVS_DROP_OUTPUT_VLAN, to, in);
    if (egress_is_protected(out, in))
        return drop(packet, BVS_DROP_PROTECTED, to, in);
    if (out->flags & BVS_PORT_BOND) {
        member = bond_member(packet, f, to, 0);
        if (!member)
            return drop(packet, BVS_DROP_BOND_DOWN, to, in);
        to = member;
        out = port_get(to);
        if (!out)
            return TC_ACT_SHOT;
    }
    refusal = egress_refusal(packet, f, out);
    if (refusal != BVS_DROP_N)
        return drop(packet, refusal, to, in);
    if (!retag(packet, f, vlan_wanted(out, f)))
        return drop(packet, BVS_DROP_RETAG, to, in);
    if (keep) {
        egress_copy(packet, out, to, in, f->level);
        return retag(packet, f, had) ? TC_ACT_OK : TC_ACT_SHOT;
    }
    return egress_last(packet, out, to, f->level, f->deep ? 0 : f->eth.dst);
}

/* A flood under way, to a bridge's ports or to those of a list (maps/multicast.h). The receiver
 * found last is kept until the next one shows up, as the last of all gets the packet itself. */
struct flood {
    packet_t *packet;
    struct frame *frame;
    __u32 in;
    __u32 next;
    __u32 pending;
    __u32 copies;
    __u16 bridge;
    bool listed;
};

static __always_inline void flood_copy(struct flood *flood) {
    const struct bvs_port_entry *out = port_get(flood->pending);
    packet_t *packet = flood->packet;

    if (!out)
        return;
    if (!retag(packet, flood->frame, vlan_wanted(out, flood->frame))) {
        drop(packet, BVS_DROP_RETAG, flood->pending, flood->in);
        return;
    }
    egress_copy(packet, out, flood->pending, flood->in, flood->frame->level);
}

/* The port of a list that is next; 0: there is none. */
static __always_inline __u32 receivers_take(__u32 *next) {
    const struct bvs_receiver *receiver = bpf_map_lookup_elem(&receivers, next);

    if (!receiver)
        return 0;
    *next = receiver->next;
    return receiver->port;
}

static long flood_step(__u32 index, struct flood *flood) {
    __u32 number = flood->listed ? receivers_take(&flood->next) : flood->next;
    const struct bvs_port_entry *out = number ? port_get(number) : 0;
    enum bvs_drop_reason refusal;

    if (!out)
        return 1;
    if (!flood->listed)
        flood->next = out->next;
    if (number == flood->frame->home || out->bridge != flood->bridge ||
        out->flags & (BVS_PORT_MIRROR | BVS_PORT_MEMBER) ||
        (!flood->listed && out->flags & BVS_PORT_NO_FLOOD) ||
        !vlan_carries(out, number, flood->frame) || egress_is_protected(out, flood->in))
        return 0;
    if (out->flags & BVS_PORT_BOND) {
        number = bond_member(flood->packet, flood->frame, number, BOND_FLOODED);
        out = port_get(number);
        if (!out)
            return 0;
    }
    refusal = egress_refusal(flood->packet, flood->frame, out);
    if (refusal == BVS_DROP_OUTPUT_DOWN)
        return 0; /* nobody expects a flood to reach a port that is down */
    if (refusal != BVS_DROP_N) {
        drop(flood->packet, refusal, number, flood->in);
        return 0;
    }
    if (flood->pending)
        flood_copy(flood);
    flood->pending = number;
    flood->copies++;
    return 0;
}

static __noinline int flood_last(struct flood *flood) {
    const struct bvs_port_entry *out = port_get(flood->pending);
    packet_t *packet = flood->packet;
    struct bvs_port_counters *c = bpf_map_lookup_elem(&port_counters, &flood->in);

    if (!out || !c)
        return TC_ACT_SHOT;
    if (flood->copies > 1)
        c->flooded++;
    if (!retag(packet, flood->frame, vlan_wanted(out, flood->frame)))
        return drop(packet, BVS_DROP_RETAG, flood->pending, flood->in);
    return egress_last(packet, out, flood->pending, flood->frame->level, 0);
}

/* As flood_last, for a packet that is needed afterwards. */
static __noinline int flood_last_copy(struct flood *flood, __u32 tpid, __u32 tci) {
    struct bvs_vlan_tag had = {.tpid = tpid, .tci = tci};

    flood_copy(flood);
    return retag(flood->packet, flood->frame, had) ? TC_ACT_OK : TC_ACT_SHOT;
}

/* To every port of the bridge, or of the frame's list, that carries the frame's VLAN, but not back.
 */
static __noinline int egress_flood(packet_t *packet, struct frame *f, __u16 bridge, __u32 in,
                                   bool keep) {
    struct flood flood = {.packet = packet,
                          .frame = f,
                          .in = in,
                          .pending = unknown_zero(packet->len),
                          .copies = unknown_zero(packet->len),
                          .bridge = bridge};
    struct bvs_vlan_tag had = f->have;
    __u32 number = bridge;
    const struct bvs_bridge_entry *b = bpf_map_lookup_elem(&bridges, &number);
    int verdict;

    flood.listed = f->receivers;
    if (flood.listed)
        flood.next = f->receivers;
    else if (b)
        flood.next = b->first_port;
    bpf_loop(BVS_MAX_PORTS, flood_step, &flood, 0);
    if (!flood.pending)
        return drop(packet, BVS_DROP_NO_RECEIVER, in, in);
    verdict = keep ? flood_last_copy(&flood, had.tpid, had.tci) : flood_last(&flood);
    output_flooded(packet);
    return verdict;
}

#endif
