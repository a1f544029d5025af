/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The flow: everything the pipeline can match, hash or rewrite, as 64-bit words in host order. Each
 * field has a fixed place in one word, those of 128 bits in two (the high half first), so that a
 * match is words and masks, and a move is a shift. OpenFlow 1.5.1, 7.2.3, and Nicira's extensions;
 * fields that cannot be there together share a place (see switch/model/field.cpp).
 *
 * Words up to BVS_FLOW_PACKET_WORDS come from the frame and its port. Those up to BVS_FLOW_TUNNEL
 * are zero when a packet enters the pipeline. Those from there on come with a packet that left a
 * tunnel; they can be other than zero only where `layers` has BVS_LAYER_TUNNEL, and are not touched
 * where it has not, as they are many.
 */
#ifndef BVS_MAPS_FLOW_H
#define BVS_MAPS_FLOW_H

#include <linux/types.h>

#define BVS_FLOW_WORDS 64
#define BVS_FLOW_PACKET_WORDS 20
#define BVS_FLOW_TUNNEL 32

/* X(name, word, lowest bit, bits) */
#define BVS_FLOW_FIELDS(X)                                                                         \
    X(in_port, 0, 0, 32) /* OpenFlow port number */                                                \
    X(eth_type, 0, 32, 16)                                                                         \
    X(vlan_tci, 0, 48, 16) /* BVS_VLAN_PRESENT in place of DEI; 0: no tag */                       \
    X(eth_dst, 1, 0, 48)                                                                           \
    X(ip_proto, 1, 48, 8)                                                                          \
    X(ip_tos, 1, 56, 8)                                                                            \
    X(eth_src, 2, 0, 48)                                                                           \
    X(ip_ttl, 2, 48, 8)                                                                            \
    X(ip_frag, 2, 56, 8)  /* enum bvs_ip_frag */                                                   \
    X(ipv4_src, 3, 0, 32) /* ARP: sender's protocol address */                                     \
    X(ipv4_dst, 3, 32, 32)                                                                         \
    X(tp_src, 4, 0, 16) /* ICMP: type */                                                           \
    X(tp_dst, 4, 16, 16)                                                                           \
    X(tcp_flags, 4, 32, 16)                                                                        \
    X(arp_op, 4, 48, 16)                                                                           \
    X(ipv6_src_high, 5, 0, 64)                                                                     \
    X(ipv6_src_low, 6, 0, 64)                                                                      \
    X(ipv6_dst_high, 7, 0, 64)                                                                     \
    X(ipv6_dst_low, 8, 0, 64)                                                                      \
    X(nd_target_high, 9, 0, 64)                                                                    \
    X(nd_target_low, 10, 0, 64)                                                                    \
    X(pbb_dst, 9, 0, 48) /* PBB: the customer's addresses, and the type of what follows them */    \
    X(pbb_type, 9, 48, 16)                                                                         \
    X(pbb_src, 10, 0, 48)                                                                          \
    X(arp_sha, 11, 0, 48) /* neighbour discovery: source link-layer address */                     \
    X(layers, 11, 48, 16) /* enum bvs_layers */                                                    \
    X(arp_tha, 12, 0, 48)                                                                          \
    X(ipv6_exthdr, 12, 48, 16) /* OpenFlow's bits */                                               \
    X(ipv6_label, 13, 0, 32)                                                                       \
    X(mpls_lse, 13, 32, 32) /* outermost entry of the label stack */                               \
    X(tunnel_id, 14, 0, 64)                                                                        \
    X(tunnel_src, 15, 0, 32)                                                                       \
    X(tunnel_dst, 15, 32, 32)                                                                      \
    X(inner_vlan_tci, 16, 0, 16) /* PBB: the customer's tag */                                     \
    X(vlan_tpid, 16, 16, 16)                                                                       \
    X(inner_vlan_tpid, 16, 32, 16)                                                                 \
    X(mpls_depth, 16, 48, 3) /* entries of the stack; BVS_MPLS_DEEP: more than can be read */      \
    X(vlan_dei, 16, 56, 1)                                                                         \
    X(inner_vlan_dei, 16, 57, 1)                                                                   \
    X(mpls_lse_2, 17, 0, 32)                                                                       \
    X(mpls_lse_3, 17, 32, 32)                                                                      \
    X(pkt_mark, 18, 0, 32)                                                                         \
    X(skb_priority, 18, 32, 32)                                                                    \
    X(pbb_tci, 19, 0, 32) /* of the service instance tag */                                        \
    X(pbb_isid, 19, 0, 24)                                                                         \
    X(pbb_uca, 19, 27, 1)                                                                          \
    X(metadata, 20, 0, 64)                                                                         \
    X(actset_output, 29, 0, 32)                                                                    \
    X(packet_type, 29, 32, 32)                                                                     \
    X(tunnel_ipv6_src_high, 32, 0, 64)                                                             \
    X(tunnel_ipv6_src_low, 33, 0, 64)                                                              \
    X(tunnel_ipv6_dst_high, 34, 0, 64)                                                             \
    X(tunnel_ipv6_dst_low, 35, 0, 64)                                                              \
    X(tunnel_flags, 36, 0, 16) /* enum bvs_flow_tunnel_flags */                                    \
    X(tunnel_gbp_id, 36, 16, 16)                                                                   \
    X(tunnel_gbp_flags, 36, 32, 8)                                                                 \
    X(options_present, 37, 0, 64) /* bit n: tun_metadata<n> is there */

#define BVS_FLOW_METADATA 20
#define BVS_FLOW_REGISTERS 21 /* eight words: reg 2n in the high half, 2n + 1 in the low one */
#define BVS_VLAN_PRESENT 0x1000
enum bvs_flow_tunnel_flags { BVS_FLOW_TUNNEL_OAM = 1 << 0 /* of Geneve: a control message */ };
#define BVS_MPLS_ENTRIES 3 /* of the label stack, that are in the flow */
#define BVS_MPLS_DEEP 4

/* The data of Geneve's options, as its bridge's bvs_tlv_table has them: slots of 32 bits, that with
 * the even number in the high half of a word. */
#define BVS_FLOW_OPTIONS 38
#define BVS_OPTION_SLOTS (2 * (BVS_FLOW_WORDS - BVS_FLOW_OPTIONS))

/* Words 30 and 31 are kept for connection tracking. */

struct bvs_flow {
    __u64 word[BVS_FLOW_WORDS];
};

/* Can packets differ in the word as they come in? */
static inline int bvs_flow_comes_in(unsigned int word) {
    return word < BVS_FLOW_PACKET_WORDS || word >= BVS_FLOW_TUNNEL;
}

#define BVS_FLOW_PLACE(name, word, lowest, bits)                                                   \
    enum { BVS_WORD_##name = (word), BVS_LOWEST_##name = (lowest), BVS_BITS_##name = (bits) };
BVS_FLOW_FIELDS(BVS_FLOW_PLACE)
#undef BVS_FLOW_PLACE

static inline __u64 bvs_low_bits(unsigned int n) {
    return n >= 64 ? ~0ULL : (1ULL << n) - 1;
}

/* bvs_flow_get(&flow, eth_dst), bvs_flow_set(&flow, eth_dst, value) */
#define bvs_flow_get(flow, name)                                                                   \
    ((flow)->word[BVS_WORD_##name] >> BVS_LOWEST_##name & bvs_low_bits(BVS_BITS_##name))
#define bvs_flow_set(flow, name, value)                                                            \
    ((flow)->word[BVS_WORD_##name] =                                                               \
         ((flow)->word[BVS_WORD_##name] & ~(bvs_low_bits(BVS_BITS_##name) << BVS_LOWEST_##name)) | \
         ((__u64)(value) & bvs_low_bits(BVS_BITS_##name)) << BVS_LOWEST_##name)

#endif
