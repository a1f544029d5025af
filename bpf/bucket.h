/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Token buckets, of time (maps/meter.h has how). */
#ifndef BVS_BPF_BUCKET_H
#define BVS_BPF_BUCKET_H

#include "bpf/once.h"
#include "maps/maps.bpf.h"
#include <stdbool.h>

static __always_inline __u64 bucket_clock(void) {
    return BVS_METER_CLOCK + (bpf_ktime_get_ns() << BVS_METER_CLOCK_SHIFT);
}

/* Takes time out of a bucket that is `burst` large; false, and nothing is taken, if there is not as
 * much in it and it is not full either. Of packets on several CPUs at once that find it nearly
 * empty, those that took too much put it back. */
static __always_inline bool bucket_take(__u64 *paid, __u64 burst, __u64 time, __u64 now) {
    __u64 then = READ_ONCE(*paid), needed = time < burst ? time : burst;

    if (then < now - burst)
        __sync_val_compare_and_swap(paid, then, now - burst);
    if (READ_ONCE(*paid) + needed > now)
        return false;
    if (__sync_fetch_and_add(paid, time) + needed <= now)
        return true;
    __sync_fetch_and_add(paid, -time);
    return false;
}

#endif
