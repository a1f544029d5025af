/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The OpenFlow pipeline as BPF runs it: rules, action programs and groups, which the daemon writes;
 * the cache and the trajectories, which BPF writes. Part of maps/abi.h, whose rules hold here too.
 *
 * Time is the bridge's generation. The daemon prepares a change under the next generation: rules
 * that shall appear carry it in `added`, rules that shall go in `removed`; tables that change get
 * it as `changed`. Storing it in bvs_pipeline.generation makes all of it so at once. A packet reads
 * the generation once, and lives in that one to its end. What no packet can see any more is freed
 * after an RCU grace period.
 *
 * A cache entry says: in generation g this key had this trajectory. While the bridge's generation
 * is g that is so; afterwards it still is if none of the tables that the trajectory visited changed
 * after g, which is looked at once a change, and noted by storing the new generation.
 */
#ifndef BVS_MAPS_PIPELINE_H
#define BVS_MAPS_PIPELINE_H

#include "maps/flow.h"
#include "maps/meter.h"

/*
 * Big tables are arrays of chunks (BPF_MAP_TYPE_ARRAY_OF_MAPS), made when they are needed. An index
 * is chunk << shift | place. Index 0 is nothing, so place 0 of chunk 0 is not used.
 */
#define BVS_RULE_SHIFT 12
#define BVS_RULE_CHUNKS 256 /* 1,048,576 rules */
#define BVS_BUCKET_SHIFT 12
#define BVS_BUCKET_CHUNKS 512 /* two halves, as the index grows from one into the other */
#define BVS_CODE_SHIFT 12
#define BVS_CODE_CHUNKS 1024
#define BVS_LONG_KEY_SHIFT 10
#define BVS_LONG_KEY_CHUNKS 256
#define BVS_TRAJECTORY_SHIFT 10
#define BVS_TRAJECTORY_CHUNKS 64
#define BVS_MAX_CPUS 1024
#define BVS_GROUP_SHIFT 10
#define BVS_GROUP_CHUNKS 64 /* 65,536 groups */
#define BVS_RECORD_SHIFT 12
#define BVS_RECORD_CHUNKS 2048

/* ---- rules ---------------------------------------------------------------------------------- */

#define BVS_SUBTABLES 8192
#define BVS_SUBTABLE_WORDS 24 /* words of the flow that a mask may touch */
#define BVS_RULE_WORDS 7      /* of them in the rule itself; the rest is its long key */
#define BVS_TABLES 256

/* One per (bridge, table, mask). */
struct bvs_subtable {
    __u32 words;        /* used entries of `word` and `mask`; the others are word 0, mask 0 */
    __u32 max_priority; /* of its rules in any generation that a packet may live in */
    __u8 word[BVS_SUBTABLE_WORDS];
    __u64 mask[BVS_SUBTABLE_WORDS];
    __u64 reserved[4];
};
BVS_ASSERT_LAYOUT(struct bvs_subtable, 256);

/* bvs_tables[bridge * BVS_TABLES + table]. `list` is replaced by one store: first place in
 * `subtable_lists` << 32 | how many, in the order of falling max_priority. */
struct bvs_table {
    __u64 list;
    __u64 changed; /* the generation of the latest change */
    __u64 matched; /* lookups, not counted at a trajectory: atomic */
    __u64 missed;
};
BVS_ASSERT_LAYOUT(struct bvs_table, 32);
#define BVS_SUBTABLE_LIST_ENTRIES 65536

/*
 * Rules are found by hash: bucket -> eight tags compared at once -> the rule's own key. A full
 * bucket overflows into its neighbour (index ^ 1). Rules of one subtable with equal keys are linked
 * by `next`, in the order of falling priority; of equal priority they differ in generations.
 */
struct bvs_rule_bucket {
    __u64 tags[2]; /* eight of 16 bits; 0: free */
    __u32 rule[8];
    __u32 overflowed;
    __u32 reserved[3];
};
BVS_ASSERT_LAYOUT(struct bvs_rule_bucket, 64);

/*
 * rule_filters: 16 bits a bucket, four buckets a word. A rule has the bit that its tag's low four
 * bits name in its own bucket's, also if it lies in the neighbour. A packet mostly asks subtables
 * that have nothing for it, and a bit that is missing says so out of a 32nd of the memory.
 */
#define BVS_FILTER_WORDS (BVS_BUCKET_CHUNKS << BVS_BUCKET_SHIFT >> 2)
static inline __u32 bvs_filter_word(__u32 bucket) {
    return bucket >> 2;
}
static inline __u64 bvs_filter_bit(__u32 bucket, __u16 tag) {
    return 1ULL << ((bucket & 3) * 16 + (tag & 15));
}

/* The live part of the index, replaced by one store: first chunk << 32 | buckets - 1. */
struct bvs_classifier {
    __u64 index;
    __u64 seed;
};
BVS_ASSERT_LAYOUT(struct bvs_classifier, 16);

struct bvs_rule {
    __u32 subtable;
    __u32 next;
    __u64 key[BVS_RULE_WORDS]; /* masked words of the flow, in the subtable's order */
    __u32 priority;
    __u32 code;    /* of its action program; replaced by one store */
    __u64 added;   /* visible from this generation */
    __u64 removed; /* to the one before this; ~0: to the end */
    /* Counters of packets that were not counted at a trajectory: atomic. */
    __u64 packets;
    __u64 bytes;
    __u32 used;     /* tick of the last of them */
    __u32 long_key; /* further words; 0: none */
    __u32 table;
    __u32 record;   /* the rule as it was sent, for a daemon to come; BPF has no use for it */
    __u32 finished; /* a packet that ended a TCP connection came to its fin_timeout */
    __u32 reserved;
};
BVS_ASSERT_LAYOUT(struct bvs_rule, 128);

struct bvs_long_key {
    __u64 key[BVS_SUBTABLE_WORDS - BVS_RULE_WORDS];
    __u64 reserved[3];
};
BVS_ASSERT_LAYOUT(struct bvs_long_key, 160);

/*
 * A sum of products, which do not wait for one another. The factors are unrelated, as equal steps
 * in two words would else cancel out; folding a word's high half keeps what is only there, such as
 * an address, from being shifted out. A word that is 0 adds nothing.
 */
static inline __u64 bvs_hash_odd(unsigned int i) {
    __u64 x = 0x9e3779b97f4a7c15ULL * (i + 1);

    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ x >> 27) * 0x94d049bb133111ebULL;
    return (x ^ x >> 31) | 1;
}
static inline __u64 bvs_hash_word(unsigned int i, __u64 word) {
    return (word ^ word >> 32) * bvs_hash_odd(i);
}
static inline __u64 bvs_hash_finish(__u64 h) {
    h ^= h >> 32;
    h *= 0xd6e8feb86659fd93ULL;
    return h ^ h >> 29;
}

static inline __u64 bvs_subtable_word(const struct bvs_subtable *subtable,
                                      const struct bvs_flow *flow, unsigned int i) {
    return flow->word[subtable->word[i] & (BVS_FLOW_WORDS - 1)] & subtable->mask[i];
}
static inline __u64 bvs_hash_four(const struct bvs_subtable *subtable, const struct bvs_flow *flow,
                                  unsigned int i) {
    return bvs_hash_word(i, bvs_subtable_word(subtable, flow, i)) +
           bvs_hash_word(i + 1, bvs_subtable_word(subtable, flow, i + 1)) +
           bvs_hash_word(i + 2, bvs_subtable_word(subtable, flow, i + 2)) +
           bvs_hash_word(i + 3, bvs_subtable_word(subtable, flow, i + 3));
}
/* Of the rules in subtable number `n` that a packet with this flow could match. */
static inline __u64 bvs_rule_hash(const struct bvs_subtable *subtable, __u32 n,
                                  const struct bvs_flow *flow, __u64 seed) {
    __u64 h = seed + n * bvs_hash_odd(BVS_SUBTABLE_WORDS) + bvs_hash_four(subtable, flow, 0);

    if (subtable->words > 4)
        h += bvs_hash_four(subtable, flow, 4);
    if (subtable->words > 8)
        h += bvs_hash_four(subtable, flow, 8) + bvs_hash_four(subtable, flow, 12);
    if (subtable->words > 16)
        h += bvs_hash_four(subtable, flow, 16) + bvs_hash_four(subtable, flow, 20);
    return bvs_hash_finish(h);
}
/* Its bucket; & buckets - 1. */
static inline __u32 bvs_rule_bucket_of(__u64 hash) {
    return (__u32)(hash >> 32);
}
/* From a rule's hash: low 16 bits, never 0, are its tag. */
static inline __u16 bvs_rule_tag(__u64 hash) {
    return (__u16)hash ? (__u16)hash : 1;
}

/* ---- action programs ------------------------------------------------------------------------ */

/*
 * X(name): operands. `flow` is the flow as the pipeline has it. Subfields: word, lowest bit, bits.
 * Everything that the action set holds is an instruction with BVS_OP_WRITE set.
 */
#define BVS_OPS(X)                                                                                 \
    X(END)        /* of the program: back to who resubmitted, or the action set */                 \
    X(LOAD)       /* flow[word] = flow[word] & ~a | b */                                           \
    X(MOVE)       /* subfield word,x,z -> y,(x >> 8): see struct bvs_instruction */                \
    X(OUTPUT)     /* y: OpenFlow port, reserved ones too; a: max_len */                            \
    X(OUTPUT_REG) /* word, x: lowest bit, z: bits; a: max_len */                                   \
    X(GOTO)       /* y: table */                                                                   \
    X(RESUBMIT)   /* y: table; b: in_port, or BVS_SAME_IN_PORT */                                  \
    X(CLONE)      /* the next y instructions, ended by END, on a copy */                           \
    X(PUSH_VLAN)  /* y: TPID */                                                                    \
    X(POP_VLAN)                                                                                    \
    X(SET_VLAN)   /* OpenFlow 1.0's: as LOAD of vlan_tci, makes a tag if there is none */          \
    X(DEC_TTL)    /* y: program to go on with if the TTL runs out (tells controllers), or 0 */     \
    X(GROUP)      /* y: place of the group */                                                      \
    X(CONTROLLER) /* y: max_len | reason << 16; x: controller id */                                \
    X(METER)      /* y: place of the meter */                                                      \
    X(CLEAR)      /* the action set */                                                             \
    X(STACK_PUSH) /* word, x, z */                                                                 \
    X(STACK_POP)  /* word, x, z */                                                                 \
    X(MULTIPATH)  /* link into word, x, z; y: fields << 16 | basis; */                             \
    /* a: algorithm << 16 | max_link; b: its argument */                                           \
    X(BUNDLE) /* as MULTIPATH, of a & 0xffff members: four in a and b of each END that follows; */ \
    /* z: 0, it is sent there; or the port into word, x, z */                                      \
    X(SKIP)      /* y instructions, if flow[word] & a is b; z 1: if it is not */                   \
    X(POP_QUEUE) /* skb_priority as the packet came with it */                                     \
    X(EXIT)      /* nothing more of this pipeline, but the action set */                           \
    X(FIN)       /* fin_timeout: see `finished` of the rule */                                     \
    X(PUSH_MPLS) /* y: type */                                                                     \
    X(POP_MPLS)  /* y: type of what is below */                                                    \
    X(PUSH_PBB)  /* y: type */                                                                     \
    X(POP_PBB)                                                                                     \
    X(DEC_MPLS_TTL) /* y: as of DEC_TTL */                                                         \
    X(COPY_TTL_OUT)                                                                                \
    X(COPY_TTL_IN)                                                                                 \
    X(SAMPLE) /* y: collector set; a: domain | point << 32; */                                     \
    /* b: probability of 65535 | direction << 16 | port << 32: struct bvs_flow_sample */

#define BVS_OP_ENUM(name) BVS_OP_##name,
enum bvs_op { BVS_OPS(BVS_OP_ENUM) BVS_OP_N };
#undef BVS_OP_ENUM
#define BVS_OP_WRITE 0x80 /* into the action set: LOAD, OUTPUT, GROUP, ... */
#define BVS_SAME_IN_PORT 0xfffffff8U

/* MOVE: from `z` bits of flow[word] at x & 63 to flow[y & 63] at x >> 8. Moves over a word's end
 * are two. */
struct bvs_instruction {
    __u8 op;
    __u8 word;
    __u16 x;
    __u32 y;
    __u64 a;
    __u64 b;
    __u8 z; /* bits of a subfield, 1 to 64 */
    __u8 reserved[7];
};
BVS_ASSERT_LAYOUT(struct bvs_instruction, 32);

/* ---- groups --------------------------------------------------------------------------------- */

#define BVS_GROUP_BUCKETS 64 /* in the datapath; weights up to 64 Ki in sum */
enum bvs_group_type {
    BVS_GROUP_ALL = 0,
    BVS_GROUP_SELECT,
    BVS_GROUP_INDIRECT,
    BVS_GROUP_FAST_FAILOVER,
};

struct bvs_group_bucket {
    __u32 code;
    __u32 weight;      /* of select: sum of the weights up to and with this one */
    __u32 watch_port;  /* port of this header; 0: none */
    __u32 watch_group; /* place of a group; 0: none */
    __u64 packets;     /* not counted at a trajectory: atomic */
    __u64 bytes;
};
BVS_ASSERT_LAYOUT(struct bvs_group_bucket, 32);

struct bvs_group {
    __u32 type;
    __u32 buckets;
    __u32 hash_basis;
    __u32 hash_words; /* of select: used entries below; 0: the default hash */
    __u8 hash_word[8];
    __u64 hash_mask[8];
    struct bvs_group_bucket bucket[BVS_GROUP_BUCKETS];
    __u64 packets; /* not counted at a trajectory: atomic */
    __u64 bytes;
    /* For a daemon to come; BPF has no use for it. Generations are as those of a rule. */
    __u32 bridge; /* 0: the place is free */
    __u32 record;
    __u64 added;
    __u64 removed;
};
BVS_ASSERT_LAYOUT(struct bvs_group, 128 + 32 * BVS_GROUP_BUCKETS);

/* ---- records -------------------------------------------------------------------------------- */

/* Rules, groups and meters as they were sent, for a daemon to come: each the number of its bytes
 * (32 bits) and these, in as many cells that follow one another as they take. All other cells are
 * zeros. So in every version, with the list of chunks (maps/chunks.h): a daemon of another one
 * finds here what it has to make anew. */
struct bvs_record_cell {
    __u8 byte[64];
};
BVS_ASSERT_LAYOUT(struct bvs_record_cell, 64);

/* ---- a bridge's pipeline -------------------------------------------------------------------- */

enum bvs_pipeline_flags {
    BVS_PIPELINE_FRAGMENTS_DROP = 1 << 0,
    BVS_PIPELINE_FRAGMENTS_NX_MATCH = 1 << 1,
    BVS_PIPELINE_CONFIGURED = 1 << 2, /* for a daemon to come: what is here, or is not, is meant */
    BVS_PIPELINE_MISS_TO_CONTROLLER = 1 << 3, /* as before OpenFlow 1.3 */
    BVS_PIPELINE_TRACED = 1 << 4,             /* the trace filter is for packets of this bridge */
};

/* What of a frame to be sent is beyond BPF_PROG_TEST_RUN's limit. The kernel's own limit for a
 * frame that a program makes longer is 16 KiB without some hundred bytes. */
#define BVS_LARGE_BEGIN 2048
#define BVS_LARGE_MOST 15360

struct bvs_large_frame {
    __u8 byte[BVS_LARGE_MOST - BVS_LARGE_BEGIN];
};
BVS_ASSERT_LAYOUT(struct bvs_large_frame, BVS_LARGE_MOST - BVS_LARGE_BEGIN);

/* Key of `ofports`. Reserved numbers (32 bits) are not in it, but for OFPP_LOCAL. */
struct bvs_ofport {
    __u32 bridge;
    __u32 ofport;
};
BVS_ASSERT_LAYOUT(struct bvs_ofport, 8);

/* pipelines[bridge]; used by ports with BVS_PORT_PIPELINE. */
struct bvs_pipeline {
    __u64 generation;
    __u64 all_changed;    /* everything decided before this generation is void */
    __u64 groups_changed; /* everything decided by a group before it is */
    __u32 flags;
    __u32 controller_meter; /* place of the meter for what is sent to controllers; 0: none */
    /* The daemon's: how many of the ports' normal_packets were counted for a rule already. */
    __u64 normal_packets;
    __u64 normal_bytes;
};
BVS_ASSERT_LAYOUT(struct bvs_pipeline, 48);

/* ---- the cache ------------------------------------------------------------------------------ */

/* The key: the words of the flow that any rule of the bridge looks at, by the kind of packet. */
enum bvs_packet_kind { BVS_KIND_IPV4, BVS_KIND_IPV6, BVS_KIND_ARP, BVS_KIND_OTHER, BVS_KINDS };
#define BVS_CACHE_WORDS 16

/* cache_masks[bridge * BVS_KINDS + kind] */
struct bvs_cache_mask {
    __u32 words; /* used entries; the others are word 0, mask 0. Always 4, 8 or 16 */
    __u32 reserved;
    __u8 word[BVS_CACHE_WORDS];
    __u64 mask[BVS_CACHE_WORDS];
};
BVS_ASSERT_LAYOUT(struct bvs_cache_mask, 152);

struct bvs_cache_entry {
    __u64 hash; /* 0: free */
    __u64 generation;
    __u32 trajectory;
    __u32 bridge_kind; /* bridge << 8 | kind */
    __u32 output;      /* the port of a trajectory that is one OUTPUT and nothing else; or 0 */
    __u32 reserved;
    __u64 key[BVS_CACHE_WORDS];
};
BVS_ASSERT_LAYOUT(struct bvs_cache_entry, 160);

/* Each CPU has sets of its own (one inner map of `cache` a CPU), so that no other writes there. */
#define BVS_CACHE_WAYS 4
#define BVS_CACHE_SETS 2048
struct bvs_cache_set {
    struct bvs_cache_entry entry[BVS_CACHE_WAYS];
    __u64 hand; /* the way to be replaced next */
};
BVS_ASSERT_LAYOUT(struct bvs_cache_set, 160 * BVS_CACHE_WAYS + 8);

/* ---- trajectories --------------------------------------------------------------------------- */

#define BVS_MOST_EFFECTS 32
#define BVS_MOST_VISITS 128
#define BVS_MOST_VISITED_TABLES 96

/*
 * What to do with a packet, decided. SET, PUSH and POP change how the packet shall look; what sends
 * it makes it look so first. Values of bits that no rule wrote are the packet's own.
 */
#define BVS_EFFECTS(X)                                                                             \
    X(SET)       /* word: arg; bits v0 become v1 */                                                \
    X(PUSH_VLAN) /* arg: TPID */                                                                   \
    X(POP_VLAN)                                                                                    \
    X(PUSH_MPLS) /* arg: type */                                                                   \
    X(POP_MPLS)  /* arg: type */                                                                   \
    X(PUSH_PBB)  /* arg: type */                                                                   \
    X(POP_PBB)                                                                                     \
    X(SAVE)       /* how it shall look, in slot arg */                                             \
    X(RESTORE)    /* as saved in slot arg; v0: the clone that ends, 1: the outermost */            \
    X(OUTPUT)     /* arg: port of this header */                                                   \
    X(NORMAL)     /* as a learning switch */                                                       \
    X(FLOOD)      /* to all ports but OpenFlow's v0; arg 1: also those with no_flood (ALL) */      \
    X(CONTROLLER) /* arg: max_len | reason << 16; v0: rule | table << 32 | controller << 48; */    \
                  /* v1: 1 for want of a rule, which OFPPC_NO_PACKET_IN forbids */                 \
    X(METER)      /* arg: place; what it drops goes on where clone v0 ends, 0: nowhere */          \
    X(SAMPLE)     /* arg: collector set; v0 and v1: a and b of the instruction */                  \
    X(DROP)       /* arg: enum bvs_drop_reason */

#define BVS_EFFECT_ENUM(name) BVS_EFFECT_##name,
enum bvs_effect_kind { BVS_EFFECT_NONE, BVS_EFFECTS(BVS_EFFECT_ENUM) BVS_EFFECT_N };
#undef BVS_EFFECT_ENUM

struct bvs_effect {
    __u32 kind;
    __u32 arg;
    __u64 v0;
    __u64 v1;
};
BVS_ASSERT_LAYOUT(struct bvs_effect, 24);

/* Who is to count the packet: what it visited, in order. The two high bits say what. */
#define BVS_VISIT_RULE 0x00000000U   /* place of the rule */
#define BVS_VISIT_MISS 0x40000000U   /* table without a matching rule */
#define BVS_VISIT_GROUP 0x80000000U  /* place of the group */
#define BVS_VISIT_BUCKET 0xc0000000U /* place of the group * BVS_GROUP_BUCKETS + its bucket */
#define BVS_VISIT_KIND 0xc0000000U

enum bvs_trajectory_flags {
    BVS_TRAJECTORY_ONE_OUTPUT = 1 << 0, /* one OUTPUT and nothing else */
    BVS_TRAJECTORY_GROUPS = 1 << 1,     /* a group had a say */
};

/* Two hashes over a trajectory: equal ones are one. Key of `trajectories`. */
struct bvs_identity {
    __u64 word[2];
};
BVS_ASSERT_LAYOUT(struct bvs_identity, 16);

/* Fixed from the moment it can be found, until the daemon frees it. */
struct bvs_trajectory {
    struct bvs_identity identity; /* over all that follows */
    __u16 bridge;
    __u16 flags;
    __u16 effects;
    __u16 visits;
    __u16 tables;
    __u16 drop; /* why it ends without output, enum bvs_drop_reason; BVS_DROP_N: it does not */
    __u32 reserved;
    __u8 table[BVS_MOST_VISITED_TABLES];
    struct bvs_effect effect[BVS_MOST_EFFECTS];
    __u32 visit[BVS_MOST_VISITS];
};
BVS_ASSERT_LAYOUT(struct bvs_trajectory,
                  32 + BVS_MOST_VISITED_TABLES + 24 * BVS_MOST_EFFECTS + 4 * BVS_MOST_VISITS);

/* One a trajectory and CPU: inner map chunk + cpu * BVS_TRAJECTORY_CHUNKS of `tallies`. */
struct bvs_tally {
    __u64 packets;
    __u64 bytes;
    __u64 used; /* tick */
    __u64 reserved;
};
BVS_ASSERT_LAYOUT(struct bvs_tally, 32);

/* Fresh trajectories: those never used come from `next`, returned ones from the queue
 * `free_trajectories`. `capacity` is what the chunks hold. */
struct bvs_trajectory_pool {
    __u32 next;
    __u32 capacity;
};
BVS_ASSERT_LAYOUT(struct bvs_trajectory_pool, 8);

/* ---- packets to the daemon ------------------------------------------------------------------ */

#define BVS_PACKET_IN_SHORT 256
#define BVS_PACKET_IN_LONG 2048
#define BVS_PACKET_IN_WHOLE 65536

/* On the ring `packet_ins`, followed by `captured` bytes of the frame. */
struct bvs_packet_in {
    __u32 bridge;
    __u32 port;     /* of this header */
    __u32 rule;     /* 0: none */
    __u32 length;   /* of the frame */
    __u32 captured; /* of them here */
    __u16 max_len;
    __u16 controller;
    __u8 table;
    __u8 reason;     /* OFPR_* */
    __u16 vlan_tpid; /* a tag that stood beside the frame, host order; 0: none */
    __u16 vlan_tci;
    __u16 reserved;
    struct bvs_flow flow; /* as the pipeline had it */
};
BVS_ASSERT_LAYOUT(struct bvs_packet_in, 32 + 8 * BVS_FLOW_WORDS);
#define BVS_PACKET_IN_RING_BYTES (4 * 1024 * 1024)
/* A port may use half of the ring as it likes. The other half is for what does not exceed a rate,
 * so that no port keeps others from being heard. */
#define BVS_PACKET_IN_RATE 1000 /* packets a second and port */
#define BVS_PACKET_IN_BURST 64

/* Limits of one packet's way, as Open vSwitch has them. */
#define BVS_MOST_STEPS 16384
#define BVS_MOST_RESUBMITS 4096
#define BVS_MOST_DEPTH 64
#define BVS_MOST_CLONES 8 /* nested clones and group buckets */
#define BVS_MOST_STACK 64 /* words of the action stack */

#endif
