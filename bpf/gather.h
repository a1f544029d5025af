/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * A packet out of its outer header before the kernel has an skb for it, so that the kernel's
 * aggregation (GRO), which knows no tunnel of ours, puts the inner stream together. Only what is
 * beyond doubt: all else, each packet that has to be dropped among it, is left to the tc program.
 */
#ifndef BVS_BPF_GATHER_H
#define BVS_BPF_GATHER_H

#include "bpf/gathered.h"
#include "bpf/owner.h"
#include "bpf/packet_xdp.h"

/* Is it the netdev's? There, what is for others comes by as well. */
static __always_inline bool is_for_netdev(const struct xdp_md *xdp) {
    const __u8 *p = packet_data(xdp);
    __u32 ifindex = packet_netdev(xdp);
    const __u64 *mac = bpf_map_lookup_elem(&gatherers, &ifindex);

    return mac && p + ETH_HLEN <= (const __u8 *)packet_end(xdp) && load48(p) == *mac;
}

/* The port that the packet is for; 0: that is for tc to say. Options of Geneve have no place in the
 * metadata, and padding stays behind the frame. */
static __always_inline __u32 gather_port(struct xdp_md *xdp, struct outer *o) {
    const void *begin = packet_data(xdp), *end = packet_end(xdp);
    __u64 bytes = bpf_xdp_get_buff_len(xdp);
    const struct bvs_listener *listener;
    struct owner owner;

    if (!parse_carrier(begin, end, o))
        return 0;
    listener = listener_of(o);
    if (!listener)
        return 0;
    o->to.type = listener->type;
    if (!parse_tunnel(begin, end, bytes, false, o) || o->options || o->end != bytes ||
        o->end - o->at < ETH_HLEN || !is_for_netdev(xdp) ||
        !recall_owner(&o->to, listener->precisions, &owner) || owner.martian)
        return 0;
    return owner.port;
}

/* RFC 1624, 3. */
static __always_inline __u16 sum_replace(__u16 sum, __u16 from, __u16 to) {
    __u32 s = (__u16)~sum + (__u16)~from + to;

    s = (s & 0xffff) + (s >> 16);
    return ~((s & 0xffff) + (s >> 16));
}

/* False: tc has to look at it. */
static __always_inline bool gather_ecn(struct xdp_md *xdp, const struct outer *o) {
    struct inner inner = {};
    __u16 from, to;
    __u8 *p;

    if (!tells_congestion(o))
        return true;
    parse_inner(packet_data(xdp), packet_end(xdp), o, &inner);
    if (!merge_ecn(o, &inner))
        return false;
    if (inner.first_after == inner.first)
        return true;
    p = (__u8 *)packet_data(xdp) + (READ_ONCE(inner.at) & 511);
    if (p + 20 > (const __u8 *)packet_end(xdp))
        return false;
    from = inner.first;
    to = inner.first_after;
    store16(p, to);
    if (!inner.ipv6)
        store16(p + 10, sum_replace(load16(p + 10), from, to));
    return true;
}

/* False: there is no place for one of the addresses. */
static __always_inline bool gather_ends(const struct outer *o, struct gathered *g) {
    bool ipv6 = !bvs_address_is_v4(&o->to.local);
    const struct bvs_tunnel *t;

    g->said = gathered_pack(understood(o, g->port), ipv6);
    if (!ipv6) {
        g->v4_remote = o->to.remote.low;
        g->v4_local = o->to.local.low;
        g->nothing = 0;
        return true;
    }
    t = bpf_map_lookup_elem(&tunnels, &g->port);
    g->v6_local = o->to.local;
    return t && !(t->flags & BVS_TUNNEL_REMOTE_FLOW);
}

static __always_inline bool gather_store(struct xdp_md *xdp, const struct gathered *g) {
    struct gathered *place;

    if (bpf_xdp_adjust_meta(xdp, -(int)sizeof(*g)))
        return false;
    place = (void *)(long)xdp->data_meta;
    if ((const void *)(place + 1) > packet_data(xdp))
        return false;
    *place = *g;
    return true;
}

static __always_inline void gather(struct xdp_md *xdp) {
    struct gathered g = {.mark = gathered_mark(packet_netdev(xdp))};
    struct outer o = {};

    g.port = gather_port(xdp, &o);
    if (!g.port || !gather_ends(&o, &g) || !gather_ecn(xdp, &o))
        return;
    g.key = o.to.key;
    /* And back if the driver has no metadata: tc finds the packet whole. */
    if (!bpf_xdp_adjust_head(xdp, o.at) && !gather_store(xdp, &g))
        bpf_xdp_adjust_head(xdp, -(int)o.at);
}

#endif
