/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Which ports have which multicast, in bridges that snoop on IGMP and MLD: those of
 * BVS_PORT_SNOOPED. The daemon writes, BPF reads. A key leads to a list in `receivers`: a cell for
 * each port, by place, until one whose port is 0. Lists do not change: a key is given another one
 * in one store, and cells are used again when no packet can be at them any more. No list: to
 * everybody.
 */
#ifndef BVS_MAPS_MULTICAST_H
#define BVS_MAPS_MULTICAST_H

#include "maps/abi.h"

#define BVS_MULTICAST_KEYS 65536
#define BVS_RECEIVERS 262144 /* cell 0 ends every list */
#define BVS_EVERY_VLAN BVS_VLANS

enum bvs_multicast_kind {
    BVS_MULTICAST_GROUP,        /* what is sent to the address */
    BVS_MULTICAST_UNREGISTERED, /* what is sent to others; of BVS_EVERY_VLAN at least, if any */
    BVS_MULTICAST_REPORTS,      /* what hosts say of their groups; likewise */
};

struct bvs_multicast_key {
    __u16 bridge;
    __u16 vid; /* BVS_EVERY_VLAN: those that have no list */
    __u32 kind;
    __u64 group_high; /* IPv6, or IPv4 mapped into it; as numbers */
    __u64 group_low;
};
BVS_ASSERT_LAYOUT(struct bvs_multicast_key, 24);

/* Why a port is in a list: for a daemon that takes over. */
enum bvs_receiver_reasons {
    BVS_RECEIVER_JOINED = 1 << 0, /* a host there has said that it wants the group */
    BVS_RECEIVER_ROUTER = 1 << 1, /* a multicast router is there */
    BVS_RECEIVER_TOLD = 1 << 2,   /* the configuration says so */
};

struct bvs_receiver {
    __u16 port;
    __u16 reasons;
    __u32 next;
};
BVS_ASSERT_LAYOUT(struct bvs_receiver, 8);

#endif
