/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Members of bonds (maps/bond.h): which of them carries a frame out, and which may bring one. */
#ifndef BVS_BPF_BOND_H
#define BVS_BPF_BOND_H

#include "bpf/clock.h"
#include "bpf/fdb.h"
#include "bpf/scratch.h"

#define BROADCAST 0xffffffffffffULL

/* The port that NORMAL takes a frame to come from. */
static __always_inline __u32 home_of(const struct bvs_port_entry *port, __u32 in) {
    return port && port->flags & BVS_PORT_MEMBER ? port->bond : in;
}

/* How bond_member() looks at a frame. */
#define BOND_FLOODED 1 /* its headers may have moved, and by its addresses many are alike */
#define BOND_TRACED 2  /* it is not sent */

static __always_inline const __u8 *bond_ip(packet_t *packet, __u32 at) {
    return (const __u8 *)packet_data(packet) + (at & 0x3f); /* behind two tags at most */
}

#define BOND_IPV4_BYTES 24 /* with ports, if it has no options */
#define BOND_IPV6_BYTES 44

/* Fragments of a packet stay together, so the ports of its first one do not count. */
static __always_inline __u64 bond_hash_ipv4(packet_t *packet, __u32 at) {
    const __u8 *ip = bond_ip(packet, at);
    __u64 rest;

    if (ip + BOND_IPV4_BYTES > (const __u8 *)packet_end(packet)) {
        packet_pull(packet);
        ip = bond_ip(packet, at);
        if (ip + BOND_IPV4_BYTES > (const __u8 *)packet_end(packet))
            return 0;
    }
    rest = (__u64)ip[9] << 32;
    if (ip[0] == 0x45 && !(load16(ip + 6) & 0x3fff) && has_ports(ip[9]))
        rest |= load32(ip + 20);
    return bvs_hash_word(2, load64(ip + 12)) + bvs_hash_word(3, rest);
}

static __always_inline __u64 bond_hash_ipv6(packet_t *packet, __u32 at) {
    const __u8 *ip = bond_ip(packet, at);
    __u64 rest;

    if (ip + BOND_IPV6_BYTES > (const __u8 *)packet_end(packet)) {
        packet_pull(packet);
        ip = bond_ip(packet, at);
        if (ip + BOND_IPV6_BYTES > (const __u8 *)packet_end(packet))
            return 0;
    }
    rest = (__u64)ip[6] << 32;
    if (has_ports(ip[6]))
        rest |= load32(ip + 40);
    return bvs_hash_word(2, load64(ip + 8)) + bvs_hash_word(3, load64(ip + 16)) +
           bvs_hash_word(4, load64(ip + 24)) + bvs_hash_word(5, load64(ip + 32)) +
           bvs_hash_word(6, rest);
}

/* What rules have made of the packet is in its flow, not yet in front of the parser. */
static __always_inline __u64 bond_hash_flow(const struct bvs_flow *flow) {
    bool whole = !bvs_flow_get(flow, ip_frag);
    __u64 hash = bvs_hash_word(2, flow->word[BVS_WORD_ipv4_src]);

    if (flow->word[BVS_WORD_layers] & (__u64)BVS_LAYER_IPV6 << BVS_LOWEST_layers)
        for (int i = 0; i < 4; i++)
            hash += bvs_hash_word(3 + i, flow->word[BVS_WORD_ipv6_src_high + i]);
    if (whole && has_ports(bvs_flow_get(flow, ip_proto)))
        hash += bvs_hash_word(7, flow->word[BVS_WORD_tp_src] & 0xffffffff);
    return hash;
}

static __always_inline __u64 bond_hash(packet_t *packet, const struct frame *f, __u32 basis,
                                       __u32 how) {
    __u64 hash =
        basis + bvs_hash_word(0, f->eth.src) + bvs_hash_word(1, f->eth.dst | (__u64)f->vid << 48);
    const struct scratch *s = scratch_at(f->level);

    if (s)
        hash += bond_hash_flow(&s->shown);
    else if (how & BOND_FLOODED)
        return bvs_hash_finish(hash);
    else if (f->eth.type == ETH_P_IP)
        hash += bond_hash_ipv4(packet, f->eth.payload);
    else if (f->eth.type == ETH_P_IPV6)
        hash += bond_hash_ipv6(packet, f->eth.payload);
    return bvs_hash_finish(hash);
}

static __always_inline void bond_count(__u32 place, __u32 bucket, __u32 bytes) {
    __u32 i = place * BVS_BOND_BUCKETS + bucket;
    __u64 *carried = bpf_map_lookup_elem(&bond_bytes, &i);

    if (carried)
        *carried += bytes;
}

/* The port that carries the frame for a bond; 0 if none can. Global, so that the verifier looks at
 * it once. */
__noinline int bond_member(packet_t *packet, struct frame *f, __u32 number, __u32 how) {
    const struct bvs_port_entry *port = port_get(number);
    __u32 place = port ? port->peer : 0, bucket = 0;
    const struct bvs_bond *bond = bpf_map_lookup_elem(&bonds, &place);

    if (!f || !bond)
        return 0;
    if (bond->choice == BVS_BOND_BY_SOURCE)
        bucket = bvs_bond_bucket(bvs_bond_source_hash(f->eth.src, f->vid, bond->basis));
    else if (bond->choice == BVS_BOND_BY_FLOW)
        bucket = bvs_bond_bucket(bond_hash(packet, f, bond->basis, how));
    if (bond->choice != BVS_BOND_ONE && !(how & BOND_TRACED))
        bond_count(place, bucket, f->length);
    return bond->member[bucket & (BVS_BOND_BUCKETS - 1)];
}

/* RFC 5227, section 3: it says where its sender is, and asks nothing. */
static __always_inline bool is_gratuitous_arp(packet_t *packet, const struct frame *f) {
    const struct scratch *s = scratch_at(f->level);
    __u32 at = f->eth.payload, from, to;
    __u16 op;

    if (f->eth.type != ETH_P_ARP || f->eth.dst != BROADCAST)
        return false;
    if (s)
        return bvs_flow_get(&s->shown, arp_op) == 2 ||
               (bvs_flow_get(&s->shown, arp_op) == 1 &&
                bvs_flow_get(&s->shown, ipv4_src) == bvs_flow_get(&s->shown, ipv4_dst));
    if (bpf_skb_load_bytes(packet, at + 6, &op, sizeof(op)) ||
        bpf_skb_load_bytes(packet, at + 14, &from, sizeof(from)) ||
        bpf_skb_load_bytes(packet, at + 24, &to, sizeof(to)))
        return false;
    return op == bpf_htons(2) || (op == bpf_htons(1) && from == to);
}

/* A broadcast of ARP came in at a port that is no member. */
__noinline int bond_lock(packet_t *packet, struct frame *f, __u32 bridge) {
    struct bvs_arp_lock lock = {.bridge = bridge};
    __u64 now = clock_coarse();

    if (!f || !is_gratuitous_arp(packet, f))
        return 0;
    lock.key = bvs_fdb_key(f->eth.src, f->vid);
    bpf_map_update_elem(&arp_locks, &lock, &now, BPF_ANY);
    return 0;
}

static __always_inline bool bond_locked(const struct frame *f, __u32 bridge) {
    struct bvs_arp_lock lock = {.key = bvs_fdb_key(f->eth.src, f->vid), .bridge = bridge};
    const __u64 *since = bpf_map_lookup_elem(&arp_locks, &lock);

    return since && clock_coarse() - *since < BVS_ARP_LOCK_NS;
}

/* Why a member's frame is not let in; BVS_DROP_N if it is. */
__noinline int bond_refusal(packet_t *packet, struct frame *f, __u32 in) {
    const struct bvs_port_entry *port = port_get(in);
    const struct bvs_bond_member *member = bpf_map_lookup_elem(&bond_members, &in);
    __u32 learned;

    if (!f || !port || !member)
        return BVS_DROP_BOND_STANDBY;
    if (!(member->admits &
          (f->eth.dst & BVS_MAC_MULTICAST ? BVS_BOND_MULTICAST : BVS_BOND_UNICAST)))
        return BVS_DROP_BOND_STANDBY;
    if (!(member->admits & BVS_BOND_UNLESS_MOVED))
        return BVS_DROP_N;
    learned = fdb_lookup(port->bridge, f->eth.src, f->vid);
    if (!learned || learned == port->bond ||
        (is_gratuitous_arp(packet, f) && !bond_locked(f, port->bridge)))
        return BVS_DROP_N;
    return BVS_DROP_BOND_LOOP;
}

#endif
