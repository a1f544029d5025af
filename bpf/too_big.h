/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Tells the sender of a packet that is too large for a tunnel's way how large it may be: ICMP
 * "fragmentation needed" (RFC 1191) or ICMPv6 "packet too big" (RFC 8201). The packet itself
 * becomes the answer, and comes in at the tunnel port as if the far end had sent it: so it finds
 * its way back as others do, whatever VLANs and rules there are.
 */
#ifndef BVS_BPF_TOO_BIG_H
#define BVS_BPF_TOO_BIG_H

#include "bpf/arrival.h"
#include "bpf/clock.h"
#include "bpf/wrap.h"

#define MOST_ANSWERS 10 /* in a tick, of a CPU */
#define QUOTE_BYTES 128 /* of the packet, from its IP header on */
#define ICMP_BYTES 8
#define ICMP_TOO_BIG 0x0304 /* type and code */
#define ICMPV6_TOO_BIG 0x0200
#define LEAST_IPV4_MTU 68
#define LEAST_IPV6_MTU 1280
#define ANSWER_TTL 64
#define ANSWER_AT 32 /* in the header's bytes: a power of two, more than a link header has */

static __always_inline bool may_answer(struct bvs_onward *o) {
    __u32 now = now_tick();

    if (o->answers_tick != now) {
        o->answers_tick = now;
        o->answers = 0;
    }
    return o->answers++ < MOST_ANSWERS;
}

/* RFC 1812, 4.3.2.7: no answers to errors, to fragments behind the first, or from and to many. */
static __always_inline bool deserves_ipv4(const __u8 *ip) {
    const __u8 *icmp = ip + (ip[0] & 0x0f) * 4;

    if (ip[9] == IPPROTO_ICMP && *icmp != 0 && *icmp != 8)
        return false;
    return load16(ip + 6) & IPV4_DF && !(load16(ip + 6) & 0x1fff) && ip[12] && ip[12] < 224 &&
           ip[16] < 224;
}

/* RFC 4443, 2.4. */
static __always_inline bool deserves_ipv6(const __u8 *ip) {
    return (ip[6] != IPPROTO_ICMPV6 || ip[IPV6_BYTES] >= 128) && ip[8] != 0xff && ip[24] != 0xff;
}

/* A sum of RFC 1071 as it stands in a packet. */
static __always_inline void put_sum(__u8 *p, const __u8 *of, __u32 bytes, __u32 seed) {
    __u32 sum = bpf_csum_diff(0, 0, (__be32 *)of, bytes, seed);
    __u16 folded;

    sum = (sum >> 16) + (sum & 0xffff);
    folded = ~((sum >> 16) + sum);
    copy_bytes(p, &folded, sizeof(folded));
}

/* The headers in front of the quote: their ends are the packet's, swapped. */
static __always_inline void put_answer_ipv4(__u8 *p, __u32 mtu) {
    __u8 *icmp = p + IPV4_BYTES, *quote = icmp + ICMP_BYTES;

    store32(p, 0x45000000 | (IPV4_BYTES + ICMP_BYTES + QUOTE_BYTES));
    store32(p + 4, IPV4_DF);
    store32(p + 8, ANSWER_TTL << 24 | IPPROTO_ICMP << 16);
    copy_bytes(p + 12, quote + 16, 4);
    copy_bytes(p + 16, quote + 12, 4);
    put_sum(p + 10, p, IPV4_BYTES, 0);
    store32(icmp, ICMP_TOO_BIG << 16);
    store32(icmp + 4, mtu < LEAST_IPV4_MTU ? LEAST_IPV4_MTU : mtu);
    put_sum(icmp + 2, icmp, ICMP_BYTES + QUOTE_BYTES, 0);
}

/* Addresses, message and quote lie as in RFC 8200's pseudo-header, 8.1. */
static __always_inline void put_answer_ipv6(__u8 *p, __u32 mtu) {
    __u8 *icmp = p + IPV6_BYTES, *quote = icmp + ICMP_BYTES;

    store32(p, 6U << 28);
    store32(p + 4, (ICMP_BYTES + QUOTE_BYTES) << 16 | IPPROTO_ICMPV6 << 8 | ANSWER_TTL);
    copy_bytes(p + 8, quote + 24, 16);
    copy_bytes(p + 24, quote + 8, 16);
    store32(icmp, ICMPV6_TOO_BIG << 16);
    store32(icmp + 4, mtu < LEAST_IPV6_MTU ? LEAST_IPV6_MTU : mtu);
    put_sum(icmp + 2, p + 8, 32 + ICMP_BYTES + QUOTE_BYTES,
            to_network32(ICMP_BYTES + QUOTE_BYTES + IPPROTO_ICMPV6));
}

/* The tag beside the frame stays there. */
static __always_inline void put_answer_link(packet_t *packet, struct wrapping *w) {
    struct ethernet eth = w->eth;

    eth.dst = w->eth.src;
    eth.src = w->eth.dst;
    if (packet->vlan_present)
        eth.outer.tpid = 0;
    put_link_header(w->header.byte, &eth);
}

/* What the answer is made of comes to its place in the header's bytes, and the rest around it. */
static __always_inline bool put_answer(packet_t *packet, struct wrapping *w, __u32 mtu) {
    bool ipv6 = w->eth.type == ETH_P_IPV6;
    __u8 *p = w->header.byte + ANSWER_AT,
         *quote = p + ICMP_BYTES + (ipv6 ? IPV6_BYTES : IPV4_BYTES);

    if (w->eth.dst & BVS_MAC_MULTICAST ||
        bpf_skb_load_bytes(packet, w->eth.payload, quote, QUOTE_BYTES))
        return false;
    if (!(ipv6 ? deserves_ipv6(quote) : deserves_ipv4(quote)))
        return false;
    put_answer_link(packet, w);
    if (ipv6)
        put_answer_ipv6(p, mtu);
    else
        put_answer_ipv4(p, mtu);
    return true;
}

/* False: there is none, as the packet deserves none or the kernel cannot change it. */
__noinline int make_answer(packet_t *packet, struct wrapping *w, __u32 mtu) {
    __u32 link, room;
    __u8 *p;

    if (!w || !w->ip_bytes || !put_answer(packet, w, mtu))
        return false;
    p = w->header.byte + ANSWER_AT;
    link = w->eth.payload;
    room = ICMP_BYTES + (w->eth.type == ETH_P_IPV6 ? IPV6_BYTES : IPV4_BYTES);
    if (bpf_skb_change_tail(packet, link + QUOTE_BYTES, 0) ||
        bpf_skb_change_head(packet, room, 0) ||
        bpf_skb_store_bytes(packet, 0, w->header.byte, ((link - 1) & (ANSWER_AT - 1)) + 1, 0))
        return false;
    return !(room == ICMP_BYTES + IPV4_BYTES
                 ? bpf_skb_store_bytes(packet, link, p, ICMP_BYTES + IPV4_BYTES, 0)
                 : bpf_skb_store_bytes(packet, link, p, ICMP_BYTES + IPV6_BYTES, 0));
}

static __always_inline void answer_arrives(const struct wrapping *w, struct arrival *arrival) {
    arrival_forget(arrival);
    arrival->tunnel_id = w->key;
    arrival_from(arrival, &w->way.to.remote, &w->way.local, 0);
    arrival->deep = 1;
}

/* Of a packet that `wrap` has just found too large. True: it is an answer now. */
static __always_inline bool too_big(packet_t *packet, struct bvs_onward *o, __u32 mtu,
                                    struct arrival *arrival) {
    struct under_way *area = under_way_area();

    if (!area || !may_answer(o) || !make_answer(packet, &area->wrapping, mtu))
        return false;
    answer_arrives(&area->wrapping, arrival);
    return true;
}

#endif
