/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* What is known of a packet that comes in at a port, besides its bytes. Zeros, but for what a patch
 * port or a tunnel brings. */
#ifndef BVS_BPF_ARRIVAL_H
#define BVS_BPF_ARRIVAL_H

#include "bpf/flow.h"
#include "bpf/under_way.h"

/* Of `more`: the CPU's area has the ends, and options. */
#define MORE_ENDS 1
#define MORE_OPTIONS 2

struct arrival {
    __u64 tunnel_id;
    __u32 tunnel_src; /* IPv4 */
    __u32 tunnel_dst;
    __u32 deep;    /* the kernel takes for its network header what is behind the frame's */
    __u32 patches; /* how often it came in before */
    __u16 left;    /* IP protocol of the tunnel that it has come out of here; 0: none */
    __u16 summed;  /* that tunnel's header had a checksum */
    __u32 more;    /* what else the CPU has of what the tunnel says of it */
};

/* From an end of the tunnel to another. */
static __always_inline void arrival_from(struct arrival *arrival, const struct bvs_address *src,
                                         const struct bvs_address *dst, __u64 flags_and_policy) {
    bool v4 = bvs_address_is_v4(src);
    struct bvs_address none = {};
    struct under_way *area;
    struct tunnel_arrival *more;

    arrival->tunnel_src = v4 ? src->low : 0;
    arrival->tunnel_dst = v4 ? dst->low : 0;
    if (v4 && !flags_and_policy)
        return;
    arrival->more |= MORE_ENDS;
    area = under_way_area();
    if (!area)
        return;
    more = &area->ends;
    more->ipv6_src = v4 ? none : *src;
    more->ipv6_dst = v4 ? none : *dst;
    more->flags_and_policy = flags_and_policy;
}

/* It is the next switch's business what a tunnel said. */
static __always_inline void arrival_forget(struct arrival *arrival) {
    arrival->tunnel_id = 0;
    arrival->tunnel_src = arrival->tunnel_dst = arrival->more = 0;
}

static __always_inline void arrival_show_more(struct bvs_flow *flow) {
    const struct under_way *area = under_way_area();

    if (!area)
        return;
    copy_bytes(&flow->word[BVS_FLOW_TUNNEL], &area->ends, sizeof(area->ends));
    flow->word[BVS_WORD_layers] |= TUNNEL_BIT;
}

static __always_inline struct came_options *came_options_area(void) {
    struct under_way *area = under_way_area();

    return area ? &area->options : 0;
}

static __always_inline void arrival_show_options(struct bvs_flow *flow) {
    const struct came_options *came = came_options_area();

    if (!came)
        return;
    __builtin_memcpy(&flow->word[BVS_WORD_options_present], came->word, sizeof(came->word));
    flow->word[BVS_WORD_layers] |= TUNNEL_BIT;
}

static __always_inline void arrival_show(const struct arrival *arrival, struct bvs_flow *flow) {
    bvs_flow_set(flow, tunnel_id, arrival->tunnel_id);
    bvs_flow_set(flow, tunnel_src, arrival->tunnel_src);
    bvs_flow_set(flow, tunnel_dst, arrival->tunnel_dst);
    if (arrival->more & MORE_ENDS)
        arrival_show_more(flow);
    if (arrival->more & MORE_OPTIONS)
        arrival_show_options(flow);
}

#endif
