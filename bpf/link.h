/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* A link chosen by a hash over fields: the actions multipath and bundle of ovs-actions(7). */
#ifndef BVS_BPF_LINK_H
#define BVS_BPF_LINK_H

#include "bpf/instruction.h"

enum link_fields { /* enum nx_hash_fields */
                   FIELDS_ETH_SRC,
                   FIELDS_SYMMETRIC_L4,
                   FIELDS_SYMMETRIC_L3L4,
                   FIELDS_SYMMETRIC_L3L4_UDP,
                   FIELDS_NW_SRC,
                   FIELDS_NW_DST,
                   FIELDS_SYMMETRIC_L3,
};
enum multipath_algorithm { MODULO_N, HASH_THRESHOLD, HIGHEST_RANDOM_WEIGHT, ITERATED_HASH };
enum bundle_algorithm { ACTIVE_BACKUP, BUNDLE_HIGHEST_RANDOM_WEIGHT };
#define NO_PORT 0xffff /* OpenFlow 1.0's OFPP_NONE, which bundle_load writes */

/* Of both ends alike. The flow has the addresses of one protocol, and zeros for the others. */
static __always_inline __u64 mix_addresses(__u64 h, const struct bvs_flow *flow) {
    __u64 v4 = flow->word[BVS_WORD_ipv4_src];

    h = mix(h, (v4 ^ v4 >> 32) & 0xffffffff);
    h = mix(h, flow->word[BVS_WORD_ipv6_src_high] ^ flow->word[BVS_WORD_ipv6_dst_high]);
    return mix(h, flow->word[BVS_WORD_ipv6_src_low] ^ flow->word[BVS_WORD_ipv6_dst_low]);
}

static __always_inline __u64 mix_ports(__u64 h, const struct bvs_flow *flow, bool with_udp) {
    __u64 protocol = bvs_flow_get(flow, ip_proto), ports = flow->word[BVS_WORD_tp_src];

    h = mix(h, protocol);
    if (protocol != IPPROTO_TCP && protocol != IPPROTO_SCTP &&
        !(with_udp && protocol == IPPROTO_UDP))
        return h;
    return mix(h, (ports ^ ports >> 16) & 0xffff);
}

static __always_inline __u64 mix_link(__u64 h, const struct bvs_flow *flow) {
    h = mix(h, bvs_flow_get(flow, eth_src) ^ bvs_flow_get(flow, eth_dst));
    h = mix(h, bvs_flow_get(flow, eth_type));
    return mix(h, bvs_flow_get(flow, vlan_tci));
}

static __always_inline __u64 mix_one_end(__u64 h, __u64 v4, const __u64 *v6) {
    return mix(mix(mix(h, v4), v6[0]), v6[1]);
}

static __always_inline __u32 hash_fields(const struct bvs_flow *flow, __u32 fields, __u64 basis) {
    __u64 h = mix(basis, fields);

    switch (fields) {
    case FIELDS_ETH_SRC:
        h = mix(h, bvs_flow_get(flow, eth_src));
        break;
    case FIELDS_SYMMETRIC_L4:
        h = mix_ports(mix_addresses(mix_link(h, flow), flow), flow, false);
        break;
    case FIELDS_NW_SRC:
        h = mix_one_end(h, bvs_flow_get(flow, ipv4_src), &flow->word[BVS_WORD_ipv6_src_high]);
        break;
    case FIELDS_NW_DST:
        h = mix_one_end(h, bvs_flow_get(flow, ipv4_dst), &flow->word[BVS_WORD_ipv6_dst_high]);
        break;
    default:
        h = mix_addresses(h, flow);
        if (fields != FIELDS_SYMMETRIC_L3)
            h = mix_ports(h, flow, fields == FIELDS_SYMMETRIC_L3L4_UDP);
    }
    return bvs_hash_finish(h) >> 32;
}

/* The search for a link. */
struct links {
    __u32 hash;
    __u32 n;
    __u32 modulus; /* of the iterated hash */
    __u32 best;    /* found; n: none */
    __u32 weight;  /* its */
    __u32 first;   /* place of a bundle's members */
    __u32 bridge;
    __u32 backup; /* the first one that is live is it */
};

static __always_inline __u32 link_weight(__u32 hash, __u32 link) {
    return bvs_hash_finish(mix(hash, link)) >> 32;
}

static __always_inline void link_prefer(struct links *l, __u32 link) {
    __u32 weight = link_weight(l->hash, link);

    if (l->best < l->n && weight <= l->weight)
        return;
    l->best = link;
    l->weight = weight;
}

static long weigh_link(__u32 link, struct links *l) {
    link_prefer(l, link);
    return 0;
}

/* At least every other number is a link, so that this soon finds one. */
#define MOST_ITERATIONS 64
static long iterate_hash(__u32 i, struct links *l) {
    l->best = link_weight(l->hash, i) % l->modulus;
    return l->best < l->n;
}

static __always_inline __u32 power_of_two(__u32 n) {
    __u32 power = 1;

    for (int i = 0; i < 16 && power < n; i++)
        power <<= 1;
    return power;
}

__noinline int choose_link(__u32 hash, __u32 n, __u32 algorithm, __u32 argument) {
    struct links l = {.hash = hash, .n = n, .best = n};

    switch (algorithm) {
    case HASH_THRESHOLD:
        return (__u64)hash * n >> 32;
    case HIGHEST_RANDOM_WEIGHT:
        bpf_loop(n, weigh_link, &l, 0);
        return l.best;
    case ITERATED_HASH:
        l.modulus = argument < n || argument / 2 > n ? power_of_two(n) : argument;
        bpf_loop(MOST_ITERATIONS, iterate_hash, &l, 0);
        return l.best < n ? l.best : 0;
    default:
        return hash % n;
    }
}

static __always_inline void multipath(struct scratch *s, const struct bvs_instruction *in) {
    __u32 hash = hash_fields(&s->flow, in->y >> 16, in->y & 0xffff);

    load_subfield(s, in->word, in->x, in->z,
                  choose_link(hash, (in->a & 0xffff) + 1, in->a >> 16 & 0xffff, in->b));
}

static __always_inline __u32 bundle_member(const struct links *l, __u32 index) {
    const struct bvs_instruction *four = instruction_get(l->first + index / 4);
    __u64 two;

    if (!four)
        return 0;
    two = index & 2 ? four->b : four->a;
    return index & 1 ? two >> 32 : two;
}

static long weigh_member(__u32 index, struct links *l) {
    struct bvs_ofport key = {.bridge = l->bridge, .ofport = bundle_member(l, index)};
    const __u32 *port = bpf_map_lookup_elem(&ofports, &key);

    if (!port || !port_is_live(*port))
        return 0;
    link_prefer(l, index);
    return l->backup != 0;
}

/* Sends to a member that is live, or says which; what is live is looked at again when groups'
 * decisions are. */
static __always_inline void bundle(struct scratch *s, const struct bvs_instruction *in) {
    struct links l = {.n = in->a & 0xffff, .first = s->pc, .bridge = s->bridge};
    __u32 port = NO_PORT;

    l.best = l.n;
    l.backup = (in->a >> 16 & 0xffff) == ACTIVE_BACKUP;
    l.hash = hash_fields(&s->flow, in->y >> 16, in->y & 0xffff);
    bpf_loop(l.n, weigh_member, &l, 0);
    if (l.best < l.n)
        port = bundle_member(&l, l.best);
    s->pc += (l.n + 3) / 4;
    s->record.flags |= BVS_TRAJECTORY_GROUPS;
    if (in->z)
        load_subfield(s, in->word, in->x, in->z, port);
    else if (l.best < l.n)
        output(s, port, 0);
}

#endif
