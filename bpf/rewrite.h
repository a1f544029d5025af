/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The frame's headers, from what they show to what they shall show, with their checksums. The
 * helpers know partial checksums and those that the device has verified (CHECKSUM_COMPLETE): a
 * change that the frame's own checksums make up for leaves the sum over the frame as it was, any
 * other has to say so (BPF_F_RECOMPUTE_CSUM).
 */
#ifndef BVS_BPF_REWRITE_H
#define BVS_BPF_REWRITE_H

#include "bpf/crc32c.h"
#include "bpf/packet_tc.h"
#include "bpf/scratch.h"

/* All functions here return 0, or why it cannot be done. */
#define REWRITTEN(error) ((error) < 0 ? BVS_DROP_REWRITE : 0)

#define CHANGED(s, n) ((s)->shown.word[n] ^ (s)->flow.word[n])
#define CHANGED_FIELD(s, name) (bvs_flow_get(&(s)->shown, name) != bvs_flow_get(&(s)->flow, name))

/* Where the checksum is that covers the pseudo-header; 0: there is none. */
static __always_inline __u32 pseudo_checksum(const struct scratch *s) {
    if (!s->at.l4)
        return 0;
    switch (bvs_flow_get(&s->shown, ip_proto)) {
    case IPPROTO_TCP:
        return s->at.l4 + 16;
    case IPPROTO_UDP:
        return s->at.l4 + 6;
    case IPPROTO_ICMPV6:
        return bvs_flow_get(&s->shown, layers) & BVS_LAYER_IPV6 ? s->at.l4 + 2 : 0;
    default:
        return 0;
    }
}

/* UDP may go without checksum, which is 0. */
static __always_inline __u64 checksum_flags(const struct scratch *s) {
    return bvs_flow_get(&s->shown, ip_proto) == IPPROTO_UDP ? BPF_F_MARK_MANGLED_0 : 0;
}

__noinline int rewrite_ethernet(packet_t *packet, struct scratch *s) {
    __u8 addresses[12];

    if (!s)
        return 0;
    store48(addresses, bvs_flow_get(&s->flow, eth_dst));
    store48(addresses + 6, bvs_flow_get(&s->flow, eth_src));
    return REWRITTEN(bpf_skb_store_bytes(packet, 0, addresses, sizeof(addresses), 0));
}

__noinline int rewrite_arp(packet_t *packet, struct scratch *s) {
    __u8 body[22];
    __u64 addresses;

    if (!s)
        return 0;
    addresses = s->flow.word[BVS_WORD_ipv4_src];
    store16(body, bvs_flow_get(&s->flow, arp_op));
    store48(body + 2, bvs_flow_get(&s->flow, arp_sha));
    store32(body + 8, addresses);
    store48(body + 12, bvs_flow_get(&s->flow, arp_tha));
    store32(body + 18, addresses >> 32);
    return REWRITTEN(
        bpf_skb_store_bytes(packet, s->at.l3 + 6, body, sizeof(body), BPF_F_RECOMPUTE_CSUM));
}

static __always_inline int rewrite_ipv4_address(packet_t *packet, struct scratch *s, __u32 offset,
                                                __u32 from, __u32 to) {
    __u32 old = to_network32(from), new = to_network32(to), checksum = pseudo_checksum(s);

    if (from == to)
        return 0;
    if (checksum && bpf_l4_csum_replace(packet, checksum, old, new,
                                        BPF_F_PSEUDO_HDR | checksum_flags(s) | sizeof(new)))
        return -1;
    if (bpf_l3_csum_replace(packet, s->at.l3 + 10, old, new, sizeof(new)))
        return -1;
    return bpf_skb_store_bytes(packet, s->at.l3 + offset, &new, sizeof(new), 0);
}

/* A byte of the header, as part of the 16 bits that the checksum adds up. */
static __always_inline int rewrite_ipv4_byte(packet_t *packet, struct scratch *s, __u32 offset,
                                             __u8 from, __u8 to) {
    __u32 shift = offset & 1 ? 0 : 8;

    if (from == to)
        return 0;
    if (bpf_l3_csum_replace(packet, s->at.l3 + 10, to_network16(from << shift),
                            to_network16(to << shift), 2))
        return -1;
    return bpf_skb_store_bytes(packet, s->at.l3 + offset, &to, 1, 0);
}

__noinline int rewrite_ipv4(packet_t *packet, struct scratch *s) {
    const struct bvs_flow *from, *to;
    int error;

    if (!s)
        return 0;
    from = &s->shown;
    to = &s->flow;
    error = rewrite_ipv4_address(packet, s, 12, bvs_flow_get(from, ipv4_src),
                                 bvs_flow_get(to, ipv4_src));
    if (!error)
        error = rewrite_ipv4_address(packet, s, 16, bvs_flow_get(from, ipv4_dst),
                                     bvs_flow_get(to, ipv4_dst));
    if (!error)
        error =
            rewrite_ipv4_byte(packet, s, 1, bvs_flow_get(from, ip_tos), bvs_flow_get(to, ip_tos));
    if (!error)
        error =
            rewrite_ipv4_byte(packet, s, 8, bvs_flow_get(from, ip_ttl), bvs_flow_get(to, ip_ttl));
    if (!error)
        error = rewrite_ipv4_byte(packet, s, 9, bvs_flow_get(from, ip_proto),
                                  bvs_flow_get(to, ip_proto));
    return REWRITTEN(error);
}

/* Words of the flow as they stand in a frame. */
static __always_inline void network_words(__u64 *to, const struct bvs_flow *flow, __u32 word,
                                          int n) {
    for (int i = 0; i < n; i++)
        to[i] = to_network64(flow->word[word + i]);
}

__noinline int rewrite_ipv6_addresses(packet_t *packet, struct scratch *s) {
    __u64 from[4], to[4];
    __u32 checksum;
    __s64 difference;

    if (!s)
        return 0;
    checksum = pseudo_checksum(s);
    network_words(from, &s->shown, BVS_WORD_ipv6_src_high, 4);
    network_words(to, &s->flow, BVS_WORD_ipv6_src_high, 4);
    difference = bpf_csum_diff((__be32 *)from, sizeof(from), (__be32 *)to, sizeof(to), 0);
    if (difference < 0)
        return BVS_DROP_REWRITE;
    if (checksum &&
        bpf_l4_csum_replace(packet, checksum, 0, difference, BPF_F_PSEUDO_HDR | checksum_flags(s)))
        return BVS_DROP_REWRITE;
    return REWRITTEN(
        bpf_skb_store_bytes(packet, s->at.l3 + 8, to, sizeof(to), BPF_F_RECOMPUTE_CSUM));
}

/* Traffic class, label and hop limit: in no checksum. */
__noinline int rewrite_ipv6(packet_t *packet, struct scratch *s) {
    __u32 first;
    __u8 hops;
    int error;

    if (!s)
        return 0;
    first = to_network32(6U << 28 | bvs_flow_get(&s->flow, ip_tos) << 20 |
                         (bvs_flow_get(&s->flow, ipv6_label) & 0xfffff));
    hops = bvs_flow_get(&s->flow, ip_ttl);
    error = bpf_skb_store_bytes(packet, s->at.l3, &first, sizeof(first), BPF_F_RECOMPUTE_CSUM);
    if (!error)
        error = bpf_skb_store_bytes(packet, s->at.l3 + 7, &hops, 1, BPF_F_RECOMPUTE_CSUM);
    return REWRITTEN(error);
}

/* Only where the IPv6 header itself has it, and not the last one of extension headers. */
__noinline int rewrite_ipv6_proto(packet_t *packet, struct scratch *s) {
    __u8 proto;

    if (!s || bpf_skb_load_bytes(packet, s->at.l3 + 6, &proto, 1) ||
        proto != bvs_flow_get(&s->shown, ip_proto))
        return BVS_DROP_REWRITE;
    proto = bvs_flow_get(&s->flow, ip_proto);
    return REWRITTEN(bpf_skb_store_bytes(packet, s->at.l3 + 6, &proto, 1, BPF_F_RECOMPUTE_CSUM));
}

static __always_inline int rewrite_icmp(packet_t *packet, struct scratch *s) {
    __u16 old = to_network16(s->shown.word[BVS_WORD_tp_src] << 8 |
                             (s->shown.word[BVS_WORD_tp_src] >> 16 & 0xff));
    __u16 new = to_network16(s->flow.word[BVS_WORD_tp_src] << 8 |
                             (s->flow.word[BVS_WORD_tp_src] >> 16 & 0xff));

    if (bpf_l4_csum_replace(packet, s->at.l4 + 2, old, new, sizeof(new)))
        return BVS_DROP_REWRITE;
    return REWRITTEN(bpf_skb_store_bytes(packet, s->at.l4, &new, sizeof(new), 0));
}

static __always_inline __u32 ports_of(const struct bvs_flow *flow) {
    return to_network32(bvs_flow_get(flow, tp_src) << 16 | bvs_flow_get(flow, tp_dst));
}

/* The frame's sum changes only where no checksum makes up for the ports. */
static __always_inline int rewrite_ports(packet_t *packet, struct scratch *s) {
    __u32 old = ports_of(&s->shown), new = ports_of(&s->flow);
    __u32 checksum = pseudo_checksum(s);
    __u16 there = 0;

    if (bpf_skb_load_bytes(packet, checksum, &there, sizeof(there)) ||
        bpf_l4_csum_replace(packet, checksum, old, new, checksum_flags(s) | sizeof(new)))
        return BVS_DROP_REWRITE;
    return REWRITTEN(bpf_skb_store_bytes(packet, s->at.l4, &new, sizeof(new),
                                         there || !checksum_flags(s) ? 0 : BPF_F_RECOMPUTE_CSUM));
}

/* The 16 bits with TCP's flags, below four of the header's length. */
static __always_inline int rewrite_tcp_flags(packet_t *packet, struct scratch *s) {
    __u8 had[2], wanted[2];
    __u16 old, new;

    if (bpf_skb_load_bytes(packet, s->at.l4 + 12, had, sizeof(had)))
        return BVS_DROP_REWRITE;
    store16(wanted, (load16(had) & 0xf000) | bvs_flow_get(&s->flow, tcp_flags));
    __builtin_memcpy(&old, had, sizeof(old));
    __builtin_memcpy(&new, wanted, sizeof(new));
    if (bpf_l4_csum_replace(packet, s->at.l4 + 16, old, new, sizeof(new)))
        return BVS_DROP_REWRITE;
    return REWRITTEN(bpf_skb_store_bytes(packet, s->at.l4 + 12, &new, sizeof(new), 0));
}

static __always_inline int rewrite_tcp(packet_t *packet, struct scratch *s) {
    int why = rewrite_ports(packet, s);

    return !why && CHANGED_FIELD(s, tcp_flags) ? rewrite_tcp_flags(packet, s) : why;
}

/* From the header to the packet's end, which need not be the frame's. 0: it cannot be read. */
static __always_inline __u32 l4_length(packet_t *packet, const struct scratch *s) {
    bool ipv6 = bvs_flow_get(&s->shown, layers) & BVS_LAYER_IPV6;
    __u8 length[2];

    if (bpf_skb_load_bytes(packet, s->at.l3 + (ipv6 ? 4 : 2), length, sizeof(length)))
        return 0;
    return load16(length) + (ipv6 ? 40 : 0) - (s->at.l4 - s->at.l3);
}

/* A sum of 0 is none yet: who sends the frame, or the device, is to make it. */
__noinline int rewrite_sctp(packet_t *packet, struct scratch *s) {
    __u32 old, new, change;
    __u8 sum[4];

    if (!s)
        return 0;
    if (bvs_flow_get(&s->shown, ip_frag))
        return BVS_DROP_SCTP_PORTS;
    old = ports_of(&s->shown);
    new = ports_of(&s->flow);
    change = crc32c_change(__builtin_bswap32(to_network32(old ^ new)), l4_length(packet, s));
    if (bpf_skb_load_bytes(packet, s->at.l4 + 8, sum, sizeof(sum)) ||
        bpf_skb_store_bytes(packet, s->at.l4, &new, sizeof(new), BPF_F_RECOMPUTE_CSUM))
        return BVS_DROP_REWRITE;
    if (!load32(sum))
        return 0;
    store32(sum, load32(sum) ^ __builtin_bswap32(change));
    return REWRITTEN(
        bpf_skb_store_bytes(packet, s->at.l4 + 8, sum, sizeof(sum), BPF_F_RECOMPUTE_CSUM));
}

__noinline int rewrite_l4(packet_t *packet, struct scratch *s) {
    if (!s)
        return 0;
    switch (bvs_flow_get(&s->shown, ip_proto)) {
    case IPPROTO_TCP:
        return rewrite_tcp(packet, s);
    case IPPROTO_UDP:
        return rewrite_ports(packet, s);
    case IPPROTO_SCTP:
        return rewrite_sctp(packet, s);
    default:
        return rewrite_icmp(packet, s);
    }
}

/* Bytes that ICMPv6's checksum covers. */
static __always_inline int rewrite_covered(packet_t *packet, struct scratch *s, __u32 offset,
                                           __u64 *from, __u64 *to, __u32 size) {
    __s64 difference = bpf_csum_diff((__be32 *)from, size, (__be32 *)to, size, 0);

    if (difference < 0 || bpf_l4_csum_replace(packet, s->at.l4 + 2, 0, difference, 0))
        return -1;
    return bpf_skb_store_bytes(packet, s->at.l4 + offset, to, size, 0);
}

/* The target, and the link-layer address that the message tells of, if it does. */
__noinline int rewrite_neighbour(packet_t *packet, struct scratch *s) {
    __u64 from[2], to[2];
    int error;

    if (!s)
        return 0;
    network_words(from, &s->shown, BVS_WORD_nd_target_high, 2);
    network_words(to, &s->flow, BVS_WORD_nd_target_high, 2);
    error = rewrite_covered(packet, s, 8, from, to, sizeof(to));
    if (error || bpf_skb_load_bytes(packet, s->at.l4 + 24, from, 8))
        return REWRITTEN(error);
    to[0] = from[0];
    if (*(__u8 *)from == 1)
        store48((__u8 *)to + 2, bvs_flow_get(&s->flow, arp_sha));
    else if (*(__u8 *)from == 2)
        store48((__u8 *)to + 2, bvs_flow_get(&s->flow, arp_tha));
    return REWRITTEN(rewrite_covered(packet, s, 24, from, to, 8));
}

#endif
