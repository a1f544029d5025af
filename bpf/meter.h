/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Meters, OpenFlow 1.5.1, 5.11: is the packet within the rate? */
#ifndef BVS_BPF_METER_H
#define BVS_BPF_METER_H

#include "bpf/bucket.h"
#include "bpf/chunk.h"
#include "bpf/scratch.h"

struct metering {
    struct bvs_meter *meter;
    __u64 now;
    __u32 length;
    __u32 live;
    __u32 band; /* exceeded, that of the highest rate; BVS_METER_BANDS: none */
    __u32 rate; /* its */
};

static __always_inline struct bvs_meter_band *meter_band(struct bvs_meter *meter, __u32 live,
                                                         __u32 index) {
    return &meter->bands[live & 1].band[index & (BVS_METER_BANDS - 1)];
}

static long meter_try_band(__u32 index, struct metering *m) {
    struct bvs_meter_band *band = meter_band(m->meter, m->live, index);
    __u64 units = m->meter->bands[m->live & 1].of_packets ? 1 : m->length;

    if (bucket_take(&band->paid, band->burst, units * band->price >> BVS_METER_PRICE_SHIFT, m->now))
        return 0;
    if (band->rate > m->rate) {
        m->band = index;
        m->rate = band->rate;
    }
    return 0;
}

/* Raises the drop precedence of an assured forwarding class (RFC 2597); others have none. */
static __always_inline void dscp_remark(struct bvs_flow *flow, __u32 more) {
    __u64 tos = bvs_flow_get(flow, ip_tos);
    __u64 class = tos >> 5, precedence = tos >> 3 & 3;

    if (class < 1 || class > 4 || !precedence || tos & 4)
        return;
    precedence += more;
    if (precedence > 3)
        precedence = 3;
    bvs_flow_set(flow, ip_tos, (tos & ~0x18ULL) | precedence << 3);
}

/* Counts the packet; false if it is to be dropped. */
__noinline int meter_passes(struct scratch *s, __u32 place) {
    struct metering m = {}; /* a constant for all of it would be one more map */
    struct bvs_meter_band *band;

    m.band = BVS_METER_BANDS;
    m.meter = chunk_get(&meter_chunks, CHUNK_OF(place, METER), PLACE_IN(place, METER));
    if (!s || !m.meter)
        return 1;
    __sync_fetch_and_add(&m.meter->packets, 1);
    __sync_fetch_and_add(&m.meter->bytes, s->length);
    m.live = READ_ONCE(m.meter->live);
    m.length = s->length;
    m.now = bucket_time(bpf_ktime_get_ns());
    bpf_loop(m.meter->bands[m.live & 1].bands, meter_try_band, &m, 0);
    if (m.band == BVS_METER_BANDS)
        return 1;
    band = meter_band(m.meter, m.live, m.band);
    __sync_fetch_and_add(&band->packets, 1);
    __sync_fetch_and_add(&band->bytes, s->length);
    if (band->type != BVS_BAND_DSCP_REMARK)
        return 0;
    if (bvs_flow_get(&s->flow, layers) & (BVS_LAYER_IPV4 | BVS_LAYER_IPV6))
        dscp_remark(&s->flow, band->precedence);
    return 1;
}

#endif
