/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Traces: what the pipeline does with a packet, told event by event on the ring `traces` while it
 * does it. Part of maps/abi.h, whose rules hold here too.
 *
 * A packet is traced if it was sent in to be traced and for nothing else (bvs_inject, cb[3]), or if
 * it came in at a port of a bridge with BVS_PIPELINE_TRACED and the filter matches it.
 */
#ifndef BVS_MAPS_TRACE_H
#define BVS_MAPS_TRACE_H

#include "maps/flow.h"

enum bvs_trace_kind {
    BVS_TRACE_PACKET,  /* as it came in. place: port; arg: bytes */
    BVS_TRACE_TABLE,   /* was looked up. place: rule, 0: none matches */
    BVS_TRACE_STEP,    /* is about to run. place: instruction, and itself in `detail`; arg: 1 if the
                          action set runs it */
    BVS_TRACE_BUCKET,  /* is about to run. place: group; arg: bucket */
    BVS_TRACE_DECIDED, /* the pipeline has ended. arg: why the packet is dropped, BVS_DROP_N: not */
    BVS_TRACE_EFFECT,  /* is to be carried out: in `detail`; `flow`: how the packet then looks */
    BVS_TRACE_PORT,    /* gets the packet. place: port; arg: why not, BVS_DROP_N: it does;
                          detail[0], detail[1]: the outer tag before and at the port, as tpid << 16 |
                          tci, 0: none */
    BVS_TRACE_END,     /* that was all. arg: why nothing came of it, BVS_DROP_N: something did */
};

/* On the ring. */
struct bvs_trace_event {
    __u32 trace; /* the packet's; 1 to BVS_TRACE_LIVE - 1 are the daemon's own */
    __u32 index; /* 0, 1, ...: what is missing found no room */
    __u16 bridge;
    __u8 kind;
    __u8 table;
    __u32 depth; /* of resubmits, clones and buckets */
    __u32 place;
    __u32 arg;
    __u64 detail[4];
    struct bvs_flow flow;
};
BVS_ASSERT_LAYOUT(struct bvs_trace_event, 56 + 8 * BVS_FLOW_WORDS);
#define BVS_TRACE_LIVE 0x80000000U
#define BVS_TRACE_RING_BYTES (4 * 1024 * 1024)

/* Which packets of ports are traced: those of one bridge, while `left` is positive. BPF counts it
 * down, the daemon up; both atomically. */
struct bvs_trace_filter {
    __u32 bridge;
    __u32 reserved;
    __s64 left;
    struct bvs_flow value; /* no bit outside the mask */
    struct bvs_flow mask;  /* of words that come in */
};
BVS_ASSERT_LAYOUT(struct bvs_trace_filter, 16 + 16 * BVS_FLOW_WORDS);

#endif
