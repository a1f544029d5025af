/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The way to a tunnel's remote address: the kernel's routes, asked as for a packet that came in at
 * the onward device. The kernel finds the neighbour by itself when the packet is sent.
 *
 * An answer holds for a while (RECALL_SHIFT), since asking is what costs most of all that is done
 * for a packet into a tunnel. Its outer source port is part of the question: the kernel may send
 * flows different ways.
 */
#ifndef BVS_BPF_ROUTE_H
#define BVS_BPF_ROUTE_H

#include "bpf/bytes.h"
#include "bpf/packet_tc.h"
#include "bpf/recall.h"
#include "maps/maps.bpf.h"
#include <asm-generic/errno-base.h>
#include <linux/in.h>

#define FAMILY_IPV4 2 /* AF_INET and AF_INET6; the C library's header is not for BPF */
#define FAMILY_IPV6 10

struct destination {
    struct bvs_address remote;
    struct bvs_address local; /* none: it is found */
    __u16 sport;
    __u16 dport;
    __u8 protocol;
    __u8 tos;
    __u16 reserved;
    __u32 moment; /* in which it is asked: see recall.h */
    __u32 reserved32;
};
BVS_ASSERT_LAYOUT(struct destination, 48);

struct way {
    struct destination to;
    struct bvs_address local;
    __u32 ifindex;
    __u32 mtu;
    struct bpf_redir_neigh next;
    __u32 reserved;
};

#define WAYS 256 /* a power of two */

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, WAYS);
    __type(key, __u32);
    __type(value, struct way);
} ways SEC(".maps");

static __always_inline void store_address(__u32 *to, const struct bvs_address *a) {
    to[0] = to_network32(a->high >> 32);
    to[1] = to_network32(a->high);
    to[2] = to_network32(a->low >> 32);
    to[3] = to_network32(a->low);
}

/* With a length of 1 the kernel tells the MTU, and does not compare it. */
static __always_inline void route_ask(const struct destination *to, struct bpf_fib_lookup *fib) {
    __u32 first = 0;
    const struct bvs_onward_info *info = bpf_map_lookup_elem(&onward_info, &first);

    fib->ifindex = info ? info->ifindex : 0;
    fib->l4_protocol = to->protocol;
    fib->sport = to_network16(to->sport);
    fib->dport = to_network16(to->dport);
    fib->tot_len = 1;
    if (bvs_address_is_v4(&to->remote)) {
        fib->family = FAMILY_IPV4;
        fib->tos = to->tos;
        fib->ipv4_src = to_network32(to->local.low);
        fib->ipv4_dst = to_network32(to->remote.low);
    } else {
        fib->family = FAMILY_IPV6;
        fib->flowinfo = to_network32((__u32)to->tos << 20);
        store_address(fib->ipv6_src, &to->local);
        store_address(fib->ipv6_dst, &to->remote);
    }
}

/* Kernels before 6.3 look for the neighbour, and need not find it. */
static __always_inline long route_lookup(packet_t *packet, struct bpf_fib_lookup *fib) {
    long result = bpf_fib_lookup(packet, fib, sizeof(*fib), BPF_FIB_LOOKUP_SKIP_NEIGH);

    if (result == -EINVAL)
        result = bpf_fib_lookup(packet, fib, sizeof(*fib), 0);
    return result == BPF_FIB_LKUP_RET_NO_NEIGH ? BPF_FIB_LKUP_RET_SUCCESS : result;
}

static __always_inline bool route_source(struct way *w) {
    struct bvs_source_key key = {.ifindex = w->ifindex, .ipv6 = !bvs_address_is_v4(&w->to.remote)};
    const struct bvs_address *source;

    w->local = w->to.local;
    if (!bvs_address_is_none(&w->local))
        return true;
    source = bpf_map_lookup_elem(&source_addresses, &key);
    if (source)
        w->local = *source;
    return source;
}

/* BVS_DROP_N, or why there is no way. */
static __always_inline enum bvs_drop_reason route_find(packet_t *packet, struct way *w) {
    struct bvs_address remote = w->to.remote; /* on the stack: Linux 6.1 takes no other keys */
    struct bpf_fib_lookup fib = {};

    route_ask(&w->to, &fib);
    if (route_lookup(packet, &fib))
        return bpf_map_lookup_elem(&local_addresses, &remote) ? BVS_DROP_TUNNEL_SELF
                                                              : BVS_DROP_TUNNEL_ROUTE;
    w->mtu = fib.mtu_result;
    w->ifindex = fib.ifindex;
    w->next.nh_family = fib.family;
    if (fib.family == FAMILY_IPV4)
        w->next.ipv4_nh = fib.ipv4_dst;
    else
        copy_bytes(w->next.ipv6_nh, fib.ipv6_dst, sizeof(fib.ipv6_dst));
    return route_source(w) ? BVS_DROP_N : BVS_DROP_TUNNEL_SOURCE;
}

static __always_inline struct way *way_slot(const struct destination *to) {
    __u32 slot = recall_slot(to->remote.low ^ to->local.low, to->sport) & (WAYS - 1);

    return bpf_map_lookup_elem(&ways, &slot);
}

/* As route_find, which is asked only if it is worth it. */
static __always_inline enum bvs_drop_reason route_recall(packet_t *packet, struct way *w) {
    enum bvs_drop_reason why;
    struct way *known;

    w->to.moment = recall_moment();
    known = way_slot(&w->to);
    if (known && recall_equal(&known->to, &w->to, sizeof(w->to))) {
        copy_bytes(&w->local, &known->local, sizeof(*w) - offsetof(struct way, local));
        return BVS_DROP_N;
    }
    why = route_find(packet, w);
    if (known && why == BVS_DROP_N)
        *known = *w;
    return why;
}

#endif
