/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Copies for mirrors, of what comes in at a port and of what is sent there, as it looks then. A
 * mirror gets one copy of a packet in its bridge, however many reasons there are: which have one,
 * the packet says itself. Of a copy there are no copies.
 *
 * A copy that is more than a clone for a netdev (cut off, in a tunnel, in another VLAN) goes to the
 * onward device, where bvs_onward makes it so: see mirror_deliver.h.
 */
#ifndef BVS_BPF_MIRROR_H
#define BVS_BPF_MIRROR_H

#include "bpf/drop.h"
#include "bpf/onward.h"
#include "bpf/output.h"
#include "bpf/reserved.h"
#include "bpf/vlan.h"

#define MIRROR_RECEIVED 0
#define MIRROR_SENT 1

/* The mirrors that have a copy. */
static __always_inline void mirror_none(packet_t *packet) {
    packet->cb[CB_MIRRORS] = 0;
}
static __always_inline void mirror_all(packet_t *packet) {
    packet->cb[CB_MIRRORS] = 0xffffffff;
}

/* The VLAN that the packet is in, as if it came in at the port, and MIRROR_RESERVED; or, if it does
 * not carry that, -1. Global, as the frame is to leave the stack. */
#define MIRROR_RESERVED 0x1000
__noinline int mirror_vid(packet_t *packet, __u32 number) {
    const struct bvs_port_entry *port = port_get(number);
    struct frame f = {};

    if (!port || !read_ethernet(packet, &f.eth) || !vlan_admit(port, number, &f))
        return -1;
    return f.vid | (is_reserved_address(f.eth.dst) ? MIRROR_RESERVED : 0);
}

static __always_inline bool mirror_selects(const struct bvs_mirror *mirror, __u32 place, int vid) {
    __u32 key = bvs_mirror_vlan(place, vid & VID_MASK);

    if (mirror->listed && !bpf_map_lookup_elem(&mirror_vlans, &key))
        return false;
    /* What is in the VLAN already is not to go round in it, nor what is between neighbours. */
    return mirror->output || (vid != mirror->output_vlan && !(vid & MIRROR_RESERVED));
}

/* Through the onward device. `in`: where the packet came in; 0: it is sent. */
static __always_inline bool mirror_onward(packet_t *packet, __u32 place, __u32 in) {
    struct bvs_onward *o = onward_slot();
    __u32 first = 0;
    const struct bvs_onward_info *info = bpf_map_lookup_elem(&onward_info, &first);

    if (!o || !info)
        return false;
    o->mirror = place + 1;
    o->in = in;
    bpf_clone_redirect(packet, info->ifindex, 0);
    if (!o->mirror)
        return true;
    o->mirror = 0;
    return false;
}

static __always_inline bool mirror_copy(packet_t *packet, const struct bvs_mirror *mirror,
                                        __u32 place, __u32 in) {
    const struct bvs_port_entry *out = port_get(mirror->output);
    __u32 to = mirror->output;

    if (!to || mirror->snaplen)
        return mirror_onward(packet, place, in);
    if (!out || !(out->flags & BVS_PORT_UP))
        return false;
    if (out->flags & BVS_PORT_ONWARD)
        return mirror_onward(packet, place, in);
    if (bpf_clone_redirect(packet, out->ifindex, 0))
        return false;
    count_tx(to, packet_length(packet));
    return true;
}

/* Global, so that the verifier looks at it once and not at each turn of the loop. */
__noinline int mirror_one(packet_t *packet, __u32 place, __u32 in, int vid) {
    const struct bvs_mirror *mirror = bpf_map_lookup_elem(&mirrors, &place);
    struct bvs_mirror_counts *counts = bpf_map_lookup_elem(&mirror_counts, &place);

    if (!mirror || !counts || !mirror_selects(mirror, place, vid))
        return 0;
    packet->cb[CB_MIRRORS] |= 1U << (place & (BVS_BRIDGE_MIRRORS - 1));
    if (!mirror_copy(packet, mirror, place, in)) { /* no drop(): the packet goes on */
        drop_count(BVS_DROP_MIRROR_COPY, mirror->output);
        return 0;
    }
    __sync_fetch_and_add(&counts->packets, 1);
    __sync_fetch_and_add(&counts->bytes, packet_length(packet));
    return 0;
}

/* Of a packet that came in at the port, or is sent to it. */
__noinline int mirror(packet_t *packet, __u32 number, __u32 sent) {
    const struct bvs_port_mirrors *mirrors = bpf_map_lookup_elem(&port_mirrors, &number);
    const struct bvs_port_entry *port = port_get(number);
    __u32 wanted, place;
    int vid;

    if (!mirrors || !port)
        return 0;
    place = bvs_mirror_place(port->bridge, 0);
    wanted = (sent ? mirrors->sent : mirrors->received) & ~packet->cb[CB_MIRRORS];
    if (!wanted)
        return 0;
    vid = mirror_vid(packet, number);
    if (vid < 0)
        return 0;
    for (__u32 i = 0; i < BVS_BRIDGE_MIRRORS && i < mirrors->end; i++)
        if (wanted >> i & 1)
            mirror_one(packet, place + i, sent ? 0 : number, vid);
    return 0;
}

#endif
