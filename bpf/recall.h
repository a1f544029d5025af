/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Remembering what was found out for a packet, for those that follow it: a CPU's own table, in
 * which a later question takes an earlier one's place. One of a question's words says until when
 * its answer holds, so that whoever changes what was asked about need not look for it here: the
 * version of what the daemon says, or the moment, for what only the kernel knows.
 */
#ifndef BVS_BPF_RECALL_H
#define BVS_BPF_RECALL_H

#include <bpf/bpf_helpers.h>
#include <linux/types.h>
#include <stdbool.h>

/* Eight ticks, which are 80 ms at most: no kernel has fewer than 100 a second. The verifier makes
 * the tick one load; nanoseconds would take a call. Never 0: nothing was asked in that one. */
#define RECALL_TICKS_SHIFT 3
static __always_inline __u32 recall_moment(void) {
    return (bpf_jiffies64() >> RECALL_TICKS_SHIFT) | 1U << 31;
}

static __always_inline __u32 recall_slot(__u64 one, __u64 other) {
    return (one * 0x9e3779b97f4a7c15ULL + other * 0xd6e8feb86659fd93ULL) >> 48;
}

/* Of two questions, in words. */
static __always_inline bool recall_equal(const void *one, const void *other, __u32 bytes) {
    const __u64 *a = one, *b = other;
    __u64 bits = 0;

#pragma clang loop unroll(full)
    for (__u32 i = 0; i < bytes / sizeof(*a); i++)
        bits |= a[i] ^ b[i];
    return !bits;
}

#endif
