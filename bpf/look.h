/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Makes the frame look as it shall, before something sends it. */
#ifndef BVS_BPF_LOOK_H
#define BVS_BPF_LOOK_H

#include "bpf/rewrite_link.h"

/* The tags of a flow, the innermost first. */
struct tag_stack {
    __u32 tag[2];
    __u32 n;
};

static __always_inline struct tag_stack tag_stack_of(const struct bvs_flow *flow) {
    struct tag_stack t = {};
    __u32 outer = outer_tag(flow), inner = inner_tag(flow);

    if (!outer)
        return t;
    t.n = inner ? 2 : 1;
    t.tag[0] = inner ? inner : outer;
    t.tag[1] = inner ? outer : 0;
    return t;
}

static __always_inline int push_tag(packet_t *packet, __u32 tag) {
    return bpf_skb_vlan_push(packet, to_network16(tag >> 16), tag & 0xffff);
}

/* Tags below what differs stay. The kernel keeps the outermost beside the frame from now on. */
__noinline int rewrite_tags(packet_t *packet, struct scratch *s) {
    struct tag_stack from, to;
    __u32 same = 0, before, after;

    if (!s)
        return 0;
    from = tag_stack_of(&s->shown);
    to = tag_stack_of(&s->flow);
    if (from.n && to.n && from.tag[0] == to.tag[0])
        same = from.n == 2 && to.n == 2 && from.tag[1] == to.tag[1] ? 2 : 1;
    if (same == from.n && same == to.n)
        return 0;
    if (from.n > same && bpf_skb_vlan_pop(packet))
        return BVS_DROP_RETAG;
    if (from.n > same + 1 && bpf_skb_vlan_pop(packet))
        return BVS_DROP_RETAG;
    if (to.n > 0 && same < 1 && push_tag(packet, to.tag[0]))
        return BVS_DROP_RETAG;
    if (to.n > 1 && same < 2 && push_tag(packet, to.tag[1]))
        return BVS_DROP_RETAG;
    before = (from.n - !!s->accelerated) * 4;
    after = to.n ? (to.n - 1) * 4 : 0;
    s->accelerated = to.n != 0;
    s->deep |= after > before;
    s->at.l3 += after - before;
    if (s->at.l4)
        s->at.l4 += after - before;
    return 0;
}

#define MAC_BITS ((1ULL << 48) - 1)

static __always_inline int look_network(packet_t *packet, struct scratch *s) {
    __u64 layers = bvs_flow_get(&s->shown, layers);
    int why = 0;

    if (layers & BVS_LAYER_IPV4) {
        if (CHANGED(s, BVS_WORD_ipv4_src) || CHANGED_FIELD(s, ip_tos) || CHANGED_FIELD(s, ip_ttl) ||
            CHANGED_FIELD(s, ip_proto))
            why = rewrite_ipv4(packet, s);
        return why;
    }
    if (layers & BVS_LAYER_ARP) {
        if (CHANGED(s, BVS_WORD_ipv4_src) || CHANGED_FIELD(s, arp_op) ||
            CHANGED_FIELD(s, arp_sha) || CHANGED_FIELD(s, arp_tha))
            why = rewrite_arp(packet, s);
        return why;
    }
    if (!(layers & BVS_LAYER_IPV6))
        return 0;
    if (CHANGED(s, BVS_WORD_ipv6_src_high) | CHANGED(s, BVS_WORD_ipv6_src_low) |
        CHANGED(s, BVS_WORD_ipv6_dst_high) | CHANGED(s, BVS_WORD_ipv6_dst_low))
        why = rewrite_ipv6_addresses(packet, s);
    if (!why &&
        (CHANGED_FIELD(s, ip_tos) || CHANGED_FIELD(s, ip_ttl) || CHANGED_FIELD(s, ipv6_label)))
        why = rewrite_ipv6(packet, s);
    if (!why && CHANGED_FIELD(s, ip_proto))
        why = rewrite_ipv6_proto(packet, s);
    if (!why && layers & BVS_LAYER_ND &&
        (CHANGED(s, BVS_WORD_nd_target_high) | CHANGED(s, BVS_WORD_nd_target_low) |
         ((CHANGED(s, BVS_WORD_arp_sha) | CHANGED(s, BVS_WORD_arp_tha)) & MAC_BITS)))
        why = rewrite_neighbour(packet, s);
    return why;
}

static __always_inline int look_link(packet_t *packet, struct scratch *s) {
    int why = 0;

    if (link_changed(s) || shims_changed(s))
        return rewrite_link(packet, s);
    if ((CHANGED(s, BVS_WORD_eth_dst) | CHANGED(s, BVS_WORD_eth_src)) & MAC_BITS)
        why = rewrite_ethernet(packet, s);
    if (!why && tags_changed(s))
        why = rewrite_tags(packet, s);
    return why;
}

/* Where fragments show no ports, the first one's are not to be written either. */
static __always_inline bool shows_l4(const struct scratch *s) {
    return s->at.l4 && bvs_flow_get(&s->shown, layers) & BVS_LAYER_L4;
}

#define L4_FIELDS bvs_low_bits(BVS_LOWEST_tcp_flags + BVS_BITS_tcp_flags)

/* 0, or why it cannot be done. */
__noinline int look(packet_t *packet, struct scratch *s) {
    int why = 0;

    if (!s)
        return 0;
    if (shows_l4(s) && CHANGED(s, BVS_WORD_tp_src) & L4_FIELDS)
        why = rewrite_l4(packet, s);
    if (!why)
        why = look_network(packet, s);
    if (!why)
        why = look_link(packet, s);
    if (CHANGED(s, BVS_WORD_pkt_mark)) {
        packet->mark = bvs_flow_get(&s->flow, pkt_mark);
        packet->priority = bvs_flow_get(&s->flow, skb_priority);
    }
    flow_copy(&s->shown, &s->flow);
    return why;
}

#endif
