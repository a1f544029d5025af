/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * What is known of a packet while it is on its way, too much for the stack: an area a CPU, and as
 * sending a clone may run the next port's program at once, some more for packets within packets.
 */
#ifndef BVS_BPF_SCRATCH_H
#define BVS_BPF_SCRATCH_H

#include "bpf/flow.h"
#include "bpf/parse.h"
#include "maps/maps.bpf.h"

#define NESTING_LEVELS 4
#define NO_TABLE BVS_TABLES
#define MOST_SETS 32 /* rewriting actions in an action set */
#define LINK_WORDS 128

/* What an action set can have, in the order in which it is carried out: OpenFlow 1.5.1, 5.6. */
enum action_set_turn {
    SET_COPY_TTL_IN,
    SET_POP_VLAN,
    SET_POP_PBB,
    SET_POP_MPLS,
    SET_PUSH_MPLS,
    SET_PUSH_PBB,
    SET_PUSH_VLAN,
    SET_COPY_TTL_OUT,
    SET_DEC_TTL,
    SET_DEC_MPLS_TTL,
    SET_FIELDS,
    SET_METER,
    SET_GROUP,
    SET_OUTPUT,
    SET_TURNS = 16, /* a power of two */
};

/* The action set, as places of instructions: one of each kind, but for those that write fields. */
struct action_set {
    __u32 used; /* is there anything? */
    __u32 sets;
    __u32 only[SET_TURNS];
    __u32 set[MOST_SETS];
};

/* What a clone or a bucket gives back at its end. */
struct saved {
    struct bvs_flow flow;
    __u64 dirty;
    __u64 written[BVS_FLOW_WORDS];
    struct action_set set;
    __u64 stack[BVS_MOST_STACK];
    __u32 height;
    __u32 slot; /* of the effect SAVE that has the look at its begin, + 1; 0: not saved yet */
};

enum call_kind { CALL_RESUBMIT, CALL_CLONE, CALL_BUCKET };

/* Where to go on after a resubmit, a clone or a bucket. */
struct call {
    __u32 pc;
    __u32 rule;
    __u32 table;
    __u32 kind;
    __u32 group;  /* of a bucket */
    __u32 bucket; /* to run next; BVS_GROUP_BUCKETS: none */
    __u32 ending; /* was the action set being run? */
};

struct scratch {
    __u32 busy;
    __u32 level; /* which area it is, + 1 */

    /* The packet. */
    __u32 in; /* port number; 0: injected */
    __u32 bridge;
    __u32 length;
    __u32 kind; /* enum bvs_packet_kind */
    __u32 accelerated;
    __u32 clone_all; /* the packet itself is nobody's */
    __u32 deep;      /* the kernel takes for its network header what is behind the frame's */
    __u32 accounted; /* for collectors */
    __u32 trace;     /* as bvs_trace_event has it; 0: not traced */
    __u32 traced;    /* events so far */
    __u32 trace_tag[2];
    struct headers at;
    __u64 generation;
    struct bvs_flow shown; /* how the frame looks */
    struct bvs_flow flow;  /* in the pipeline: as rules see it; afterwards: how it shall look */

    /* Its cache key. */
    __u64 hash;
    __u64 key[BVS_CACHE_WORDS];

    /* The pipeline. */
    __u32 next_table; /* NO_TABLE: run instructions */
    __u32 lookup_port;
    __u32 pc; /* 0: at the end of a program */
    __u32 rule;
    __u32 table;
    __u32 ending; /* 0, or the action set's next kind + 1 */
    __u32 exiting;
    __u32 failure; /* enum bvs_drop_reason; BVS_DROP_N: none */
    __u32 why;     /* a packet that is not sent ends */
    __u32 calls;
    __u32 resubmits;
    __u32 clones;
    __u32 height;
    __u32 sends;                   /* has something an effect that does? */
    __u64 dirty;                   /* words with bits in `written`, a bit each */
    __u64 written[BVS_FLOW_WORDS]; /* bits that rules wrote since the last SET */
    __u64 visited[BVS_TABLES / 64];
    struct action_set set;
    struct call call[BVS_MOST_DEPTH];
    struct saved saved[BVS_MOST_CLONES];
    __u64 stack[BVS_MOST_STACK];
    struct bvs_trajectory record;

    /* Acting on what was decided. */
    __u32 acted;                            /* effects */
    __u32 normal;                           /* the one acted on last is NORMAL */
    __u32 keep;                             /* the packet will still be needed */
    __u32 skipped;                          /* a clone that a meter dropped; 0: none */
    struct bvs_flow looks[BVS_MOST_CLONES]; /* of SAVE */
    __u32 link_words;
    __u16 link[LINK_WORDS]; /* a header in the making; only the first half is filled */
};

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, NESTING_LEVELS);
    __type(key, __u32);
    __type(value, struct scratch);
} scratches SEC(".maps");

/* Null if too many are in use. */
static __always_inline struct scratch *scratch_take(void) {
    for (int level = 0; level < NESTING_LEVELS; level++) {
        __u32 i = level;
        struct scratch *s = bpf_map_lookup_elem(&scratches, &i);

        if (s && !s->busy) {
            s->busy = 1;
            s->level = level + 1;
            return s;
        }
    }
    return 0;
}

/* What is in it stays until the next packet takes it. */
static __always_inline void scratch_return(struct scratch *s) {
    s->busy = 0;
}

/* The area of a level; null if that is 0, none. */
static __always_inline struct scratch *scratch_at(__u32 level) {
    __u32 i = level - 1;

    return bpf_map_lookup_elem(&scratches, &i);
}

/* The flow as the packet comes in with it: of what rules keep there nothing yet. */
static __always_inline void flow_enter(struct scratch *s) {
    flow_copy(&s->flow, &s->shown);
    __builtin_memset(&s->flow.word[BVS_FLOW_PACKET_WORDS], 0,
                     sizeof(__u64) * (BVS_FLOW_TUNNEL - BVS_FLOW_PACKET_WORDS));
}

#endif
