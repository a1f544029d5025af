/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * CLOCK_MONOTONIC by the kernel's ticks, some ms exact: a load and a product. The helper that says
 * the same, bpf_ktime_get_coarse_ns(), is a call, which takes 20 ns where returns are made safe.
 */
#ifndef BVS_BPF_CLOCK_H
#define BVS_BPF_CLOCK_H

#include "bpf/given.h"

static __always_inline __u64 clock_coarse(void) {
    return bpf_jiffies64() * given.tick_ns + given.origin;
}

static __always_inline __u32 now_tick(void) {
    return clock_coarse() >> BVS_TICK_SHIFT;
}

#endif
