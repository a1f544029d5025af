/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The packet at the tc hook: an skb. Its outermost VLAN tag is normally beside the frame
 * (accelerated); a GSO super-frame is one packet here; its headers need not be linear.
 */
#ifndef BVS_BPF_PACKET_TC_H
#define BVS_BPF_PACKET_TC_H

#include "maps/abi.h"
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/pkt_cls.h>
#include <stdbool.h>

typedef struct __sk_buff packet_t;

/* Which hook of tc it is; a program at the egress hook says so before it includes this. */
#ifndef AT_EGRESS
#define AT_EGRESS false
#endif

/* Enough for Ethernet, two tags, IPv6 with some extensions and TCP. */
#define HEADER_BYTES 192

static __always_inline const void *packet_data(const packet_t *p) {
    return (void *)(long)p->data;
}
static __always_inline const void *packet_end(const packet_t *p) {
    return (void *)(long)p->data_end;
}
/* As on the wire: with the tag that is beside the frame. */
static __always_inline __u32 packet_length(const packet_t *p) {
    return p->len + (p->vlan_present ? 4 : 0);
}
static __always_inline __u32 packet_netdev(const packet_t *p) {
    return p->ifindex;
}

static __always_inline struct bvs_vlan_tag packet_tag(const packet_t *p) {
    struct bvs_vlan_tag tag = {};

    if (p->vlan_present) {
        tag.tpid = bpf_ntohs((__u16)p->vlan_proto);
        tag.tci = (__u16)p->vlan_tci;
    }
    return tag;
}

/*
 * Has the kernel look for the frame's type, which it has not done when something was put in front
 * of the frame or taken off: it does so when it takes off a tag that is in the frame, and to be in
 * the frame that tag needs another one in front of it. As many spare tags as that in the frame go
 * as well; a tag of the frame's own is beside it afterwards. False: no memory.
 */
#define MOST_SPARE_TAGS 16
static __always_inline bool packet_tell_type(packet_t *p, __u32 spare) {
    if (bpf_skb_vlan_push(p, bpf_htons(ETH_P_8021Q), 0) ||
        bpf_skb_vlan_push(p, bpf_htons(ETH_P_8021Q), 0))
        return false;
    for (__u32 i = 0; i < 2 + MOST_SPARE_TAGS; i++)
        if (i < 2 + spare && bpf_skb_vlan_pop(p))
            return false;
    return true;
}

/* Makes the headers linear; pointers into the packet are stale afterwards. */
static __always_inline void packet_pull(packet_t *p) {
    bpf_skb_pull_data(p, p->len < HEADER_BYTES ? p->len : HEADER_BYTES);
}

#endif
