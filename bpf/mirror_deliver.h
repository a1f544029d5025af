/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* A mirror's copy at the onward device: cut off as the mirror says, and on to where it is for. What
 * cannot be delivered is left in the slot, and the sender counts it. */
#ifndef BVS_BPF_MIRROR_DELIVER_H
#define BVS_BPF_MIRROR_DELIVER_H

#include "bpf/receive.h"

static __always_inline bool mirror_cut(packet_t *packet, const struct bvs_mirror *mirror) {
    __u32 most = mirror->snaplen;

    return !most || packet->len <= most || !bpf_skb_change_tail(packet, most, 0);
}

/* RSPAN: the copy is in the mirror's VLAN instead of its own, for all ports that carry that. */
static __always_inline int mirror_flood(packet_t *packet, __u16 vlan, __u32 in, __u16 bridge) {
    struct frame f = {};

    if (!read_ethernet(packet, &f.eth))
        return TC_ACT_SHOT;
    f.vid = vlan;
    f.have = f.eth.outer;
    f.service.tpid = f.eth.outer.tpid ? f.eth.outer.tpid : ETH_P_8021Q;
    f.service.tci = (f.eth.outer.tci & ~VID_MASK) | vlan;
    f.length = packet_length(packet) - (f.have.tpid ? 4 : 0);
    f.home = home_of(port_get(in), in);
    return egress_flood(packet, &f, bridge, in, false);
}

/* Where the copy in the slot is for; VERDICT_ONWARD: for the port that is in the slot now. */
__noinline int mirror_deliver(packet_t *packet) {
    struct bvs_onward *o = onward_slot();
    const struct bvs_mirror *mirror;
    const struct bvs_port_entry *out;
    __u32 place, to;

    if (!o)
        return TC_ACT_SHOT;
    mirror_all(packet);
    place = o->mirror - 1;
    mirror = bpf_map_lookup_elem(&mirrors, &place);
    if (!mirror || !mirror_cut(packet, mirror))
        return TC_ACT_SHOT;
    to = mirror->output;
    out = port_get(to);
    if (to && (!out || !(out->flags & BVS_PORT_UP)))
        return TC_ACT_SHOT;
    o->mirror = 0;
    if (!to)
        return mirror_flood(packet, mirror->output_vlan, o->in, place / BVS_BRIDGE_MIRRORS);
    if (out->flags & BVS_PORT_ONWARD)
        return onward_leave(to, 0);
    count_tx(to, packet_length(packet));
    return bpf_redirect(out->ifindex, 0);
}

#endif
