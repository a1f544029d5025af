/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Frames into values. Pure functions over [data, data_end): no helper, no map, so that the very
 * same text runs in BPF and, natively, under the fuzzer. Tags that the kernel holds beside the
 * frame (accelerated) come in as a value; at both hooks only what lies within data_end is read.
 */
#ifndef BVS_BPF_PARSE_H
#define BVS_BPF_PARSE_H

#include "bpf/parse_link.h"
#include "maps/abi.h"
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <stdbool.h>

#define VID_MASK 0x0fff

/* The part of a frame that switching looks at. */
struct ethernet {
    __u64 dst; /* 48 bits, host order */
    __u64 src;
    struct bvs_vlan_tag outer;
    struct bvs_vlan_tag inner;
    __u32 type;    /* first Ethernet type that is no VLAN tag, or follows two; host order */
    __u32 payload; /* where it ends: offset of the header after it */
};

static __always_inline int is_vlan_type(__u16 type) {
    return type == ETH_P_8021Q || type == ETH_P_8021AD;
}

/* Takes one tag off the front, if there is one; -1 if it is announced but not there. */
static __always_inline int parse_tag(const __u8 *data, const __u8 *data_end, struct ethernet *eth,
                                     struct bvs_vlan_tag *tag) {
    const __u8 *p = data + eth->payload;

    if (!is_vlan_type(eth->type))
        return 0;
    if (p + 4 > data_end)
        return -1;
    tag->tpid = eth->type;
    tag->tci = load16(p);
    eth->type = load16(p + 2);
    eth->payload += 4;
    return 0;
}

/* 0, or -1 for a frame that is shorter than its headers say. */
static __always_inline int parse_ethernet(const void *begin, const void *end,
                                          struct bvs_vlan_tag accelerated, struct ethernet *eth) {
    const __u8 *data = begin, *data_end = end;
    struct bvs_vlan_tag none = {};

    if (data + ETH_HLEN > data_end)
        return -1;
    eth->dst = load48(data);
    eth->src = load48(data + 6);
    eth->type = load16(data + 12);
    eth->payload = ETH_HLEN;
    eth->outer = accelerated;
    eth->inner = none;
    if (!accelerated.tpid && parse_tag(data, data_end, eth, &eth->outer))
        return -1;
    if (eth->outer.tpid && parse_tag(data, data_end, eth, &eth->inner))
        return -1;
    return 0;
}

static __always_inline bool has_ports(__u8 protocol) {
    return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP || protocol == IPPROTO_SCTP;
}

static __always_inline __u64 tag_field(struct bvs_vlan_tag tag) {
    return tag.tpid ? tag.tci | BVS_VLAN_PRESENT : 0;
}

static __always_inline void parse_arp(const __u8 *p, const __u8 *end, struct bvs_flow *flow) {
    /* Ethernet and IPv4 is the only kind with fields that a rule can name. */
    if (p + 28 > end || load16(p) != 1 || load16(p + 2) != ETH_P_IP || p[4] != 6 || p[5] != 4) {
        put_field(flow, layers, BVS_LAYER_TRUNCATED);
        return;
    }
    put_field(flow, layers, BVS_LAYER_ARP);
    put_field(flow, arp_sha, load48(p + 8));
    put_field(flow, arp_op, load16(p + 6));
    flow->word[BVS_WORD_ipv4_src] = load32(p + 14) | (__u64)load32(p + 24) << 32;
    put_field(flow, arp_tha, load48(p + 18));
}

/* Returns where the next header begins, or null where there is none to look at. */
static __always_inline const __u8 *parse_ipv4(const __u8 *p, const __u8 *end,
                                              struct bvs_flow *flow) {
    __u16 fragment;
    __u32 length;

    if (p + 20 > end || p[0] >> 4 != 4 || (p[0] & 0x0f) < 5) {
        put_field(flow, layers, BVS_LAYER_TRUNCATED);
        return 0;
    }
    length = (p[0] & 0x0f) * 4;
    fragment = load16(p + 6);
    put_field(flow, layers, BVS_LAYER_IPV4);
    put_field(flow, ip_proto, p[9]);
    put_field(flow, ip_tos, p[1]);
    put_field(flow, ip_ttl, p[8]);
    flow->word[BVS_WORD_ipv4_src] = load32(p + 12) | (__u64)load32(p + 16) << 32;
    if (fragment & 0x3fff)
        put_field(flow, ip_frag, fragment & 0x1fff ? BVS_FRAG_LATER : BVS_FRAG_FIRST);
    if (p + length > end) {
        put_field(flow, layers, BVS_LAYER_TRUNCATED);
        return 0;
    }
    return p + length;
}

#define IPV6_MAX_EXTENSIONS 8

/*
 * What follows an IPv6 header and is none of its payload's: how its length is read from its second
 * byte, (byte & mask) + add units of 1 << shift bytes. A table, because a choice by branches
 * multiplies the verifier's paths by six for each header of the chain. `seen` is OpenFlow's bit for
 * it (1.5.1, 7.2.3.8): the higher, the earlier it has to come, but for destination options, which
 * have two places.
 */
struct ipv6_extension {
    __u8 known;
    __u8 mask;
    __u8 add;
    __u8 shift;
    __u8 seen;
};

static const struct ipv6_extension ipv6_extensions[256] = {
    [IPPROTO_HOPOPTS] = {1, 0xff, 1, 3, 1 << 6},
    [IPPROTO_ROUTING] = {1, 0xff, 1, 3, 1 << 5},
    [IPPROTO_FRAGMENT] = {1, 0, 1, 3, 1 << 4},
    [IPPROTO_DSTOPTS] = {1, 0xff, 1, 3, 1 << 3},
    [IPPROTO_AH] = {1, 0xff, 2, 2, 1 << 2},
    [IPPROTO_MH] = {1, 0xff, 1, 3, 0},
    [IPPROTO_ESP] = {.seen = 1 << 1},
    [IPPROTO_NONE] = {.seen = 1 << 0},
};
#define IPV6_SEEN_DESTINATION (1 << 3)
#define IPV6_SEEN_TWICE (1 << 7)
#define IPV6_OUT_OF_SEQUENCE (1 << 8)

static __always_inline __u64 ipv6_see(__u64 seen, __u8 bit) {
    __u64 others = seen & ~IPV6_SEEN_DESTINATION;

    if (others & bit)
        seen |= IPV6_SEEN_TWICE;
    if (bit != IPV6_SEEN_DESTINATION && bit && others & (bit - 1))
        seen |= IPV6_OUT_OF_SEQUENCE;
    return seen | bit;
}

/* Walks the extension headers; a chain longer than the limit leaves the last type as ip_proto and
 * no layer 4, as a rule must not match what was not read. */
static __always_inline const __u8 *parse_ipv6_extensions(const __u8 *p, const __u8 *end,
                                                         struct bvs_flow *flow, __u8 type) {
    __u64 seen = 0, frag = BVS_FRAG_NO;

    for (int i = 0; i <= IPV6_MAX_EXTENSIONS; i++) {
        const struct ipv6_extension *extension = &ipv6_extensions[type];

        /* What follows in a later fragment is data, whatever the header says. */
        if (frag == BVS_FRAG_LATER) {
            p = 0;
            break;
        }
        seen = ipv6_see(seen, extension->seen);
        if (!extension->known)
            break;
        if (i == IPV6_MAX_EXTENSIONS) {
            p = 0;
            break;
        }
        if (p + 8 > end) {
            put_field(flow, layers, BVS_LAYER_TRUNCATED);
            p = 0;
            break;
        }
        if (type == IPPROTO_FRAGMENT && load16(p + 2) & 0xfff9)
            frag = load16(p + 2) & 0xfff8 ? BVS_FRAG_LATER : BVS_FRAG_FIRST;
        type = p[0];
        /* The last mask tells the verifier, which does not know the table, how far this goes. */
        p += (((p[1] & extension->mask) + extension->add) << extension->shift) & 0xfff;
        if (p > end) {
            put_field(flow, layers, BVS_LAYER_TRUNCATED);
            p = 0;
            break;
        }
    }
    put_field(flow, ip_proto, type);
    put_field(flow, ip_frag, frag);
    put_field(flow, ipv6_exthdr, seen);
    return p;
}

static __always_inline const __u8 *parse_ipv6(const __u8 *p, const __u8 *end,
                                              struct bvs_flow *flow) {
    if (p + 40 > end || p[0] >> 4 != 6) {
        put_field(flow, layers, BVS_LAYER_TRUNCATED);
        return 0;
    }
    put_field(flow, layers, BVS_LAYER_IPV6);
    put_field(flow, ip_tos, load16(p) >> 4 & 0xff);
    put_field(flow, ip_ttl, p[7]);
    put_field(flow, ipv6_label, load32(p) & 0xfffff);
    flow->word[BVS_WORD_ipv6_src_high] = load64(p + 8);
    flow->word[BVS_WORD_ipv6_src_low] = load64(p + 16);
    flow->word[BVS_WORD_ipv6_dst_high] = load64(p + 24);
    flow->word[BVS_WORD_ipv6_dst_low] = load64(p + 32);
    return parse_ipv6_extensions(p + 40, end, flow, p[6]);
}

/* Is the header after IP one that the flow has fields of? */
static __always_inline int has_l4_header(__u8 proto, bool ipv6) {
    return proto == IPPROTO_TCP || proto == IPPROTO_UDP || proto == IPPROTO_SCTP ||
           proto == (ipv6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP);
}

/* At least 8 bytes are there. */
static __always_inline void parse_icmp(const __u8 *p, struct bvs_flow *flow) {
    put_field(flow, layers, BVS_LAYER_L4);
    flow->word[BVS_WORD_tp_src] = p[0] | (__u64)p[1] << BVS_LOWEST_tp_dst;
}

static __always_inline void parse_icmpv6(const __u8 *p, const __u8 *end, struct bvs_flow *flow) {
    parse_icmp(p, flow);
    /* Neighbour solicitation and advertisement, RFC 4861. A PBB header has their place. */
    if (flow_has_pbb(flow) || (p[0] != 135 && p[0] != 136) || p[1] != 0 || p + 24 > end)
        return;
    put_field(flow, layers, BVS_LAYER_ND);
    flow->word[BVS_WORD_nd_target_high] = load64(p + 8);
    flow->word[BVS_WORD_nd_target_low] = load64(p + 16);
    if (p + 32 > end)
        return;
    if (p[24] == 1 && p[25] == 1)
        put_field(flow, arp_sha, load48(p + 26));
    else if (p[24] == 2 && p[25] == 1)
        put_field(flow, arp_tha, load48(p + 26));
}

/* Ports stand at the same place in TCP, UDP and SCTP. Each length is checked on its own, with a
 * constant, as the verifier forgets a range once two of them meet in one variable. */
static __always_inline void parse_ports(const __u8 *p, __u64 flags, struct bvs_flow *flow) {
    put_field(flow, layers, BVS_LAYER_L4);
    flow->word[BVS_WORD_tp_src] =
        load16(p) | (__u64)load16(p + 2) << BVS_LOWEST_tp_dst | flags << BVS_LOWEST_tcp_flags;
}

static __always_inline void parse_l4(const __u8 *p, const __u8 *end, struct bvs_flow *flow) {
    __u8 proto = bvs_flow_get(flow, ip_proto);
    bool ipv6 = bvs_flow_get(flow, layers) & BVS_LAYER_IPV6;

    if (proto == IPPROTO_TCP && p + 20 <= end)
        parse_ports(p, load16(p + 12) & 0x0fff, flow);
    else if (proto == IPPROTO_UDP && p + 8 <= end)
        parse_ports(p, 0, flow);
    else if (proto == IPPROTO_SCTP && p + 12 <= end)
        parse_ports(p, 0, flow);
    else if (proto == IPPROTO_ICMP && !ipv6 && p + 8 <= end)
        parse_icmp(p, flow);
    else if (proto == IPPROTO_ICMPV6 && ipv6 && p + 8 <= end)
        parse_icmpv6(p, end, flow);
    else if (has_l4_header(proto, ipv6))
        put_field(flow, layers, BVS_LAYER_TRUNCATED);
}

static __always_inline void fill_link(const struct ethernet *eth, struct bvs_flow *flow) {
    flow->word[BVS_WORD_eth_dst] = eth->dst;
    flow->word[BVS_WORD_eth_src] = eth->src;
    put_field(flow, vlan_tci, tag_field(eth->outer));
    put_field(flow, vlan_tpid, eth->outer.tpid);
    put_field(flow, inner_vlan_tci, tag_field(eth->inner));
    put_field(flow, inner_vlan_tpid, eth->inner.tpid);
    put_field(flow, vlan_dei, eth->outer.tci >> 12 & 1);
    put_field(flow, inner_vlan_dei, eth->inner.tci >> 12 & 1);
    put_field(flow, layers,
              (eth->outer.tpid ? BVS_LAYER_VLAN : 0) |
                  (eth->inner.tpid ? BVS_LAYER_INNER_VLAN : 0));
}

/*
 * A frame is read in three parts, each of which goes on where `at` says. A frame that is cut off
 * keeps what could be read and gets BVS_LAYER_TRUNCATED. Of the flow, the words that a packet fills
 * are written; in_port is OpenFlow's number.
 */
static __always_inline void parse_link(const void *begin, const void *end,
                                       struct bvs_vlan_tag accelerated, __u32 in_port,
                                       struct bvs_flow *flow, struct headers *at) {
    struct ethernet eth = {};

    __builtin_memset(flow, 0, sizeof(__u64) * BVS_FLOW_PACKET_WORDS);
    at->l3 = at->l4 = at->length = at->type = 0;
    put_field(flow, in_port, in_port);
    if (parse_ethernet(begin, end, accelerated, &eth)) {
        put_field(flow, layers, BVS_LAYER_TRUNCATED);
        return;
    }
    at->l3 = eth.payload;
    fill_link(&eth, flow);
    at->type = parse_llc(begin, end, eth.type, at);
    put_field(flow, eth_type, at->type);
}

static __always_inline bool has_shims(const struct headers *at) {
    return at->type == ETH_P_8021AH || is_mpls_type(at->type);
}

static __always_inline void parse_shims(const void *begin, const void *end, struct bvs_flow *flow,
                                        struct headers *at) {
    if (at->type == ETH_P_8021AH)
        at->type = parse_pbb(begin, end, flow, at);
    if (is_mpls_type(READ_ONCE(at->type)))
        at->type = parse_labels(begin, end, flow, at);
}

static __always_inline void parse_network(const void *begin, const void *end, struct bvs_flow *flow,
                                          struct headers *at) {
    const __u8 *l3 = link_end(begin, at), *l4 = 0;

    if (at->type == ETH_P_IP)
        l4 = parse_ipv4(l3, end, flow);
    else if (at->type == ETH_P_IPV6)
        l4 = parse_ipv6(l3, end, flow);
    else if (at->type == ETH_P_ARP)
        parse_arp(l3, end, flow);
    if (!l4 || bvs_flow_get(flow, ip_frag) == BVS_FRAG_LATER)
        return;
    parse_l4(l4, end, flow);
    if (bvs_flow_get(flow, layers) & BVS_LAYER_L4)
        at->l4 = l4 - (const __u8 *)begin;
}

#endif
