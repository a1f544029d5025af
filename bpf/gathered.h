/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * What XDP leaves in front of a frame that it took out of a tunnel, as the packet's metadata: the
 * kernel puts together only packets whose metadata are the same, so what it makes of several has
 * come out of one tunnel, with one key, from one end. The size is the most that Linux 6.1 takes.
 *
 * Metadata go with the packet, maybe to another netdev, and to a switch that is not this one. So
 * they are marked: for this netdev, and with a number that others do not know.
 */
#ifndef BVS_BPF_GATHERED_H
#define BVS_BPF_GATHERED_H

#include "bpf/given.h"
#include "maps/tunnel.h"

struct gathered {
    __u32 mark;
    __u32 port;
    __u32 key;
    __u32 said; /* see gathered_pack() */
    union {
        struct {
            __u32 v4_remote;
            __u32 v4_local;
            __u64 nothing;
        };
        struct bvs_address v6_local; /* the remote one is the port's */
    };
};
BVS_ASSERT_LAYOUT(struct gathered, 32);

static __always_inline __u32 gathered_mark(__u32 ifindex) {
    return (identity_seed() >> 32) ^ ifindex;
}

/* The flow's word of flags and policy says less than it has bits; a bit that is left tells which of
 * the addresses there are. */
#define GATHERED_IPV6 0x80

static __always_inline __u32 gathered_pack(__u64 said, bool ipv6) {
    return said | (said >> BVS_LOWEST_tunnel_gbp_flags) << 8 | (ipv6 ? GATHERED_IPV6 : 0);
}

static __always_inline __u64 gathered_unpack(__u32 said) {
    return (said & (0xffff0000 | BVS_FLOW_TUNNEL_OAM)) | (__u64)(said >> 8 & 0xff)
                                                             << BVS_LOWEST_tunnel_gbp_flags;
}

#endif
