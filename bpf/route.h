/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The way to a tunnel's remote address: the kernel's routes, asked as for a packet that came in at
 * the onward device. The kernel finds the neighbour by itself when the packet is sent.
 */
#ifndef BVS_BPF_ROUTE_H
#define BVS_BPF_ROUTE_H

#include "bpf/bytes.h"
#include "bpf/packet_tc.h"
#include "maps/maps.bpf.h"
#include <asm-generic/errno-base.h>
#include <linux/in.h>

#define FAMILY_IPV4 2 /* AF_INET and AF_INET6; the C library's header is not for BPF */
#define FAMILY_IPV6 10

/* What is asked for, and how large the packet is with its outer IP header. */
struct way {
    struct bvs_address remote;
    struct bvs_address local; /* none: it is found */
    __u32 bytes;
    __u32 hash; /* of the flow, for ECMP */
    __u16 sport;
    __u16 dport;
    __u8 protocol;
    __u8 tos;
    __u16 reserved;

    /* What is found. */
    __u32 ifindex;
    __u32 mtu;
    struct bpf_redir_neigh next;
};

static __always_inline void store_address(__u32 *to, const struct bvs_address *a) {
    to[0] = to_network32(a->high >> 32);
    to[1] = to_network32(a->high);
    to[2] = to_network32(a->low >> 32);
    to[3] = to_network32(a->low);
}

static __always_inline void route_ask(const struct way *w, struct bpf_fib_lookup *fib) {
    __u32 first = 0;
    const struct bvs_onward_info *info = bpf_map_lookup_elem(&onward_info, &first);

    fib->ifindex = info ? info->ifindex : 0;
    fib->l4_protocol = w->protocol;
    fib->sport = to_network16(w->sport);
    fib->dport = to_network16(w->dport);
    fib->tot_len = w->bytes > 0xffff ? 0xffff : w->bytes;
    if (bvs_address_is_v4(&w->remote)) {
        fib->family = FAMILY_IPV4;
        fib->tos = w->tos;
        fib->ipv4_src = to_network32(w->local.low);
        fib->ipv4_dst = to_network32(w->remote.low);
    } else {
        fib->family = FAMILY_IPV6;
        fib->flowinfo = to_network32((__u32)w->tos << 20);
        store_address(fib->ipv6_src, &w->local);
        store_address(fib->ipv6_dst, &w->remote);
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
    struct bvs_source_key key = {.ifindex = w->ifindex, .ipv6 = !bvs_address_is_v4(&w->remote)};
    const struct bvs_address *source = bpf_map_lookup_elem(&source_addresses, &key);

    if (!bvs_address_is_none(&w->local))
        return true;
    if (source)
        w->local = *source;
    return source;
}

/* BVS_DROP_N, or why there is no way. */
static __always_inline enum bvs_drop_reason route_find(packet_t *packet, struct way *w) {
    struct bvs_address remote = w->remote; /* on the stack: Linux 6.1 takes no other keys */
    struct bpf_fib_lookup fib = {};
    long result;

    route_ask(w, &fib);
    result = route_lookup(packet, &fib);
    w->mtu = fib.mtu_result;
    if (result == BPF_FIB_LKUP_RET_FRAG_NEEDED)
        return BVS_DROP_TUNNEL_MTU;
    if (result)
        return bpf_map_lookup_elem(&local_addresses, &remote) ? BVS_DROP_TUNNEL_SELF
                                                              : BVS_DROP_TUNNEL_ROUTE;
    w->ifindex = fib.ifindex;
    w->next.nh_family = fib.family;
    if (fib.family == FAMILY_IPV4)
        w->next.ipv4_nh = fib.ipv4_dst;
    else
        copy_bytes(w->next.ipv6_nh, fib.ipv6_dst, sizeof(fib.ipv6_dst));
    return route_source(w) ? BVS_DROP_N : BVS_DROP_TUNNEL_SOURCE;
}

#endif
