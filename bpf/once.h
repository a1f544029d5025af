/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Loads and stores of what others write or read meanwhile, and values that the compiler is not to
 * reason about. */
#ifndef BVS_BPF_ONCE_H
#define BVS_BPF_ONCE_H

#define READ_ONCE(x) (*(volatile typeof(x) *)&(x))
#define WRITE_ONCE(x, v) (*(volatile typeof(x) *)&(x) = (v))

/* Two checks stay two, each of the very value: a verifier before 6.8 understands no other bounds.
 */
static __always_inline __u64 opaque(__u64 n) {
    asm volatile("" : "+r"(n));
    return n;
}

/* 0, to begin a loop with. A verifier before 6.7 looks at the callback of bpf_loop() once, and
 * takes out the branches that the first round cannot take: what a callback reads, branches on and
 * changes must not begin as a number that the verifier knows. `unknown`: any that it does not know.
 */
static __always_inline __u64 unknown_zero(__u64 unknown) {
    return opaque(unknown) ^ opaque(unknown);
}

#endif
