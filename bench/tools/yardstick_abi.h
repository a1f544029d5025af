/* SPDX-License-Identifier: Apache-2.0 */
/* What yardstick.bpf.c and the tools that load it agree on. */
#ifndef BVS_BENCH_YARDSTICK_ABI_H
#define BVS_BENCH_YARDSTICK_ABI_H

#include <linux/types.h>

#define YARDSTICK_CPUS 256

/* The bare redirect's only knowledge; read-only, so the compiler's code is as short as it gets. */
struct yardstick_route {
    __u32 ifindex;
    __u32 to_peer; /* hand the frame to the other end of the veth, without its queue */
};

/* Addresses 02:00:xx:xx:xx:xx, numbered from 0: frames come from `sources` of them and go to
 * `destinations` of them, counted modulo `addresses`. */
struct yardstick_traffic {
    __u32 first_source;
    __u32 sources;
    __u32 first_destination;
    __u32 destinations;
    __u32 addresses;
    __u32 frames; /* so far */
};

/* What arrived, a cache line a CPU. */
struct yardstick_arrivals {
    __u64 packets;
    __u64 reserved[7];
};

#endif
