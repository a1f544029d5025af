/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Is what came in at a port within the port's rates (ingress_policing_rate and _kpkts_rate)? Of a
 * super-frame count the packets that it is cut into, each with its headers.
 */
#ifndef BVS_BPF_POLICE_H
#define BVS_BPF_POLICE_H

#include "bpf/bucket.h"
#include "bpf/clock.h"
#include "bpf/segment.h"

static __always_inline __u32 bytes_on_wire(packet_t *packet, __u32 segments) {
    __u32 bytes = packet_length(packet);

    return segments > 1 ? bytes + (segments - 1) * segment_headers(packet) : bytes;
}

static __always_inline bool police(packet_t *packet, __u32 in) {
    struct bvs_policer *policer = bpf_map_lookup_elem(&policers, &in);
    __u32 segments = segments_of(packet);
    __u64 now;

    if (!policer)
        return true;
    now = bucket_time(policer->coarse ? clock_coarse() : bpf_ktime_get_ns());
    if (!rate_take(&policer->packets, segments, now))
        return false;
    if (rate_take(&policer->bytes, bytes_on_wire(packet, segments), now))
        return true;
    rate_give_back(&policer->packets, segments);
    return false;
}

#endif
