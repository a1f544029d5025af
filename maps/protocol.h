/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Frames of protocols that the daemon speaks itself, on the ring `protocol_frames`: neighbours'
 * (LACP, BFD), which go nowhere else, and copies of hosts' that the bridge learns from (IGMP, MLD).
 */
#ifndef BVS_MAPS_PROTOCOL_H
#define BVS_MAPS_PROTOCOL_H

#include "maps/abi.h"

enum bvs_protocol {
    BVS_PROTOCOL_LACP = 1, /* IEEE 802.1AX-2014, 6.4: slow protocols, subtype 1 */
    BVS_PROTOCOL_BFD,      /* RFC 5881: UDP to port 3784 over IPv4 */
    BVS_PROTOCOL_IGMP,
    BVS_PROTOCOL_MLD, /* ICMPv6 of types 130 to 132 and 143 */
};

/* The frame's bytes follow, from its Ethernet header on, with the tags that it has. */
#define BVS_PROTOCOL_BYTES 2048
struct bvs_protocol_frame {
    __u32 port;     /* that it came in at, a bond's member itself */
    __u16 protocol; /* enum bvs_protocol */
    __u16 vid;      /* the VLAN that it is in; 0 of a neighbour's */
    __u32 length;   /* of the whole */
    __u32 captured; /* of that, what follows */
};
BVS_ASSERT_LAYOUT(struct bvs_protocol_frame, 16);

/* A port may have so many a second, and so many at once, where over half of the ring is full. */
#define BVS_PROTOCOL_RING_BYTES (1024 * 1024)
#define BVS_PROTOCOL_RATE 100
#define BVS_PROTOCOL_BURST 20

#endif
