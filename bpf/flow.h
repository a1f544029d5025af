/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* The flow as a whole. Most packets come from no tunnel and are not to cost what its words take:
 * those of a flow without BVS_LAYER_TUNNEL are zero, and stay so without being written. */
#ifndef BVS_BPF_FLOW_H
#define BVS_BPF_FLOW_H

#include "bpf/bytes.h"
#include "maps/abi.h"
#include <stdbool.h>

#define TUNNEL_BYTES (sizeof(__u64) * (BVS_FLOW_WORDS - BVS_FLOW_TUNNEL))
#define FRAME_BYTES (sizeof(__u64) * BVS_FLOW_TUNNEL) /* with what rules keep for themselves */
#define TUNNEL_BIT ((__u64)BVS_LAYER_TUNNEL << BVS_LOWEST_layers)

static __always_inline bool flow_has_tunnel(const struct bvs_flow *flow) {
    return flow->word[BVS_WORD_layers] & TUNNEL_BIT;
}

/* Global functions, so that the verifier looks at each once. */
__noinline int flow_leave_tunnel(struct bvs_flow *flow) {
    if (!flow)
        return 0;
    __builtin_memset(&flow->word[BVS_FLOW_TUNNEL], 0, TUNNEL_BYTES);
    flow->word[BVS_WORD_layers] &= ~TUNNEL_BIT;
    return 0;
}

__noinline int flow_copy(struct bvs_flow *to, const struct bvs_flow *from) {
    if (!to || !from)
        return 0;
    if (flow_has_tunnel(from))
        __builtin_memcpy(&to->word[BVS_FLOW_TUNNEL], &from->word[BVS_FLOW_TUNNEL], TUNNEL_BYTES);
    else if (flow_has_tunnel(to))
        flow_leave_tunnel(to);
    __builtin_memcpy(to, from, FRAME_BYTES);
    return 0;
}

static __always_inline void flow_write(struct bvs_flow *flow, __u32 word, __u64 bits, __u64 value) {
    word &= BVS_FLOW_WORDS - 1;
    flow->word[word] = (flow->word[word] & ~bits) | (value & bits);
    if (word >= BVS_FLOW_TUNNEL)
        flow->word[BVS_WORD_layers] |= TUNNEL_BIT;
}

#endif
