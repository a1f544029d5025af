// SPDX-License-Identifier: Apache-2.0
//
// bpf/outer.h, compiled for this machine; C for the reason that native_parse.h has.
#pragma once

#include "maps/abi.h"

#ifdef __cplusplus
extern "C" {
#endif

struct bvs_native_outer {
    struct bvs_tunnel_end to;
    __u64 flags_and_policy;
    __u32 l4, ip_end, at, end;
    __u8 ip_proto, ecn, options;
    __u8 is_carrier; // below: only if that holds
    __u8 is_martian;
    __u8 is_tunnel; // below: only if that holds
    __u8 passes;    // congestion can be told to the receiver
    __u8 can_be_cut;
    __u8 inner_ipv6;
    __u32 inner_at, inner_first, inner_first_after; // the IP header's
};

// `type`: the listener's, of UDP. `super`: the packet is a super-frame.
void bvs_native_parse_outer(const void *begin, const void *end, __u8 type, int super,
                            struct bvs_native_outer *result);

#ifdef __cplusplus
}
#endif
