/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* The datapath's own seed: nobody outside can aim at a bucket. */
#ifndef BVS_BPF_SEED_H
#define BVS_BPF_SEED_H

#include <bpf/bpf_helpers.h>
#include <linux/types.h>

/* A section of its own, in which the loader finds it. */
const volatile __u64 fdb_seed SEC(".rodata.seed") = 0;

#define identity_seed() (fdb_seed ^ 0x9e3779b97f4a7c15ULL)

#endif
