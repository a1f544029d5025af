/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The frame's link header written anew, with PBB and MPLS, from the flow.
 *
 * No helper takes four bytes out of a frame that is not IP, but the one that takes off a VLAN tag.
 * So a header that changes its length gets as many tags as it has bytes too many, and they are
 * popped. That also tells the kernel the frame's new type, which it else would not learn. A tag is
 * in the frame, and not beside it, once there is another in front of it.
 */
#ifndef BVS_BPF_REWRITE_LINK_H
#define BVS_BPF_REWRITE_LINK_H

#include "bpf/once.h"
#include "bpf/rewrite.h"

static __always_inline void put_link(struct scratch *s, __u16 value) {
    __u32 n = READ_ONCE(s->link_words);

    s->link[n & (LINK_WORDS - 1)] = to_network16(value);
    WRITE_ONCE(s->link_words, n + 1);
}

static __always_inline void put_link32(struct scratch *s, __u32 value) {
    put_link(s, value >> 16);
    put_link(s, value);
}

static __always_inline void put_link_addresses(struct scratch *s, __u64 dst, __u64 src) {
    put_link(s, dst >> 32);
    put_link32(s, dst);
    put_link(s, src >> 32);
    put_link32(s, src);
}

/* What OpenFlow calls 0x5ff is a length. */
static __always_inline void put_link_type(struct scratch *s, __u16 type) {
    put_link(s, type == 0x05ff ? s->at.length : type);
}

static __always_inline void put_inner_tag(struct scratch *s) {
    __u32 tag = inner_tag(&s->flow);

    if (tag)
        put_link32(s, tag);
}

#define SPARE_TAG (ETH_P_8021Q << 16)

/* With spare tags in front. `outer`: the outer tag is to be in the frame. */
__noinline int build_link(struct scratch *s, __u32 spare, __u32 outer) {
    const struct bvs_flow *flow;
    __u32 labels, tag;
    bool pbb;

    if (!s)
        return 0;
    flow = &s->flow;
    labels = flow_labels(flow);
    tag = outer_tag(flow);
    pbb = flow_has_pbb(flow);
    s->link_words = 0;
    put_link_addresses(s, bvs_flow_get(flow, eth_dst), bvs_flow_get(flow, eth_src));
    for (__u32 i = 0; i < MOST_SPARE_TAGS; i++)
        if (i < spare)
            put_link32(s, SPARE_TAG);
    if (outer && tag)
        put_link32(s, tag);
    if (!pbb)
        put_inner_tag(s);
    put_link_type(s, bvs_flow_get(flow, eth_type));
    if (pbb) {
        put_link32(s, bvs_flow_get(flow, pbb_tci));
        put_link_addresses(s, bvs_flow_get(flow, pbb_dst), bvs_flow_get(flow, pbb_src));
        put_inner_tag(s);
        put_link_type(s, bvs_flow_get(flow, pbb_type));
    }
    if (labels > 0)
        put_link32(s, bvs_flow_get(flow, mpls_lse));
    if (labels > 1)
        put_link32(s, bvs_flow_get(flow, mpls_lse_2));
    if (labels > 2)
        put_link32(s, bvs_flow_get(flow, mpls_lse_3));
    return 0;
}

/* `summed`: how many bytes at its end are in the sum that a device made over the frame. */
static __always_inline int store_link(packet_t *packet, struct scratch *s, __u32 summed) {
    __u64 first = opaque(READ_ONCE(s->link_words) * 2 - summed);
    __s64 rest = opaque(summed);

    if (first < ETH_HLEN)
        return -1;
    first = opaque(first);
    if (first > sizeof(s->link) / 2 || rest > (__s64)sizeof(s->link) / 2)
        return -1;
    if (bpf_skb_store_bytes(packet, 0, s->link, first, 0))
        return -1;
    rest = opaque(rest);
    if (rest <= 0)
        return 0;
    return bpf_skb_store_bytes(packet, first, (__u8 *)s->link + first, rest, BPF_F_RECOMPUTE_CSUM);
}

static __always_inline __u32 link_length(const struct bvs_flow *flow) {
    return ETH_HLEN + (outer_tag(flow) ? 4 : 0) + (inner_tag(flow) ? 4 : 0) +
           flow_labels(flow) * 4 + (flow_has_pbb(flow) ? PBB_BYTES : 0);
}

/* A tag in the frame that is none of its own, and room for so many bytes more. */
static __always_inline int grow_link(packet_t *packet, struct scratch *s, __u32 bytes) {
    if (!s->accelerated && bpf_skb_vlan_push(packet, to_network16(ETH_P_8021Q), 0))
        return -1;
    if (bpf_skb_vlan_push(packet, to_network16(ETH_P_8021Q), 0))
        return -1;
    return bytes ? bpf_skb_change_head(packet, bytes, 0) : 0;
}

struct shrinking {
    packet_t *packet;
    int error;
};

static long shrink_link(__u32 index, struct shrinking *h) {
    h->error = bpf_skb_vlan_pop(h->packet);
    return h->error != 0;
}

/* Of another length, or with other tags. */
__noinline int replace_link(packet_t *packet, struct scratch *s) {
    struct shrinking shrinking = {.packet = packet};
    __u32 from, to, spare = 1, outer;

    if (!s)
        return 0;
    if (packet->gso_size)
        return BVS_DROP_SUPER_FRAME;
    from = s->at.l3;
    to = link_length(&s->flow);
    if (to < from)
        spare += (from - to + 3) / 4;
    if (spare > MOST_SPARE_TAGS)
        return BVS_DROP_REWRITE;
    if (grow_link(packet, s, to - from + (spare - 1) * 4))
        return BVS_DROP_REWRITE;
    build_link(s, spare, true);
    if (store_link(packet, s, from - ETH_HLEN))
        return BVS_DROP_REWRITE;
    /* The one beside the frame, and each pop brings the next one there. */
    bpf_loop(spare + 1, shrink_link, &shrinking, 0);
    if (shrinking.error)
        return BVS_DROP_REWRITE;
    outer = outer_tag(&s->flow) ? 4 : 0;
    s->accelerated = outer != 0;
    s->deep = 1;
    s->at.l3 = to - outer;
    if (s->at.l4)
        s->at.l4 += to - outer - from;
    return 0;
}

/* Only values differ. */
__noinline int update_link(packet_t *packet, struct scratch *s) {
    if (!s)
        return 0;
    build_link(s, 0, !s->accelerated);
    return REWRITTEN(store_link(packet, s, s->at.l3 - ETH_HLEN));
}

#define OF_TAGS                                                                                    \
    (bvs_low_bits(48) | 3ULL << BVS_LOWEST_vlan_dei) /* of the word with vlan_tpid, all but depth  \
                                                      */

static __always_inline bool tags_changed(const struct scratch *s) {
    return CHANGED_FIELD(s, vlan_tci) || CHANGED(s, BVS_WORD_vlan_tpid) & OF_TAGS;
}

static __always_inline __u64 changed_layers(const struct scratch *s) {
    return CHANGED(s, BVS_WORD_layers) >> BVS_LOWEST_layers;
}

/* Another type, or more or fewer labels or headers. */
static __always_inline bool link_changed(const struct scratch *s) {
    return CHANGED_FIELD(s, eth_type) || CHANGED_FIELD(s, mpls_depth) ||
           changed_layers(s) & BVS_LAYER_PBB;
}

/* Is there something that is neither an address nor a tag in front of all else? */
static __always_inline bool shims_changed(const struct scratch *s) {
    if (flow_labels(&s->flow) && (CHANGED_FIELD(s, mpls_lse) || CHANGED(s, BVS_WORD_mpls_lse_2)))
        return true;
    return flow_has_pbb(&s->flow) && (CHANGED(s, BVS_WORD_pbb_dst) | CHANGED(s, BVS_WORD_pbb_src) |
                                          CHANGED(s, BVS_WORD_pbb_tci) ||
                                      tags_changed(s));
}

static __always_inline int rewrite_link(packet_t *packet, struct scratch *s) {
    if (link_changed(s) || tags_changed(s) ||
        link_length(&s->flow) != s->at.l3 + (s->accelerated ? 4 : 0))
        return replace_link(packet, s);
    return update_link(packet, s);
}

#endif
