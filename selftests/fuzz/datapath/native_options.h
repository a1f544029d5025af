// SPDX-License-Identifier: Apache-2.0
//
// bpf/options.h, compiled for this machine; C for the reason that native_parse.h has.
#pragma once

#include "maps/abi.h"

#ifdef __cplusplus
extern "C" {
#endif

// 0: such a packet is dropped. Of `flow` only the words of options are written.
int bvs_native_read_options(const struct bvs_tlv_table *table, const __u8 *options, __u32 bytes,
                            struct bvs_flow *flow);

// Returns how many bytes there are, of up to BVS_GENEVE_OPTION_BYTES.
__u32 bvs_native_write_options(const struct bvs_tlv_table *table, const struct bvs_flow *flow,
                               __u8 *options);

#ifdef __cplusplus
}
#endif
