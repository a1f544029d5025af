/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Flows that are counted for collectors (NetFlow, IPFIX), and packets that are shown to them
 * (sFlow, sampled IPFIX).
 *
 * Each CPU counts in a table of its own: sets of BVS_ACCOUNT_WAYS places, in chunks that the daemon
 * makes once there is somebody to count for. Every transition is one store of a tag's `hash`:
 *   insert   by BPF: 0 -> the hash, after the key; counters of a free place are zero
 *   count    by BPF: adds, without atomics
 *   end      by the daemon: BVS_ACCOUNT_ENDED is added to the hash. A packet that found the place
 *            before may still count there; after a grace period none does.
 *   free     by the daemon, after that and a last look: everything zeroed, the hash last
 * What was reported of a flow is beside its counters, so that a daemon that takes over reports the
 * rest, and nothing twice. A packet that finds neither its flow nor a free place in its set is on
 * the ring `flow_events` by itself.
 *
 * The daemon makes tables larger by a larger `sets`; flows then begin anew in other places, and the
 * old ones end as they are idle.
 */
#ifndef BVS_MAPS_ACCOUNT_H
#define BVS_MAPS_ACCOUNT_H

#include "maps/abi.h"

#define BVS_PORT_EXPORTS (BVS_PORT_ACCOUNTED | BVS_PORT_SAMPLED)

#define BVS_ACCOUNT_WAYS 8
#define BVS_ACCOUNT_SHIFT 10  /* a chunk has 1 << it sets, for 8192 flows */
#define BVS_ACCOUNT_CHUNKS 64 /* of a CPU, at most */
#define BVS_ACCOUNT_ENDED (1U << 31)

/* What packets of a flow have in common, with the words of struct bvs_flow. ECN is left out. */
struct bvs_account_key {
    __u64 src[2]; /* the high half first; IPv4 in the low one, alone */
    __u64 dst[2];
    __u64 transport;   /* tp_src | tp_dst << 16 | ip_proto << 32 | ip_tos << 40 | bridge << 48 */
    __u64 eth_dst;     /* | in_port << 48, of 16 bits */
    __u64 eth_src;     /* | vlan_tci << 48 */
    __u64 network;     /* eth_type | ipv6_label << 16 | vlan_tpid << 48 */
    __u64 tunnel_id;   /* of the tunnel that it came out of */
    __u64 tunnel_ends; /* IPv4: source | destination << 32 */
};
BVS_ASSERT_LAYOUT(struct bvs_account_key, 80);

struct bvs_account_counts {
    __u64 packets;  /* as many as a super-frame is cut into */
    __u64 bytes;    /* of their frames, without FCS */
    __u64 ip_bytes; /* from the IP header on, without padding; 0 of what is not IP */
};
BVS_ASSERT_LAYOUT(struct bvs_account_counts, 24);

struct bvs_account {
    struct bvs_account_counts counts;
    __u64 first; /* packet that is not reported, CLOCK_MONOTONIC in ns; 0: there was none yet */
    __u64 last;  /* packet */
    struct bvs_account_key key;
    __u64 reserved;
};
BVS_ASSERT_LAYOUT(struct bvs_account, 128);

struct bvs_account_tag {
    __u32 hash;      /* 0: the place is free */
    __u16 tcp_flags; /* of packets that are not reported */
    __u16 output;    /* of the last packet: OpenFlow port, or one of BVS_OUTPUT_ */
};
BVS_ASSERT_LAYOUT(struct bvs_account_tag, 8);
#define BVS_OUTPUT_NONE 0 /* dropped, or taken by a controller or the daemon */
#define BVS_OUTPUT_FLOOD 0xffff
#define BVS_OUTPUT_SEVERAL 0xfffe

/* The daemon's. */
struct bvs_account_reported {
    struct bvs_account_counts counts;
    __u64 started; /* the flow; 0: nothing of it was reported yet */
};
BVS_ASSERT_LAYOUT(struct bvs_account_reported, 32);

struct bvs_account_set {
    struct bvs_account_tag tag[BVS_ACCOUNT_WAYS]; /* one cache line */
    struct bvs_account way[BVS_ACCOUNT_WAYS];
    struct bvs_account_reported reported[BVS_ACCOUNT_WAYS];
};
BVS_ASSERT_LAYOUT(struct bvs_account_set, 64 + 160 * BVS_ACCOUNT_WAYS);

/* Set by the daemon, but for what was lost, which BPF adds to atomically. */
struct bvs_account_info {
    __u32 sets; /* of each CPU, a power of two; 0: there is no table */
    __u32 reserved;
    __u64 lost_packets; /* not counted at all, as set and ring were full */
    __u64 lost_bytes;
    __u64 lost_samples;
};
BVS_ASSERT_LAYOUT(struct bvs_account_info, 32);

static inline __u64 bvs_account_hash(const struct bvs_account_key *key, __u64 seed) {
    const __u64 *word = key->src;
    __u64 h = seed;

    for (unsigned int i = 0; i < sizeof(*key) / sizeof(*word); i++)
        h += bvs_hash_word(i, word[i]);
    return bvs_hash_finish(h);
}
static inline __u32 bvs_account_tag_of(__u64 hash) {
    return ((__u32)hash & ~BVS_ACCOUNT_ENDED) | 1;
}
static inline __u32 bvs_account_set_of(__u64 hash, __u32 sets) {
    return (__u32)(hash >> 32) & (sets - 1);
}

/* ---- sampling ------------------------------------------------------------------------------ */

/* Of a bridge, by its number: a packet is taken if a random number of 32 bits is below. 0: none. */
struct bvs_sampler {
    __u64 sflow; /* 1 << 32: all */
    __u64 ipfix;
};
BVS_ASSERT_LAYOUT(struct bvs_sampler, 16);

/* ---- what goes to the daemon by itself ----------------------------------------------------- */

#define BVS_FLOW_RING_BYTES (4 * 1024 * 1024)
#define BVS_SAMPLE_BYTES 256 /* of a sampled frame, at most */

enum bvs_flow_event_kind {
    BVS_FLOW_EVENT_COUNT = 1, /* no room in the table */
    BVS_FLOW_EVENT_IPFIX,     /* sampled */
    BVS_FLOW_EVENT_SFLOW,     /* sampled: `captured` bytes of the frame follow */
    BVS_FLOW_EVENT_ACTION,    /* sampled by a rule: a struct bvs_flow_sample follows */
};

struct bvs_flow_event {
    __u32 kind;
    __u32 port;     /* where it came in */
    __u32 length;   /* of the frame */
    __u16 captured; /* of that, what follows */
    __u16 tcp_flags;
    __u64 time;
    struct bvs_account_counts counts; /* not of sFlow */
    struct bvs_account_key key;       /* of sFlow: only the tag that was beside the frame */
};
BVS_ASSERT_LAYOUT(struct bvs_flow_event, 128);

/* What the action `sample` says. */
enum bvs_sample_direction { BVS_SAMPLE_ANYWHERE, BVS_SAMPLE_INGRESS, BVS_SAMPLE_EGRESS };
struct bvs_flow_sample {
    __u32 collectors; /* number of the set */
    __u32 domain;
    __u32 point;
    __u32 port; /* OpenFlow's, where it shall have been sampled; OFPP_ANY: where it came in */
    __u32 direction;
    __u32 reserved;
};
BVS_ASSERT_LAYOUT(struct bvs_flow_sample, 24);

#endif
