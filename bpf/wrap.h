/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * A frame into a tunnel: Ethernet over GRE (RFC 2784, 2890), ERSPAN, VXLAN (RFC 7348) or Geneve
 * (RFC 8926), over IPv4 or IPv6. Super-frames stay whole; the kernel cuts them, outer header and
 * all.
 */
#ifndef BVS_BPF_WRAP_H
#define BVS_BPF_WRAP_H

#include "bpf/arrival.h"
#include "bpf/checksum.h"
#include "bpf/outer.h"
#include "bpf/port.h"
#include "bpf/wrapping.h"

/* Geneve's options that the packet has: it came with them, or rules wrote them. They are put where
 * they will stand, before anything around them is. */
__noinline int wrap_options(struct wrapping *w, __u32 to, __u32 level) {
    const struct scratch *s = scratch_at(level);
    const struct bvs_port_entry *port = port_get(to);
    struct option_writer writer = {};
    __u32 bridge, ip;

    if (!w)
        return 0;
    if (!s || !port)
        return 0;
    bridge = port->bridge;
    writer.table = bpf_map_lookup_elem(&tlv_tables, &bridge);
    if (!writer.table)
        return 0;
    writer.flow = &s->shown;
    writer.header = &w->header;
    ip = bvs_address_is_v4(&w->way.to.remote) ? IPV4_BYTES : IPV6_BYTES;
    w->options = options_write(&writer, ETH_HLEN + ip + UDP_BYTES + VXLAN_BYTES);
    return 0;
}

static __always_inline bool is_gre(const struct bvs_tunnel *t) {
    return t->type == BVS_TUNNEL_GRE || t->type == BVS_TUNNEL_ERSPAN;
}

/* ERSPAN's header has it. */
static __always_inline bool gre_has_key(const struct bvs_tunnel *t) {
    return t->type == BVS_TUNNEL_GRE && t->flags & (BVS_TUNNEL_KEY_OUT | BVS_TUNNEL_KEY_OUT_FLOW);
}

static __always_inline __u32 gre_bytes(const struct wrapping *w, const struct bvs_tunnel *t) {
    return 4 + (w->summed ? 4 : 0) + (gre_has_key(t) ? 4 : 0) +
           (t->flags & BVS_TUNNEL_SEQUENCE ? 4 : 0) +
           (t->type == BVS_TUNNEL_ERSPAN ? erspan_bytes(t->dst_port) : 0);
}

static __always_inline void wrap_plan(struct wrapping *w, const struct bvs_tunnel *t) {
    bool v4 = bvs_address_is_v4(&w->way.to.remote), gre = is_gre(t);
    struct destination *to = &w->way.to;

    w->ip = v4 ? IPV4_BYTES : IPV6_BYTES;
    w->tunnel = gre ? gre_bytes(w, t) : UDP_BYTES + VXLAN_BYTES + w->options;
    to->protocol = gre ? IPPROTO_GRE : IPPROTO_UDP;
    to->sport = gre ? 0 : FIRST_SOURCE_PORT + ((__u64)w->hash * SOURCE_PORTS >> 32);
    to->dport = gre ? 0 : t->dst_port;
    to->tos = t->flags & BVS_TUNNEL_TOS_INHERIT && w->ip_bytes ? w->tos : t->tos;
    to->tos = (to->tos & ~3) | (w->tos & 3); /* RFC 6040, 4.1 */
    if (!(t->flags & BVS_TUNNEL_TTL_INHERIT) || !w->ttl)
        w->ttl = t->ttl;
}

/* A length of IP or UDP. That of a super-frame is too much for one that it has not: the kernel
 * writes those of its segments. */
static __always_inline __u16 wrap_length(__u32 bytes) {
    return bytes > 0xffff ? 0 : bytes;
}

static __always_inline void put_ipv4(__u8 *p, const struct wrapping *w,
                                     const struct bvs_tunnel *t) {
    bool df = t->flags & BVS_TUNNEL_DF;
    __u32 sum = 0;

    p[0] = 0x45;
    p[1] = w->way.to.tos;
    store16(p + 2, wrap_length(w->ip + w->tunnel + w->frame));
    store16(p + 4, df ? 0 : bpf_get_prandom_u32()); /* RFC 6864 */
    store16(p + 6, df ? IPV4_DF : 0);
    p[8] = w->ttl;
    p[9] = w->way.to.protocol;
    store16(p + 10, 0);
    store32(p + 12, w->way.local.low);
    store32(p + 16, w->way.to.remote.low);
    for (int i = 0; i < IPV4_BYTES; i += 2)
        sum += load16(p + i);
    sum = (sum >> 16) + (sum & 0xffff);
    store16(p + 10, ~(sum + (sum >> 16)));
}

static __always_inline void put_ipv6(__u8 *p, const struct wrapping *w) {
    store32(p, 6U << 28 | (__u32)w->way.to.tos << 20);
    store16(p + 4, wrap_length(w->tunnel + w->frame));
    p[6] = w->way.to.protocol;
    p[7] = w->ttl;
    store_address((__u32 *)(p + 8), &w->way.local);
    store_address((__u32 *)(p + 24), &w->way.to.remote);
}

/* The first four bytes, which may have a group policy: there is none that is all zeros. */
static __always_inline __u32 vxlan_flags(const struct wrapping *w, const struct bvs_tunnel *t) {
    __u32 id = w->flags_and_policy >> BVS_LOWEST_tunnel_gbp_id & 0xffff;
    __u32 flags = w->flags_and_policy >> BVS_LOWEST_tunnel_gbp_flags & VXLAN_POLICY_FLAGS;

    if (!(t->flags & BVS_TUNNEL_GBP) || !(id | flags))
        return VXLAN_HAS_VNI << 24;
    return (VXLAN_HAS_POLICY | VXLAN_HAS_VNI) << 24 | flags << 16 | id;
}

static __always_inline __u32 geneve_flags(const struct wrapping *w) {
    return w->options / OPTION_UNIT << 24 |
           (w->options && w->header.critical ? GENEVE_CRITICAL << 16 : 0) |
           (w->flags_and_policy & BVS_FLOW_TUNNEL_OAM ? GENEVE_OAM << 16 : 0) | ETHERNET_BRIDGED;
}

static __always_inline __u32 next_sequence(__u32 port) {
    struct bvs_port_spent *spent = bpf_map_lookup_elem(&port_spent, &port);

    return spent ? __sync_fetch_and_add(&spent->sequence, 1) : 0;
}

/* Here and below, a checksum is 0 until bpf/checksum.h fills it in. */
static __always_inline void put_gre(__u8 *p, const struct wrapping *w, const struct bvs_tunnel *t) {
    bool numbered = t->flags & BVS_TUNNEL_SEQUENCE, erspan = t->type == BVS_TUNNEL_ERSPAN;

    store16(p, (w->summed ? GRE_CHECKSUM : 0) | (gre_has_key(t) ? GRE_KEY : 0) |
                   (numbered ? GRE_SEQUENCE : 0));
    store16(p + 2, erspan ? t->dst_port : ETHERNET_BRIDGED);
    p += 4;
    if (w->summed) {
        store32(p, 0);
        p += 4;
    }
    if (gre_has_key(t)) {
        store32(p, w->key);
        p += 4;
    }
    if (numbered) {
        store32(p, next_sequence(w->port));
        p += 4;
    }
    if (erspan)
        erspan_put(p, t->dst_port, w->key, t->erspan, w->eth.outer, bpf_ktime_get_ns());
}

static __always_inline void put_tunnel(__u8 *p, const struct wrapping *w,
                                       const struct bvs_tunnel *t) {
    if (is_gre(t)) {
        put_gre(p, w, t);
        return;
    }
    store16(p, w->way.to.sport);
    store16(p + 2, w->way.to.dport);
    store16(p + 4, wrap_length(w->tunnel + w->frame));
    store16(p + 6, 0); /* which is none: RFC 7348, 4.1, and RFC 6935 */
    store32(p + 8, t->type == BVS_TUNNEL_VXLAN ? vxlan_flags(w, t) : geneve_flags(w));
    store32(p + 12, (__u32)w->key << 8);
}

static __always_inline void put_link_header(__u8 *p, const struct ethernet *eth) {
    store48(p, eth->dst);
    store48(p + 6, eth->src);
    p += 12;
    if (eth->outer.tpid) {
        store16(p, eth->outer.tpid);
        store16(p + 2, eth->outer.tci);
        p += 4;
    }
    if (eth->inner.tpid) {
        store16(p, eth->inner.tpid);
        store16(p + 2, eth->inner.tci);
        p += 4;
    }
    store16(p, eth->type);
}

/* What becomes of the link header is the kernel's business, but for the type. */
static __always_inline void wrap_put(const packet_t *packet, struct wrapping *w,
                                     const struct bvs_tunnel *t) {
    __u8 *p = w->header.byte;
    __u32 at = ETH_HLEN + w->ip;

    __builtin_memset(p, 0, ETH_HLEN);
    if (w->summed)
        carry(p, packet, w->port);
    if (w->ip == IPV4_BYTES) {
        store16(p + 12, ETH_P_IP);
        put_ipv4(p + ETH_HLEN, w, t);
    } else {
        store16(p + 12, ETH_P_IPV6);
        put_ipv6(p + ETH_HLEN, w);
    }
    put_tunnel(p + (at & (MOST_WRAP_BYTES - 1)), w, t);
    at += w->tunnel;
    put_link_header(p + (at & (MOST_WRAP_BYTES - 1)), &w->eth);
}

static __always_inline __u64 room_flags(const struct wrapping *w) {
    return BPF_F_ADJ_ROOM_ENCAP_L2(w->link) | BPF_F_ADJ_ROOM_ENCAP_L2_ETH |
           (w->ip == IPV4_BYTES ? BPF_F_ADJ_ROOM_ENCAP_L3_IPV4 : BPF_F_ADJ_ROOM_ENCAP_L3_IPV6) |
           (w->way.to.protocol == IPPROTO_GRE ? BPF_F_ADJ_ROOM_ENCAP_L4_GRE
                                              : BPF_F_ADJ_ROOM_ENCAP_L4_UDP);
}

static __always_inline int wrap_store(packet_t *packet, const struct wrapping *w) {
    __u32 bytes = ETH_HLEN + w->ip + w->tunnel + w->link;

    /* A power of two, and the mask keeps nothing away: it is what the verifier understands. */
    return bpf_skb_store_bytes(packet, 0, w->header.byte, ((bytes - 1) & (MOST_WRAP_BYTES - 1)) + 1,
                               0);
}

static __always_inline bool wrap_room(packet_t *packet, const struct wrapping *w, __u64 flags) {
    return !bpf_skb_adjust_room(packet, w->ip + w->tunnel + w->link, BPF_ADJ_ROOM_MAC,
                                BPF_F_ADJ_ROOM_FIXED_GSO | flags);
}

/* What has come out of a tunnel the kernel takes to be in it still, and puts it into no other. But
 * it gives room, and that it cuts a super-frame as one in a tunnel is right again, if that is again
 * one over UDP, or over GRE. If there was a checksum, it writes one where that was: so there has to
 * be a place for it, and somebody who writes the right one. */
static __always_inline bool wrap_again(packet_t *packet, const struct wrapping *w) {
    return packet->gso_size && w->left == w->way.to.protocol && wrap_room(packet, w, 0) &&
           !wrap_store(packet, w) && packet_tell_type(packet, 0);
}

/* The kernel's own way, which alone knows super-frames, is for IP below the tags only: they are
 * taken off, and put into the header. True: it is done. */
static __always_inline bool wrap_ip(packet_t *packet, struct wrapping *w) {
    w->link = ETH_HLEN;
    if (w->eth.outer.tpid && bpf_skb_vlan_pop(packet))
        return false;
    if (w->eth.inner.tpid && bpf_skb_vlan_pop(packet))
        return false;
    w->link += (w->eth.outer.tpid ? 4 : 0) + (w->eth.inner.tpid ? 4 : 0);
    return wrap_room(packet, w, room_flags(w)) ? !wrap_store(packet, w) : wrap_again(packet, w);
}

/*
 * Everything else, and what somebody else has put into a tunnel already, gets a longer head. The
 * kernel then takes the frame's type for the outer one until it takes off a tag that is in the
 * frame; a tag is in the frame once there is another in front of it. So the first of two spare tags
 * also puts one of the frame's own in its place.
 */
static __always_inline bool wrap_other(packet_t *packet, struct wrapping *w) {
    __u16 tag = to_network16(ETH_P_8021Q);

    return !packet->gso_size && !bpf_skb_vlan_push(packet, tag, 0) &&
           !bpf_skb_change_head(packet, w->ip + w->tunnel + (w->link ? w->link : ETH_HLEN), 0) &&
           !wrap_store(packet, w) && !bpf_skb_vlan_push(packet, tag, 0) &&
           !bpf_skb_vlan_pop(packet) && !bpf_skb_vlan_pop(packet);
}

static __always_inline __u32 wrap_excess(const struct wrapping *w) {
    __u32 bytes = w->ip + w->tunnel + w->segment;

    return bytes > w->way.mtu ? bytes - w->way.mtu : 0;
}

/* What is too large is cut off in ERSPAN, and its header says so. */
static __always_inline bool wrap_cut(packet_t *packet, struct wrapping *w) {
    __u32 less = w->frame - w->segment + wrap_excess(w);

    if (less >= packet->len || bpf_skb_change_tail(packet, packet->len - less, 0))
        return false;
    w->frame -= less;
    w->segment = w->frame;
    w->key |= ERSPAN_TRUNCATED;
    return true;
}

/* Global functions, so that the verifier looks at each once. */
__noinline int wrap_route(packet_t *packet, struct way *way) {
    return way ? route_recall(packet, way) : BVS_DROP_TUNNEL_WRAP;
}

__noinline int wrap_make(packet_t *packet, struct wrapping *w, const struct bvs_tunnel *t,
                         __u32 deep) {
    if (!w || !t)
        return false;
    wrap_put(packet, w, t);
    w->link = 0;
    return (w->ip_bytes && !deep && wrap_ip(packet, w)) || wrap_other(packet, w);
}

static __always_inline int wrap_send(struct wrapping *w) {
    if (w->summed)
        return checksum_leave();
    return bpf_redirect_neigh(w->way.ifindex, &w->way.next, sizeof(w->way.next), 0);
}

/* To a tunnel port. BVS_DROP_N: the packet is under way; else why it is not. What the kernel keeps
 * beside the packet on its way through this host counts the tunnels that it is in, so that one that
 * leads into itself ends. */
__noinline int wrap(packet_t *packet, __u32 to, __u32 level, const struct arrival *arrival,
                    struct wrapped *out) {
    struct under_way *area = under_way_area();
    struct wrapping *w;
    const struct bvs_tunnel *t = bpf_map_lookup_elem(&tunnels, &to);
    const struct scratch *s;
    enum bvs_drop_reason why;

    if (!area || !t || !arrival || !out)
        return BVS_DROP_TUNNEL_WRAP;
    w = &area->wrapping;
    if (packet->tc_index >= BVS_MOST_TUNNELS)
        return BVS_DROP_TUNNEL_LOOP;
    s = scratch_at(level);
    if (!wrap_ends(w, t, s))
        return BVS_DROP_TUNNEL_REMOTE;
    w->left = arrival->left;
    w->port = to;
    wrap_read(packet, w);
    /* See wrap_again. */
    w->summed = t->flags & BVS_TUNNEL_CSUM || (arrival->summed && packet->gso_size);
    w->options = 0;
    if (t->type == BVS_TUNNEL_GENEVE && s && s->shown.word[BVS_WORD_options_present])
        wrap_options(w, to, level);
    wrap_plan(w, t);
    why = wrap_route(packet, &w->way);
    if (why != BVS_DROP_N)
        return why;
    if (wrap_excess(w) && !(t->type == BVS_TUNNEL_ERSPAN && wrap_cut(packet, w))) {
        out->mtu = w->way.mtu - w->ip - w->tunnel - (w->eth.payload + w->frame - packet->len);
        return BVS_DROP_TUNNEL_MTU;
    }
    if (!wrap_make(packet, w, t, arrival->deep))
        return BVS_DROP_TUNNEL_WRAP;
    if (t->mark)
        packet->mark = t->mark;
    packet->tc_index++;
    out->verdict = wrap_send(w);
    return out->verdict == TC_ACT_SHOT ? BVS_DROP_TUNNEL_WRAP : BVS_DROP_N;
}

#endif
