/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* What the daemon gives the programs before it loads them: constants, so they cost no lookup. */
#ifndef BVS_MAPS_GIVEN_H
#define BVS_MAPS_GIVEN_H

#include "maps/abi.h"

struct bvs_given {
    __u64 seed;    /* of the datapath's own hashes: nobody outside can aim at a bucket */
    __u64 tick_ns; /* of the kernel's timer */
    __u64 origin;  /* CLOCK_MONOTONIC when its ticks were 0, modulo 2^64 */
};
BVS_ASSERT_LAYOUT(struct bvs_given, 24);

#endif
