/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The checksum of a tunnel's outer header, of UDP (RFC 768, RFC 8200, 8.1) or GRE (RFC 2784), which
 * covers the frame within. A frame's own sums may be yet to be filled in, and those of a
 * super-frame come to be when it is cut; so wrapped packets with such a sum leave by the onward
 * device, which can do nothing by itself: the kernel cuts them and fills in the sums within before
 * that device has them. At the pair's far end then come single packets, whose bytes are summed up
 * here.
 *
 * All is summed anew and no sum within is relied on: one that is wrong is found where it is meant
 * to be.
 *
 * On its way between the ends of the pair a packet loses its priority, and nobody knows any more
 * which port it is for. The outer link header carries both, as nobody has written that yet: 16 bits
 * of 0, the port, the priority and again 16 bits of 0.
 */
#ifndef BVS_BPF_CHECKSUM_H
#define BVS_BPF_CHECKSUM_H

#include "bpf/onward.h"
#include "bpf/outer.h"
#include "bpf/route.h"

#define CARRIED_PORT 2
#define CARRIED_PRIORITY 6
#define SUM_PIECE 256 /* a power of two, and even, as the sum is of 16 bits each */
#define SUM_MOST 0xffff

static __always_inline void carry(__u8 *link, const packet_t *packet, __u32 port) {
    store32(link + CARRIED_PORT, port);
    store32(link + CARRIED_PRIORITY, packet->priority);
}

/* To the onward device, and through it. A copy is there already; the verdict TC_ACT_OK would
 * forget how many tunnels it is in. */
static __always_inline int checksum_leave(void) {
    __u32 first = 0;
    const struct bvs_onward_info *info = bpf_map_lookup_elem(&onward_info, &first);

    if (AT_EGRESS)
        return TC_ACT_UNSPEC;
    if (!info)
        return TC_ACT_SHOT;
    onward_leave(ONWARD_PASS, 0);
    return bpf_redirect(info->ifindex, 0);
}

/* The rest is at the far end. */
struct summing {
    packet_t *packet;
    __u32 at;
    __u32 end;
    __u32 sum;
    __u32 failed;
};

static long sum_piece(__u32 index, struct summing *s) {
    __u32 bytes = s->end - s->at;
    __u8 piece[SUM_PIECE];
    long error;

    if (s->at >= s->end)
        return 1;
    if (bytes >= SUM_PIECE) {
        error = bpf_skb_load_bytes(s->packet, s->at, piece, SUM_PIECE);
    } else {
        __builtin_memset(piece, 0, sizeof(piece));
        /* The mask keeps nothing away: it is what the verifier understands. */
        error = bpf_skb_load_bytes(s->packet, s->at, piece, ((bytes - 1) & (SUM_PIECE - 1)) + 1);
    }
    if (error) {
        s->failed = true;
        return 1;
    }
    s->sum = bpf_csum_diff(0, 0, (__be32 *)piece, SUM_PIECE, s->sum);
    s->at += SUM_PIECE;
    return 0;
}

/* What precedes the header of UDP in the sum lies in front of it, the addresses, but for this. */
static __always_inline __u32 pseudo_header(const struct outer *o) {
    return to_network32(o->ip_proto + o->ip_end - o->l4);
}

static __always_inline bool checksum_write(packet_t *packet, const struct outer *o) {
    bool gre = o->ip_proto == IPPROTO_GRE;
    __u32 addresses = bvs_address_is_v4(&o->to.remote) ? 8 : 32, at = o->l4 + (gre ? 4 : 6);
    struct summing s = {.packet = packet, .at = o->l4, .end = o->ip_end};
    __u16 sum = 0;

    if (!gre) {
        s.at -= addresses;
        s.sum = pseudo_header(o);
    }
    /* The kernel may have left something there, if it had cut the packet out of a tunnel. */
    if (bpf_skb_store_bytes(packet, at, &sum, sizeof(sum), 0))
        return false;
    bpf_loop(SUM_MOST / SUM_PIECE + 1, sum_piece, &s, 0);
    s.sum = (s.sum >> 16) + (s.sum & 0xffff);
    sum = ~((s.sum >> 16) + s.sum);
    if (!sum && !gre)
        sum = 0xffff; /* 0 is none: RFC 768 */
    return !s.failed && !bpf_skb_store_bytes(packet, at, &sum, sizeof(sum), 0);
}

/* Where to, as when the packet was wrapped, from what its outer header says. */
static __always_inline void destination_of(packet_t *packet, const struct outer *o,
                                           struct destination *to) {
    __u8 ip[2] = {}, port[2] = {};

    bpf_skb_load_bytes(packet, ETH_HLEN, ip, sizeof(ip));
    if (o->ip_proto == IPPROTO_UDP)
        bpf_skb_load_bytes(packet, o->l4, port, sizeof(port));
    to->remote = o->to.local;
    to->local = o->to.remote;
    to->sport = load16(port);
    to->dport = o->to.dst_port;
    to->protocol = o->ip_proto;
    to->tos = bvs_address_is_v4(&o->to.remote) ? ip[1] : load16(ip) >> 4;
}

/* A packet that has come to the far end; `port` is told what it carries. BVS_DROP_N: it has all but
 * a link header, and a way. */
static __always_inline enum bvs_drop_reason checksum_fill(packet_t *packet, __u32 *port,
                                                          struct way *way) {
    struct outer o = {};
    const __u8 *begin;

    packet_pull(packet);
    begin = packet_data(packet);
    if (!parse_carrier(begin, packet_end(packet), &o))
        return BVS_DROP_ONWARD;
    *port = load32(begin + CARRIED_PORT);
    packet->priority = load32(begin + CARRIED_PRIORITY);
    if (packet->gso_size || !checksum_write(packet, &o))
        return BVS_DROP_TUNNEL_WRAP;
    destination_of(packet, &o, &way->to);
    return route_recall(packet, way);
}

#endif
