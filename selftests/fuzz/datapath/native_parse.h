// SPDX-License-Identifier: Apache-2.0
//
// bpf/parse.h, compiled for this machine. It is C, and C++ has no initialisers for array elements
// by number.
#pragma once

#include "maps/abi.h"

#ifdef __cplusplus
extern "C" {
#endif

// The flow need not be zero before.
void bvs_native_parse(const void *begin, const void *end, struct bvs_vlan_tag accelerated,
                      struct bvs_flow *flow);

#ifdef __cplusplus
}
#endif
