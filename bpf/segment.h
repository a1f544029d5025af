/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* What the kernel will cut a super-frame into. */
#ifndef BVS_BPF_SEGMENT_H
#define BVS_BPF_SEGMENT_H

#include "bpf/read.h"

#define UDP_BYTES 8

/* Bytes of the header behind the IP header of a super-frame. */
static __always_inline __u32 segment_header(packet_t *packet, __u32 at, __u8 protocol) {
    __u8 offset = 0;

    if (protocol == IPPROTO_UDP)
        return UDP_BYTES;
    bpf_skb_load_bytes(packet, at + 12, &offset, 1);
    return (offset >> 4) * 4;
}

static __always_inline __u32 segments_of(const packet_t *packet) {
    return packet->gso_segs > 1 ? packet->gso_segs : 1;
}

/* All headers in front of each segment, if it is a segment of TCP or UDP over IP. */
static __always_inline __u32 segment_headers(packet_t *packet) {
    struct ethernet eth = {};
    __u8 protocol = 0, first = 0;
    bool ipv4;
    __u32 at;

    if (!read_ethernet(packet, &eth))
        return 0;
    ipv4 = eth.type == ETH_P_IP;
    at = eth.payload;
    bpf_skb_load_bytes(packet, at, &first, sizeof(first));
    bpf_skb_load_bytes(packet, at + (ipv4 ? 9 : 6), &protocol, sizeof(protocol));
    at += ipv4 ? (first & 15) * 4 : 40;
    return at + segment_header(packet, at, protocol) + (packet->vlan_present ? 4 : 0);
}

#endif
