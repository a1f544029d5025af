/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Frames into values. Pure functions over [data, data_end): no helper, no map, so that the very
 * same text runs in BPF and, natively, under the fuzzer. Tags that the kernel holds beside the
 * frame (accelerated) come in as a value; at both hooks only what lies within data_end is read.
 */
#ifndef BVS_BPF_PARSE_H
#define BVS_BPF_PARSE_H

#include "bpf/bytes.h"
#include "maps/abi.h"
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/in6.h>

#define VID_MASK 0x0fff

/* The part of a frame that switching looks at. */
struct ethernet {
    __u64 dst; /* 48 bits, host order */
    __u64 src;
    struct bvs_vlan_tag outer;
    struct bvs_vlan_tag inner;
    __u16 type;    /* first Ethernet type that is no VLAN tag, or follows two; host order */
    __u16 payload; /* where it ends: offset of the header after it */
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

static __always_inline void parse_arp(const __u8 *p, const __u8 *data_end,
                                      struct bvs_flow_key *key) {
    /* Ethernet and IPv4 is the only kind with fields that a rule can name. */
    if (p + 28 > data_end || load16(p) != 1 || load16(p + 2) != ETH_P_IP || p[4] != 6 ||
        p[5] != 4) {
        key->layers |= BVS_LAYER_TRUNCATED;
        return;
    }
    key->layers |= BVS_LAYER_ARP;
    key->ip_proto = p[7];
    copy_bytes(key->arp_sha, p + 8, 6);
    copy_bytes(key->ip_src, p + 14, 4);
    copy_bytes(key->arp_tha, p + 18, 6);
    copy_bytes(key->ip_dst, p + 24, 4);
}

/* Returns where the next header begins, or null where there is none to look at. */
static __always_inline const __u8 *parse_ipv4(const __u8 *p, const __u8 *data_end,
                                              struct bvs_flow_key *key) {
    __u16 fragment;
    __u32 length;

    if (p + 20 > data_end || p[0] >> 4 != 4 || (p[0] & 0x0f) < 5) {
        key->layers |= BVS_LAYER_TRUNCATED;
        return 0;
    }
    length = (p[0] & 0x0f) * 4;
    fragment = load16(p + 6);
    key->layers |= BVS_LAYER_IPV4;
    key->ip_proto = p[9];
    key->ip_tos = p[1];
    key->ip_ttl = p[8];
    copy_bytes(key->ip_src, p + 12, 4);
    copy_bytes(key->ip_dst, p + 16, 4);
    if (fragment & 0x3fff)
        key->ip_frag = fragment & 0x1fff ? BVS_FRAG_LATER : BVS_FRAG_FIRST;
    if (p + length > data_end) {
        key->layers |= BVS_LAYER_TRUNCATED;
        return 0;
    }
    return p + length;
}

#define IPV6_MAX_EXTENSIONS 8

/*
 * What follows an IPv6 header and is none of its payload's: how its length is read from its second
 * byte, (byte & mask) + add units of 1 << shift bytes. A table, because a choice by branches
 * multiplies the verifier's paths by six for each header of the chain.
 */
struct ipv6_extension {
    __u8 known;
    __u8 mask;
    __u8 add;
    __u8 shift;
};

static const struct ipv6_extension ipv6_extensions[256] = {
    [IPPROTO_HOPOPTS] = {1, 0xff, 1, 3}, [IPPROTO_ROUTING] = {1, 0xff, 1, 3},
    [IPPROTO_DSTOPTS] = {1, 0xff, 1, 3}, [IPPROTO_MH] = {1, 0xff, 1, 3},
    [IPPROTO_AH] = {1, 0xff, 2, 2},      [IPPROTO_FRAGMENT] = {1, 0, 1, 3},
};

/* Walks the extension headers; a chain longer than the limit leaves the last type as ip_proto and
 * no layer 4, as a rule must not match what was not read. */
static __always_inline const __u8 *parse_ipv6(const __u8 *p, const __u8 *data_end,
                                              struct bvs_flow_key *key) {
    __u8 type;

    if (p + 40 > data_end || p[0] >> 4 != 6) {
        key->layers |= BVS_LAYER_TRUNCATED;
        return 0;
    }
    key->layers |= BVS_LAYER_IPV6;
    key->ip_tos = (__u8)(load16(p) >> 4);
    key->ipv6_label = to_network32(load32(p) & 0xfffff);
    key->ip_ttl = p[7];
    copy_bytes(key->ip_src, p + 8, 16);
    copy_bytes(key->ip_dst, p + 24, 16);
    type = p[6];
    p += 40;
    for (int i = 0; i < IPV6_MAX_EXTENSIONS; i++) {
        const struct ipv6_extension *extension = &ipv6_extensions[type];

        key->ip_proto = type;
        /* What follows in a later fragment is data, whatever the header says. */
        if (!extension->known || key->ip_frag == BVS_FRAG_LATER)
            return p;
        if (p + 8 > data_end) {
            key->layers |= BVS_LAYER_TRUNCATED;
            return 0;
        }
        if (type == IPPROTO_FRAGMENT && load16(p + 2) & 0xfff9)
            key->ip_frag = load16(p + 2) & 0xfff8 ? BVS_FRAG_LATER : BVS_FRAG_FIRST;
        type = p[0];
        /* The last mask tells the verifier, which does not know the table, how far this goes. */
        p += (((p[1] & extension->mask) + extension->add) << extension->shift) & 0xfff;
        if (p > data_end) {
            key->layers |= BVS_LAYER_TRUNCATED;
            return 0;
        }
    }
    key->ip_proto = type;
    return ipv6_extensions[type].known ? 0 : p;
}

/* Is the header after IP one that the key has fields of? */
static __always_inline int has_l4_header(const struct bvs_flow_key *key) {
    switch (key->ip_proto) {
    case IPPROTO_TCP:
    case IPPROTO_UDP:
    case IPPROTO_SCTP:
        return 1;
    case IPPROTO_ICMP:
        return key->layers & BVS_LAYER_IPV4;
    case IPPROTO_ICMPV6:
        return key->layers & BVS_LAYER_IPV6;
    default:
        return 0;
    }
}

/* At least 8 bytes are there. */
static __always_inline void parse_icmpv6(const __u8 *p, const __u8 *data_end,
                                         struct bvs_flow_key *key) {
    key->layers |= BVS_LAYER_L4;
    key->tp_src = to_network16(p[0]);
    key->tp_dst = to_network16(p[1]);
    /* Neighbour solicitation and advertisement, RFC 4861. */
    if ((p[0] != 135 && p[0] != 136) || p[1] != 0 || p + 24 > data_end)
        return;
    key->layers |= BVS_LAYER_ND;
    copy_bytes(key->nd_target, p + 8, 16);
    if (p + 32 > data_end)
        return;
    if (p[24] == 1 && p[25] == 1)
        copy_bytes(key->arp_sha, p + 26, 6);
    else if (p[24] == 2 && p[25] == 1)
        copy_bytes(key->arp_tha, p + 26, 6);
}

/* Ports stand at the same place in TCP, UDP and SCTP. Each length is checked on its own, with a
 * constant, as the verifier forgets a range once two of them meet in one variable. */
static __always_inline void parse_ports(const __u8 *p, struct bvs_flow_key *key) {
    key->layers |= BVS_LAYER_L4;
    copy_bytes(&key->tp_src, p, 2);
    copy_bytes(&key->tp_dst, p + 2, 2);
}

static __always_inline void parse_l4(const __u8 *p, const __u8 *data_end,
                                     struct bvs_flow_key *key) {
    if (key->ip_proto == IPPROTO_TCP && p + 20 <= data_end) {
        parse_ports(p, key);
        key->tcp_flags = to_network16(load16(p + 12) & 0x0fff);
    } else if (key->ip_proto == IPPROTO_UDP && p + 8 <= data_end) {
        parse_ports(p, key);
    } else if (key->ip_proto == IPPROTO_SCTP && p + 12 <= data_end) {
        parse_ports(p, key);
    } else if (key->ip_proto == IPPROTO_ICMP && key->layers & BVS_LAYER_IPV4 && p + 8 <= data_end) {
        key->layers |= BVS_LAYER_L4;
        key->tp_src = to_network16(p[0]);
        key->tp_dst = to_network16(p[1]);
    } else if (key->ip_proto == IPPROTO_ICMPV6 && key->layers & BVS_LAYER_IPV6 &&
               p + 8 <= data_end) {
        parse_icmpv6(p, data_end, key);
    } else if (has_l4_header(key)) {
        key->layers |= BVS_LAYER_TRUNCATED;
    }
}

/* The whole frame. `key` must be zero on entry; a frame that is cut off keeps what could be read
 * and gets BVS_LAYER_TRUNCATED. */
static __always_inline void parse_flow(const void *begin, const void *end,
                                       struct bvs_vlan_tag accelerated, __u32 in_port,
                                       struct bvs_flow_key *key) {
    const __u8 *data = begin, *data_end = end, *l4;
    struct ethernet eth = {};

    key->in_port = in_port;
    if (parse_ethernet(begin, end, accelerated, &eth)) {
        key->layers = BVS_LAYER_TRUNCATED;
        return;
    }
    store48(key->eth_dst, eth.dst);
    store48(key->eth_src, eth.src);
    key->eth_type = to_network16(eth.type);
    key->vlan = eth.outer;
    key->inner_vlan = eth.inner;
    key->layers |=
        (eth.outer.tpid ? BVS_LAYER_VLAN : 0) | (eth.inner.tpid ? BVS_LAYER_INNER_VLAN : 0);
    if (eth.type == ETH_P_IP)
        l4 = parse_ipv4(data + eth.payload, data_end, key);
    else if (eth.type == ETH_P_IPV6)
        l4 = parse_ipv6(data + eth.payload, data_end, key);
    else {
        if (eth.type == ETH_P_ARP)
            parse_arp(data + eth.payload, data_end, key);
        return;
    }
    if (l4 && key->ip_frag != BVS_FRAG_LATER)
        parse_l4(l4, data_end, key);
}

#endif
