/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Queue.dscp: an IP packet that rules have put into a queue of a port leaves there with the queue's
 * DSCP, its ECN as it was.
 */
#ifndef BVS_BPF_QUEUE_DSCP_H
#define BVS_BPF_QUEUE_DSCP_H

#include "bpf/port.h"
#include "bpf/read.h"

#define DSCP_NONE (-1) /* the packet has none */
#define DSCP_STUCK (-2)
#define ECN_BITS 3

static __always_inline int ipv4_dscp(packet_t *packet, __u32 at, __u8 dscp) {
    __u8 ip[2], tos;

    if (packet->len < at + 20 || bpf_skb_load_bytes(packet, at, ip, sizeof(ip)) ||
        ip[0] >> 4 != 4 || (ip[0] & 0x0f) < 5)
        return DSCP_NONE;
    tos = dscp << 2 | (ip[1] & ECN_BITS);
    if (tos != ip[1] &&
        (bpf_l3_csum_replace(packet, at + 10, to_network16(ip[1]), to_network16(tos), 2) ||
         bpf_skb_store_bytes(packet, at + 1, &tos, sizeof(tos), 0)))
        return DSCP_STUCK;
    return ip[1] >> 2;
}

/* The traffic class has the middle bits of the first two bytes, and no checksum. */
static __always_inline int ipv6_dscp(packet_t *packet, __u32 at, __u8 dscp) {
    __u8 ip[2];
    __u16 had, wanted;

    if (packet->len < at + 40 || bpf_skb_load_bytes(packet, at, ip, sizeof(ip)) || ip[0] >> 4 != 6)
        return DSCP_NONE;
    had = load16(ip);
    wanted = (had & 0xf03f) | dscp << 6;
    store16(ip, wanted);
    if (wanted != had && bpf_skb_store_bytes(packet, at, ip, sizeof(ip), BPF_F_RECOMPUTE_CSUM))
        return DSCP_STUCK;
    return had >> 6 & 0x3f;
}

/* Gives the packet this DSCP. Returns the one that it had, or one of DSCP_NONE and DSCP_STUCK. */
__noinline int set_dscp(packet_t *packet, __u32 dscp) {
    struct ethernet eth = {};
    struct headers at = {};
    __u32 type;

    if (!read_ethernet(packet, &eth))
        return DSCP_NONE;
    at.l3 = eth.payload;
    type = parse_llc(packet_data(packet), packet_end(packet), eth.type, &at);
    if (type == ETH_P_IP)
        return ipv4_dscp(packet, at.l3, dscp);
    if (type == ETH_P_IPV6)
        return ipv6_dscp(packet, at.l3, dscp);
    return DSCP_NONE;
}

/* As set_dscp(), for what is sent to this port, if its queue has one. */
__noinline int set_queue_dscp(packet_t *packet, __u32 port) {
    struct bvs_port_queue queue = {.port = port, .priority = packet->priority};
    const __u32 *dscp = bpf_map_lookup_elem(&queue_dscp, &queue);

    return dscp ? set_dscp(packet, *dscp) : DSCP_NONE;
}

#endif
