/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Meters, OpenFlow 1.5.1, 5.11, as BPF runs them. Part of maps/abi.h, whose rules hold here too.
 */
#ifndef BVS_MAPS_METER_H
#define BVS_MAPS_METER_H

#include <linux/types.h>

#define BVS_METER_SHIFT 8
#define BVS_METER_CHUNKS 512 /* 131,072 meters */
#define BVS_METER_BANDS 8

/*
 * Time is what a band's bucket holds: at the band's rate each byte, or packet, takes some of it.
 * `paid` is up to when the packets that passed have taken it; it lies at most `burst` behind now,
 * and a packet passes if it lies as far behind as the packet takes, or as the bucket is large. So a
 * super-frame passes a bucket that is smaller than it, and those after it wait for longer. One
 * word, changed by atomic additions: no lock, no refill.
 */
/* The clock counts sixteenths of a nanosecond, and from here, so that `burst` can be subtracted. A
 * price has more binary places. */
#define BVS_METER_CLOCK_SHIFT 4
#define BVS_METER_CLOCK (1ULL << 62)
#define BVS_METER_PRICE_SHIFT 16

enum bvs_band_type { BVS_BAND_DROP = 1, BVS_BAND_DSCP_REMARK = 2 };

struct bvs_meter_band {
    __u64 paid;
    __u64 burst;
    __u64 price;   /* of a byte or a packet */
    __u64 packets; /* above the rate, and no band with a higher one was there: atomic */
    __u64 bytes;
    __u32 rate;
    __u16 type;
    __u16 precedence; /* of a remark: how much drop precedence is added */
};
BVS_ASSERT_LAYOUT(struct bvs_meter_band, 48);

struct bvs_meter_bands {
    __u32 bands;
    __u32 of_packets; /* rates are in packets; 0: in bytes */
    struct bvs_meter_band band[BVS_METER_BANDS];
};
BVS_ASSERT_LAYOUT(struct bvs_meter_bands, 392);

struct bvs_meter {
    __u32 live; /* which of `bands`; a change writes the other one, and then this */
    __u32 reserved;
    __u64 packets; /* that came to it: atomic */
    __u64 bytes;
    struct bvs_meter_bands bands[2];
    /* For a daemon to come; BPF has no use for it. Generations are as those of a rule. */
    __u32 bridge; /* 0: the place is free */
    __u32 record;
    __u64 added;
    __u64 removed;
};
BVS_ASSERT_LAYOUT(struct bvs_meter, 832);

#endif
