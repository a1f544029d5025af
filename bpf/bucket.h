/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Token buckets, of time (maps/meter.h has how). Native, too, for tests of rates. */
#ifndef BVS_BPF_BUCKET_H
#define BVS_BPF_BUCKET_H

#include "bpf/bytes.h"
#include "bpf/once.h"
#include "maps/abi.h"
#include <stdbool.h>

/* `ns`: of the kernel's monotonic clock. */
static __always_inline __u64 bucket_time(__u64 ns) {
    return BVS_METER_CLOCK + (ns << BVS_METER_CLOCK_SHIFT);
}

/* Takes time out of a bucket that is `burst` large; false, and nothing is taken, if there is not as
 * much in it and it is not full either. Of packets on several CPUs at once that find it nearly
 * empty, those that took too much put it back. */
static __always_inline bool bucket_take(__u64 *paid, __u64 burst, __u64 time, __u64 now) {
    __u64 then = READ_ONCE(*paid), needed = time < burst ? time : burst;

    if (then < now - burst && __sync_val_compare_and_swap(paid, then, now - burst + time) == then)
        return true;
    if (READ_ONCE(*paid) + needed > now)
        return false;
    if (__sync_fetch_and_add(paid, time) + needed <= now)
        return true;
    __sync_fetch_and_add(paid, -time);
    return false;
}

/* Of a policer. A rate that is none lets everything pass. */
static __always_inline __u64 rate_price(const struct bvs_rate *rate, __u64 units) {
    return units * rate->price >> BVS_METER_PRICE_SHIFT;
}

static __always_inline bool rate_take(struct bvs_rate *rate, __u64 units, __u64 now) {
    return !rate->price || bucket_take(&rate->paid, rate->burst, rate_price(rate, units), now);
}

/* What was taken for a packet that then did not pass. */
static __always_inline void rate_give_back(struct bvs_rate *rate, __u64 units) {
    if (rate->price)
        __sync_fetch_and_add(&rate->paid, -rate_price(rate, units));
}

#endif
