/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Trajectories: equal ones are one, as two hashes with the datapath's own seed tell. Does one still
 * hold, and who counts the packets that took it?
 */
#ifndef BVS_BPF_TRAJECTORY_H
#define BVS_BPF_TRAJECTORY_H

#include "bpf/chunk.h"
#include "bpf/clock.h"
#include "bpf/given.h"
#include "bpf/group.h"
#include "bpf/once.h"
#include "bpf/record.h"

#define TRAJECTORY_WORDS (sizeof(struct bvs_trajectory) / 8)

struct identifying {
    struct scratch *s;
    __u32 from;
    __u64 a;
    __u64 b;
};

static long identify_word(__u32 index, struct identifying *i) {
    const __u64 *words = (const __u64 *)&i->s->record;
    __u32 n = i->from + index;

    if (n >= TRAJECTORY_WORDS)
        return 1;
    i->a = mix(i->a, words[n]);
    i->b = (i->b + words[n]) * 0xd6e8feb86659fd93ULL;
    i->b ^= i->b >> 32;
    return 0;
}

static __always_inline void identify_part(struct identifying *i, __u32 offset, __u32 bytes) {
    i->from = offset / 8;
    bpf_loop((bytes + 7) / 8 & 0xff, identify_word, i, 0);
}

/* Only what is used counts; a last word that is not full ends in zeros. */
static __always_inline void record_identify(struct scratch *s) {
    struct bvs_trajectory *t = &s->record;
    struct identifying i = {.s = s, .a = identity_seed(), .b = ~identity_seed()};

    if (t->visits < BVS_MOST_VISITS)
        t->visit[t->visits] = 0;
    for (int n = 0; n < 7; n++)
        if (t->tables + n < BVS_MOST_VISITED_TABLES)
            t->table[t->tables + n] = 0;
    identify_part(&i, sizeof(t->identity),
                  offsetof(struct bvs_trajectory, table) - sizeof(t->identity));
    identify_part(&i, offsetof(struct bvs_trajectory, table), t->tables);
    identify_part(&i, offsetof(struct bvs_trajectory, effect),
                  t->effects * sizeof(struct bvs_effect));
    identify_part(&i, offsetof(struct bvs_trajectory, visit), t->visits * 4);
    t->identity.word[0] = bvs_hash_finish(i.a);
    t->identity.word[1] = bvs_hash_finish(i.b);
}

/* A place that is nobody's; 0: there is none. */
static __always_inline __u32 trajectory_take(void) {
    __u32 first = 0, place = 0;
    struct bvs_trajectory_pool *pool;

    if (!bpf_map_pop_elem(&free_trajectories, &place))
        return place;
    pool = bpf_map_lookup_elem(&trajectory_pool, &first);
    if (!pool || READ_ONCE(pool->next) >= READ_ONCE(pool->capacity))
        return 0;
    place = __sync_fetch_and_add(&pool->next, 1);
    return place < READ_ONCE(pool->capacity) ? place : 0;
}

static __always_inline void trajectory_copy(struct bvs_trajectory *to,
                                            const struct bvs_trajectory *from) {
#pragma clang loop unroll(disable)
    for (__u32 i = 0; i < TRAJECTORY_WORDS; i += 8)
        __builtin_memcpy((__u64 *)to + i, (const __u64 *)from + i, 64);
}

/* The place of the record's trajectory, an old one or made from it; 0: there is no room. */
__noinline int trajectory_intern(struct scratch *s) {
    struct bvs_identity identity;
    struct bvs_trajectory *t;
    const __u32 *known;
    __u32 place;

    if (!s)
        return 0;
    record_identify(s);
    identity = s->record.identity;
    known = bpf_map_lookup_elem(&trajectories, &identity);
    if (known)
        return *known;
    place = trajectory_take();
    t = trajectory_get(place);
    if (!place || !t)
        return 0;
    trajectory_copy(t, &s->record);
    if (!bpf_map_update_elem(&trajectories, &identity, &place, BPF_NOEXIST))
        return place;
    bpf_map_push_elem(&free_trajectories, &place, 0);
    known = bpf_map_lookup_elem(&trajectories, &identity);
    return known ? *known : 0;
}

struct validation {
    const struct bvs_trajectory *t;
    __u32 first_table; /* of the bridge */
    __u32 stale;
    __u64 since;
};

static long validate_table(__u32 index, struct validation *v) {
    const struct bvs_table *table;
    __u32 n;

    if (index >= BVS_MOST_VISITED_TABLES)
        return 1;
    n = v->first_table + v->t->table[index];
    table = bpf_map_lookup_elem(&tables, &n);
    v->stale = !table || READ_ONCE(table->changed) > v->since;
    return v->stale;
}

/* Is what was decided in generation `since` still so? */
__noinline int trajectory_holds(__u32 place, __u64 since) {
    const struct bvs_trajectory *t = trajectory_get(place);
    const struct bvs_pipeline *pipeline;
    struct validation v = {.since = since};
    __u32 bridge;

    if (!t)
        return 0;
    bridge = t->bridge;
    pipeline = bpf_map_lookup_elem(&pipelines, &bridge);
    if (!pipeline || READ_ONCE(pipeline->all_changed) > since)
        return 0;
    if (t->flags & BVS_TRAJECTORY_GROUPS && READ_ONCE(pipeline->groups_changed) > since)
        return 0;
    v.t = t;
    v.first_table = bridge * BVS_TABLES;
    bpf_loop(t->tables, validate_table, &v, 0);
    return !v.stale;
}

static __always_inline void trajectory_count(__u32 place, __u32 bytes) {
    struct bvs_tally *tally = tally_get(place);

    if (!tally)
        return;
    tally->packets++;
    tally->bytes += bytes;
    tally->used = now_tick();
}

/* The tables were run for a packet; is it remembered what came of it? See maps/cache_use.h. */
static __always_inline void run_count(bool kept) {
    struct bvs_tally *tally = tally_get(0);

    if (!tally)
        return;
    tally->packets++;
    if (!kept)
        tally->reserved++;
}

static __always_inline void count(__u64 *packets, __u64 *bytes, __u32 length) {
    __sync_fetch_and_add(packets, 1);
    __sync_fetch_and_add(bytes, length);
}

static __always_inline struct bvs_table *table_of(const struct scratch *s, __u32 table) {
    __u32 n = s->bridge * BVS_TABLES + (table & (BVS_TABLES - 1));

    return bpf_map_lookup_elem(&tables, &n);
}

static __always_inline void count_rule(const struct scratch *s, __u32 place) {
    struct bvs_rule *rule = rule_get(place);
    struct bvs_table *table = rule ? table_of(s, rule->table) : 0;

    if (!table)
        return;
    __sync_fetch_and_add(&table->matched, 1);
    count(&rule->packets, &rule->bytes, s->length);
    rule->used = now_tick();
}

static __always_inline void count_miss(const struct scratch *s, __u32 number) {
    struct bvs_table *table = table_of(s, number);

    if (table)
        __sync_fetch_and_add(&table->missed, 1);
}

static __always_inline void count_bucket(__u32 visit, __u32 length) {
    struct bvs_group *group = group_get(visit / BVS_GROUP_BUCKETS);
    struct bvs_group_bucket *bucket;

    if (!group)
        return;
    bucket = &group->bucket[visit % BVS_GROUP_BUCKETS];
    count(&bucket->packets, &bucket->bytes, length);
}

static long count_visit(__u32 index, struct identifying *i) {
    __u32 visit, place;
    struct bvs_group *group;

    if (index >= BVS_MOST_VISITS)
        return 1;
    visit = i->s->record.visit[index];
    place = visit & ~BVS_VISIT_KIND;
    switch (visit & BVS_VISIT_KIND) {
    case BVS_VISIT_RULE:
        count_rule(i->s, place);
        return 0;
    case BVS_VISIT_MISS:
        count_miss(i->s, place);
        return 0;
    case BVS_VISIT_GROUP:
        group = group_get(place);
        if (group)
            count(&group->packets, &group->bytes, i->s->length);
        return 0;
    default:
        count_bucket(place, i->s->length);
        return 0;
    }
}

/* Of a packet that found no trajectory. */
__noinline int record_count(struct scratch *s) {
    struct identifying i = {};

    if (!s)
        return 0;
    i.s = s;
    bpf_loop(s->record.visits, count_visit, &i, 0);
    return 0;
}

#endif
