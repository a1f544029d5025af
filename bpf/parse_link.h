/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * What can stand between the VLAN tags and the network layer: LLC and SNAP, a PBB header with the
 * customer's Ethernet header, MPLS labels. Each function begins where the header before it ended,
 * moves that on, and returns the type of what follows, 0 if that is not known.
 */
#ifndef BVS_BPF_PARSE_LINK_H
#define BVS_BPF_PARSE_LINK_H

#include "bpf/bytes.h"
#include "bpf/once.h"
#include "bpf/pbb.h"

/* Where a frame's headers begin, counted in bytes from its own begin; 0: not there. */
struct headers {
    __u32 l3; /* also where nothing is known of what is there */
    __u32 l4;
    __u32 length; /* what stands in place of a type in IEEE 802.3 */
    __u32 type;   /* of what is at l3; 0: not known */
};

/* Into a part of a word that is zero. Straight to memory: the stack is short. */
#define put_field(flow, name, value)                                                               \
    ((flow)->word[BVS_WORD_##name] |= (__u64)(value) << BVS_LOWEST_##name)

/* Where the link header ends, so far. The mask is for the verifier: it is more than the longest. */
static __always_inline const __u8 *link_end(const void *begin, const struct headers *at) {
    return (const __u8 *)begin + (READ_ONCE(at->l3) & 127);
}

/* A type below 0x600 is the length of an IEEE 802.3 frame. What SNAP says of Ethernet's types is
 * its type, all others have what OpenFlow calls 0x5ff. */
static __always_inline __u32 parse_llc(const void *begin, const __u8 *end, __u32 type,
                                       struct headers *at) {
    const __u8 *p = link_end(begin, at);

    if (type >= ETH_P_802_3_MIN)
        return type;
    at->length = type;
    if (p + 8 > end || load32(p) != 0xaaaa0300 || load16(p + 4) || load16(p + 6) < ETH_P_802_3_MIN)
        return 0x05ff;
    at->l3 += 8;
    return load16(p + 6);
}

/* The customer's tag has its place if there are not two in front of the header. */
static __always_inline __u32 parse_pbb(const void *begin, const __u8 *end, struct bvs_flow *flow,
                                       struct headers *at) {
    const __u8 *p = link_end(begin, at);
    __u32 type;

    if (bvs_flow_get(flow, inner_vlan_tci) || p + PBB_BYTES > end) {
        put_field(flow, layers, BVS_LAYER_TRUNCATED);
        return 0;
    }
    put_field(flow, layers, BVS_LAYER_PBB);
    put_field(flow, pbb_tci, load32(p));
    put_field(flow, pbb_dst, load48(p + 4));
    put_field(flow, pbb_src, load48(p + 10));
    type = load16(p + 16);
    at->l3 += PBB_BYTES;
    if (type == ETH_P_8021Q || type == ETH_P_8021AD) {
        if (p + PBB_BYTES + 4 > end) {
            put_field(flow, layers, BVS_LAYER_TRUNCATED);
            return 0;
        }
        put_field(flow, inner_vlan_tci, load16(p + 18) | BVS_VLAN_PRESENT);
        put_field(flow, inner_vlan_dei, load16(p + 18) >> 12 & 1);
        put_field(flow, inner_vlan_tpid, type);
        type = load16(p + 20);
        at->l3 += 4;
    }
    type = parse_llc(begin, end, type, at);
    put_field(flow, pbb_type, type);
    return type;
}

/* The network layer has no type here: the first half byte tells IP. */
static __always_inline __u32 parse_labels(const void *begin, const __u8 *end, struct bvs_flow *flow,
                                          struct headers *at) {
    const __u8 *p = link_end(begin, at);
    __u64 entry[BVS_MPLS_ENTRIES] = {};
    __u64 depth = 0;

    for (int i = 0; i < BVS_MPLS_ENTRIES; i++) {
        if (p + 4 > end) {
            put_field(flow, layers, BVS_LAYER_TRUNCATED);
            break;
        }
        entry[i] = load32(p);
        depth++;
        p += 4;
        if (entry[i] & MPLS_BOTTOM)
            break;
    }
    put_field(flow, layers, depth ? BVS_LAYER_MPLS : 0);
    put_field(flow, mpls_lse, entry[0]);
    flow->word[BVS_WORD_mpls_lse_2] = entry[1] | entry[2] << 32;
    at->l3 += depth * 4;
    if (depth == BVS_MPLS_ENTRIES && !(entry[2] & MPLS_BOTTOM))
        depth = BVS_MPLS_DEEP;
    put_field(flow, mpls_depth, depth);
    if (bvs_flow_get(flow, layers) & BVS_LAYER_TRUNCATED || depth == BVS_MPLS_DEEP)
        return 0;
    if (p + 1 > end) {
        put_field(flow, layers, BVS_LAYER_TRUNCATED);
        return 0;
    }
    return p[0] >> 4 == 4 ? ETH_P_IP : p[0] >> 4 == 6 ? ETH_P_IPV6 : 0;
}

#endif
