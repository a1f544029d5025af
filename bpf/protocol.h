/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Frames for the daemon's own protocols (maps/protocol.h). */
#ifndef BVS_BPF_PROTOCOL_H
#define BVS_BPF_PROTOCOL_H

#include "bpf/bucket.h"
#include "bpf/drop.h"
#include "maps/protocol.h"
#include <linux/udp.h>

#define PROTOCOL_SECOND (1000000000ULL << BVS_METER_CLOCK_SHIFT)
#define BFD_PORT 3784

/* Is there room on the ring that the port may use? */
static __always_inline bool protocol_may(__u32 port) {
    __u64 frame = PROTOCOL_SECOND / BVS_PROTOCOL_RATE;
    struct bvs_port_spent *spent;

    if (bpf_ringbuf_query(&protocol_frames, BPF_RB_AVAIL_DATA) < BVS_PROTOCOL_RING_BYTES / 2)
        return true;
    spent = bpf_map_lookup_elem(&port_spent, &port);
    return spent && bucket_take(&spent->protocols, frame * BVS_PROTOCOL_BURST, frame,
                                bucket_time(bpf_ktime_get_ns()));
}

static __always_inline bool protocol_write(packet_t *packet, __u32 in, __u32 protocol, __u32 vid) {
    __u32 bytes = packet->len < BVS_PROTOCOL_BYTES ? packet->len : BVS_PROTOCOL_BYTES;
    struct bvs_protocol_frame *f;

    if (!bytes || !protocol_may(in))
        return false;
    f = bpf_ringbuf_reserve(&protocol_frames, sizeof(*f) + BVS_PROTOCOL_BYTES, 0);
    if (!f)
        return false;
    f->port = in;
    f->protocol = protocol;
    f->vid = vid;
    f->length = packet->len;
    /* A power of two, and the mask keeps nothing away: it is what the verifier understands. */
    f->captured = bpf_skb_load_bytes(packet, 0, f + 1, ((bytes - 1) & (BVS_PROTOCOL_BYTES - 1)) + 1)
                      ? 0
                      : bytes;
    bpf_ringbuf_submit(f, 0);
    return true;
}

/* The packet itself stays what it is. Global, so that the verifier looks at it once. */
__noinline int protocol_tell(packet_t *packet, __u32 in, __u32 protocol, __u32 vid) {
    if (!protocol_write(packet, in, protocol, vid))
        drop_count(BVS_DROP_PROTOCOL, in);
    return 0;
}

/* IEEE 802.1AX-2014, 6.4.2: the address of slow protocols, their type and LACP's subtype. */
static __always_inline bool is_lacp(packet_t *packet, const struct ethernet *eth) {
    __u8 subtype;

    return eth->dst == 0x0180c2000002ULL && eth->type == ETH_P_SLOW &&
           !bpf_skb_load_bytes(packet, eth->payload, &subtype, 1) && subtype == 1;
}

/* RFC 5881, section 4: UDP over IPv4 with a TTL of 255, no fragment. */
static __always_inline bool is_bfd(packet_t *packet, const struct ethernet *eth) {
    __u8 ip[20];
    __u16 port;

    if (eth->type != ETH_P_IP || bpf_skb_load_bytes(packet, eth->payload, ip, sizeof(ip)) ||
        ip[9] != IPPROTO_UDP || ip[0] >> 4 != 4 || load16(ip + 6) & 0x3fff)
        return false;
    return !bpf_skb_load_bytes(packet, eth->payload + (ip[0] & 15) * 4 + 2, &port, 2) &&
           port == bpf_htons(BFD_PORT);
}

/* Is the frame a neighbour's for the daemon? Then it has it. */
__noinline int protocol_take(packet_t *packet, __u32 in) {
    const struct bvs_port_entry *port = port_get(in);
    struct ethernet eth = {};
    __u32 protocol;

    if (!port || !read_ethernet(packet, &eth))
        return false;
    if (port->flags & BVS_PORT_LACP && is_lacp(packet, &eth))
        protocol = BVS_PROTOCOL_LACP;
    else if (port->flags & BVS_PORT_BFD && is_bfd(packet, &eth))
        protocol = BVS_PROTOCOL_BFD;
    else
        return false;
    protocol_tell(packet, in, protocol, 0);
    return true;
}

#endif
