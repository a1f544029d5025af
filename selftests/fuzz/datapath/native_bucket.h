// SPDX-License-Identifier: Apache-2.0
//
// bpf/bucket.h, compiled for this machine; C for the reason that native_parse.h has.
#pragma once

#include "maps/abi.h"

#ifdef __cplusplus
extern "C" {
#endif

// Is there room for so many bytes or packets, at a time of the kernel's clock?
int bvs_native_rate_take(struct bvs_rate *rate, __u64 units, __u64 ns);

#ifdef __cplusplus
}
#endif
