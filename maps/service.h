/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * What a bridge does beside forwarding: mirrors, policing of what comes in at its ports, and the
 * DSCP of their queues. Part of maps/abi.h, whose rules hold here too. Of what comes in, ports
 * without BVS_PORT_SERVED have nothing of it; of what is sent, those without BVS_PORT_MIRRORED and
 * BVS_PORT_QUEUE_DSCP.
 */
#ifndef BVS_MAPS_SERVICE_H
#define BVS_MAPS_SERVICE_H

#include "maps/meter.h"

/* As many as Open vSwitch has. One of the bridge's mirrors is known by its index. */
#define BVS_BRIDGE_MIRRORS 32
#define BVS_MAX_MIRROR_VLANS 65536

/* A mirror's copies go to a port, or are flooded in a VLAN (RSPAN). */
struct bvs_mirror {
    __u32 output;      /* port; 0: there is none */
    __u16 output_vlan; /* if there is none */
    __u16 snaplen;     /* bytes of a copy; 0: all */
    __u32 listed;      /* only of packets in VLANs that mirror_vlans has */
    __u32 reserved;
};
BVS_ASSERT_LAYOUT(struct bvs_mirror, 16);

/* Copies that were sent: atomic. */
struct bvs_mirror_counts {
    __u64 packets;
    __u64 bytes;
};
BVS_ASSERT_LAYOUT(struct bvs_mirror_counts, 16);

static inline __u32 bvs_mirror_place(__u16 bridge, __u32 index) {
    return (__u32)bridge * BVS_BRIDGE_MIRRORS + index;
}
static inline __u32 bvs_mirror_vlan(__u32 place, __u16 vid) {
    return place << 12 | vid;
}

/* Which of the bridge's mirrors select what comes in at a port and what is sent there, a bit each.
 */
struct bvs_port_mirrors {
    __u32 received;
    __u32 sent;
    __u32 end; /* no bit from here on is set */
    __u32 reserved;
};
BVS_ASSERT_LAYOUT(struct bvs_port_mirrors, 16);

/* Two buckets, as a meter's band has one: of bytes and of packets. `paid` is BPF's. */
struct bvs_rate {
    __u64 paid;
    __u64 burst;
    __u64 price; /* of a byte or a packet; 0: no limit */
};
struct bvs_policer {
    struct bvs_rate bytes;
    struct bvs_rate packets;
    __u32 coarse; /* both buckets hold many ticks: the clock that goes by these is good enough */
    __u32 reserved[3];
};
BVS_ASSERT_LAYOUT(struct bvs_policer, 64);

/* A queue is a class of its port's queueing discipline, whose major number is 1; that of queue 0 is
 * the first. A packet that no rule has put into a queue has none of these priorities. */
static inline __u32 bvs_queue_priority(__u32 queue) {
    return 1U << 16 | ((queue + 1) & 0xffff);
}

#define BVS_MAX_QUEUE_DSCP 65536

struct bvs_port_queue {
    __u32 port;
    __u32 priority; /* bvs_queue_priority() */
};
BVS_ASSERT_LAYOUT(struct bvs_port_queue, 8);

#endif
