/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * What the pipeline decides, as it decides it: the trajectory in the making. Bits that rules write
 * become SET only when something is sent. Clones and buckets give the look back at their end; it is
 * saved when the first of them changes it, so that those that only send cost nothing.
 */
#ifndef BVS_BPF_RECORD_H
#define BVS_BPF_RECORD_H

#include "bpf/scratch.h"

/* The OpenFlow port number is in the flow, but not in the frame. */
#define IN_FRAME(word, bits) ((word) == BVS_WORD_in_port ? (bits) & ~0xffffffffULL : (bits))

#define WORDS_OF_TUNNEL (~0ULL << BVS_FLOW_TUNNEL)
#define WORDS_OF_PACKET (bvs_low_bits(BVS_FLOW_PACKET_WORDS) | WORDS_OF_TUNNEL)
#define ALL_WORDS (~0ULL)

/* The first failure is the one that counts. */
static __always_inline void fail(struct scratch *s, __u32 reason) {
    if (s->failure == BVS_DROP_N)
        s->failure = reason;
}

static __always_inline void record_visit(struct scratch *s, __u32 visit) {
    __u32 n = s->record.visits;

    if (n >= BVS_MOST_VISITS) {
        fail(s, BVS_DROP_VISITS);
        return;
    }
    s->record.visit[n] = visit;
    s->record.visits = n + 1;
}

static __always_inline void record_table(struct scratch *s, __u32 table) {
    __u64 bit = 1ULL << (table & 63);
    __u64 *visited = &s->visited[table >> 6 & (BVS_TABLES / 64 - 1)];
    __u32 n = s->record.tables;

    if (*visited & bit)
        return;
    *visited |= bit;
    if (n >= BVS_MOST_VISITED_TABLES) {
        fail(s, BVS_DROP_VISITS);
        return;
    }
    s->record.table[n] = table;
    s->record.tables = n + 1;
}

static __always_inline bool effect_sends(__u32 kind) {
    return kind >= BVS_EFFECT_OUTPUT;
}

static __always_inline bool effect_delivers(__u32 kind) {
    return effect_sends(kind) && kind != BVS_EFFECT_METER && kind != BVS_EFFECT_SAMPLE;
}

static __always_inline void record_effect(struct scratch *s, __u32 kind, __u32 arg, __u64 v0,
                                          __u64 v1) {
    __u32 n = s->record.effects;
    struct bvs_effect *effect;

    if (n >= BVS_MOST_EFFECTS) {
        fail(s, BVS_DROP_EFFECTS);
        return;
    }
    s->sends |= effect_delivers(kind);
    effect = &s->record.effect[n];
    effect->kind = kind;
    effect->arg = arg;
    effect->v0 = v0;
    effect->v1 = v1;
    s->record.effects = n + 1;
}

/* Bits of words that are not dirty are zeros. */
static __always_inline void written_clear(struct scratch *s) {
    if (s->dirty & WORDS_OF_TUNNEL)
        __builtin_memset(&s->written[BVS_FLOW_TUNNEL], 0, TUNNEL_BYTES);
    if (s->dirty)
        __builtin_memset(s->written, 0, FRAME_BYTES);
    s->dirty = 0;
}

static __always_inline void written_copy(__u64 *to, const __u64 *from, __u64 dirty) {
    if (dirty & WORDS_OF_TUNNEL)
        __builtin_memcpy(to + BVS_FLOW_TUNNEL, from + BVS_FLOW_TUNNEL, TUNNEL_BYTES);
    if (dirty)
        __builtin_memcpy(to, from, FRAME_BYTES);
}

static __always_inline void record_write(struct scratch *s, __u32 word, __u64 bits) {
    word &= BVS_FLOW_WORDS - 1;
    s->written[word] |= IN_FRAME(word, bits);
    s->dirty |= 1ULL << word;
}

/* Before the look changes: the clones that are under way and have not seen a change yet share one
 * slot, that of the outermost. */
static __always_inline void record_save(struct scratch *s) {
    __u32 slot = 0;

    for (__u32 i = 0; i < BVS_MOST_CLONES; i++) {
        if (i >= s->clones)
            break;
        if (s->saved[i].slot)
            continue;
        if (!slot) {
            slot = i + 1;
            record_effect(s, BVS_EFFECT_SAVE, i, 0, 0);
        }
        s->saved[i].slot = slot;
    }
}

struct flush {
    struct scratch *s;
    __u64 dirty;
};

static long flush_word(__u32 word, struct flush *f) {
    struct scratch *s = f->s;
    __u64 bits;

    word &= BVS_FLOW_WORDS - 1;
    if (!(f->dirty >> word))
        return 1;
    if (!(f->dirty >> word & 1))
        return 0;
    bits = s->written[word];
    s->written[word] = 0;
    if (bits)
        record_effect(s, BVS_EFFECT_SET, word, bits, s->flow.word[word] & bits);
    return 0;
}

/* Turns what was written to the words of a mask into effects. */
__noinline int record_flush(struct scratch *s, __u64 words) {
    struct flush f = {};

    if (!s)
        return 0;
    f.s = s;
    f.dirty = s->dirty & words;
    if (!f.dirty)
        return 0;
    record_save(s);
    bpf_loop(BVS_FLOW_WORDS, flush_word, &f, 0);
    s->dirty &= ~f.dirty;
    return 0;
}

/* Something that sends the packet as it looks now. */
static __always_inline void record_send(struct scratch *s, __u32 kind, __u32 arg, __u64 v0) {
    record_flush(s, WORDS_OF_PACKET);
    record_effect(s, kind, arg, v0, 0);
}

static __always_inline void record_sample(struct scratch *s, const struct bvs_instruction *in) {
    record_flush(s, WORDS_OF_PACKET);
    record_effect(s, BVS_EFFECT_SAMPLE, in->y, in->a, in->b);
}

/* What it drops is dropped to the end of the clone, which is found by its RESTORE. */
static __always_inline void record_meter(struct scratch *s, __u32 place) {
    record_flush(s, WORDS_OF_PACKET);
    record_save(s);
    record_effect(s, BVS_EFFECT_METER, place, s->clones, 0);
}

/* A new one, of a packet that has just entered. */
static __always_inline void record_begin(struct scratch *s) {
    struct bvs_trajectory *t = &s->record;

    __builtin_memset(t, 0, offsetof(struct bvs_trajectory, table));
    t->bridge = s->bridge;
    written_clear(s);
    __builtin_memset(s->visited, 0, sizeof(s->visited));
    s->clones = 0;
    s->sends = 0;
    s->failure = BVS_DROP_N;
    s->why = BVS_DROP_NO_OUTPUT;
}

/* Rewrites that nobody gets to see are none. */
static long trim_effect(__u32 index, struct flush *f) {
    struct scratch *s = f->s;
    __u32 last = s->record.effects - 1;

    if (last >= BVS_MOST_EFFECTS || effect_sends(s->record.effect[last].kind))
        return 1;
    s->record.effects = last;
    return 0;
}

static __always_inline void record_end(struct scratch *s) {
    struct flush f = {.s = s};
    struct bvs_trajectory *t = &s->record;

    bpf_loop(BVS_MOST_EFFECTS, trim_effect, &f, 0);
    if (t->effects && !s->sends)
        record_effect(s, BVS_EFFECT_DROP, s->why, 0, 0);
    if (s->failure != BVS_DROP_N)
        t->effects = 0;
    t->drop = s->failure != BVS_DROP_N ? s->failure : t->effects ? BVS_DROP_N : s->why;
    if (t->effects == 1 && t->effect[0].kind == BVS_EFFECT_OUTPUT)
        t->flags |= BVS_TRAJECTORY_ONE_OUTPUT;
}

#endif
