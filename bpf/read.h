/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The parser over a packet. Its parts are global functions: the verifier looks at each once, not
 * for each way through the one before, as it knows nothing of what is in memory that they are
 * given.
 */
#ifndef BVS_BPF_READ_H
#define BVS_BPF_READ_H

#include "bpf/parse.h"

__noinline int read_link(packet_t *packet, struct bvs_flow *flow, struct headers *at,
                         __u32 in_port) {
    if (flow && at)
        parse_link(packet_data(packet), packet_end(packet), packet_tag(packet), in_port, flow, at);
    return 0;
}

__noinline int read_shims(packet_t *packet, struct bvs_flow *flow, struct headers *at) {
    if (flow && at)
        parse_shims(packet_data(packet), packet_end(packet), flow, at);
    return 0;
}

__noinline int read_network(packet_t *packet, struct bvs_flow *flow, struct headers *at) {
    if (flow && at)
        parse_network(packet_data(packet), packet_end(packet), flow, at);
    return 0;
}

/* What switching looks at; false for a frame that is shorter than its headers say. */
static __always_inline bool read_ethernet(packet_t *packet, struct ethernet *eth) {
    if (!parse_ethernet(packet_data(packet), packet_end(packet), packet_tag(packet), eth))
        return true;
    packet_pull(packet);
    return !parse_ethernet(packet_data(packet), packet_end(packet), packet_tag(packet), eth);
}

/* True if a header is cut off, or makes no sense. */
static __always_inline bool read_flow(packet_t *packet, struct bvs_flow *flow, struct headers *at,
                                      __u32 in_port) {
    read_link(packet, flow, at, in_port);
    if (has_shims(at))
        read_shims(packet, flow, at);
    read_network(packet, flow, at);
    return bvs_flow_get(flow, layers) & BVS_LAYER_TRUNCATED;
}

#endif
