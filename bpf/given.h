/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* What the daemon has given this program (maps/given.h). */
#ifndef BVS_BPF_GIVEN_H
#define BVS_BPF_GIVEN_H

#include "maps/given.h"
#include <bpf/bpf_helpers.h>

/* A section of its own, in which the loader finds it. */
const volatile struct bvs_given given SEC(".rodata.given") = {};

#define identity_seed() (given.seed ^ 0x9e3779b97f4a7c15ULL)

#endif
