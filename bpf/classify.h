/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The rule of a table that matches the flow with the highest priority: subtable by subtable, until
 * none that is left has a higher one. maps/pipeline.h has the layout.
 */
#ifndef BVS_BPF_CLASSIFY_H
#define BVS_BPF_CLASSIFY_H

#include "bpf/chunk.h"
#include "bpf/once.h"
#include "bpf/scratch.h"

/* Rules with equal keys: several priorities, each in a few generations. */
#define MOST_EQUAL_KEYS 4096

static __always_inline struct bvs_subtable *subtable_get(__u32 number) {
    return bpf_map_lookup_elem(&subtables, &number);
}

static __always_inline bool rule_is_visible(const struct bvs_rule *rule, __u64 generation) {
    return READ_ONCE(rule->added) <= generation && generation < READ_ONCE(rule->removed);
}

static __always_inline __u64 differing_bits(const __u64 *key, const struct bvs_subtable *subtable,
                                            const struct bvs_flow *flow, __u32 from, __u32 n) {
    __u64 bits = 0;

    for (__u32 i = 0; i < n; i++)
        bits |= key[i] ^ bvs_subtable_word(subtable, flow, from + i);
    return bits;
}

static __always_inline bool rule_has_key(const struct bvs_rule *rule, __u32 number,
                                         const struct bvs_flow *flow) {
    const struct bvs_subtable *subtable = subtable_get(number);
    const struct bvs_long_key *rest;

    if (rule->subtable != number || !subtable ||
        differing_bits(rule->key, subtable, flow, 0, BVS_RULE_WORDS))
        return false;
    if (subtable->words <= BVS_RULE_WORDS)
        return true;
    rest = long_key_get(rule->long_key);
    return rest && !differing_bits(rest->key, subtable, flow, BVS_RULE_WORDS,
                                   BVS_SUBTABLE_WORDS - BVS_RULE_WORDS);
}

#define EACH_TAG 0x0001000100010001ULL
#define EACH_TAG_HIGH 0x8000800080008000ULL

/* The high bit of each of four tags that may be equal: surely those that are, and rarely one more,
 * which the comparison of keys finds out. */
static __always_inline __u64 equal_tags(__u64 tags, __u64 wanted) {
    __u64 x = tags ^ wanted;

    return (x - EACH_TAG) & ~x & EACH_TAG_HIGH;
}

/* The place of the first rule with the flow's key in a bucket; 0: none. */
__noinline int bucket_find(struct scratch *s, __u32 bucket, __u32 subtable, __u32 tag) {
    const struct bvs_rule_bucket *b = bucket_get(bucket);
    __u64 low, high;

    if (!s || !b)
        return 0;
    low = equal_tags(READ_ONCE(b->tags[0]), tag * EACH_TAG);
    high = equal_tags(READ_ONCE(b->tags[1]), tag * EACH_TAG);
    if (!(low | high))
        return 0;
    for (int way = 0; way < 8; way++) {
        const struct bvs_rule *rule;
        __u32 place;

        if (!((way < 4 ? low : high) >> (15 + 16 * (way & 3)) & 1))
            continue;
        place = READ_ONCE(b->rule[way]);
        rule = rule_get(place);
        if (rule && rule_has_key(rule, subtable, &s->flow))
            return place;
    }
    return 0;
}

struct lookup {
    struct scratch *s;
    __u32 list;     /* place of the subtables' numbers */
    __u32 rule;     /* the best so far */
    __u32 priority; /* + 1; 0: none found */
    __u32 candidate;
};

/* Along rules with equal keys, of falling priority, to the first that this packet may see. */
static long next_equal_key(__u32 index, struct lookup *l) {
    const struct bvs_rule *rule = rule_get(l->candidate);

    if (!l->candidate || !rule || rule->priority + 1 <= l->priority)
        return 1;
    if (!rule_is_visible(rule, l->s->generation)) {
        l->candidate = READ_ONCE(rule->next);
        return 0;
    }
    l->rule = l->candidate;
    l->priority = rule->priority + 1;
    return 1;
}

/* Is there perhaps a rule with this tag? */
static __always_inline bool filter_passes(__u32 bucket, __u16 tag) {
    __u32 n = bvs_filter_word(bucket);
    const __u64 *word = bpf_map_lookup_elem(&rule_filters, &n);

    return word && READ_ONCE(*word) & bvs_filter_bit(bucket, tag);
}

static __always_inline __u32 subtable_find(struct scratch *s, __u32 number,
                                           const struct bvs_subtable *subtable) {
    __u32 first = 0, place, bucket, base, found;
    const struct bvs_classifier *c = bpf_map_lookup_elem(&classifier, &first);
    const struct bvs_rule_bucket *b;
    __u64 hash, index;
    __u16 tag;

    if (!c)
        return 0;
    index = READ_ONCE(c->index);
    hash = bvs_rule_hash(subtable, number, &s->flow, c->seed);
    place = bvs_rule_bucket_of(hash) & (__u32)index;
    base = (__u32)(index >> 32) << BVS_BUCKET_SHIFT;
    bucket = base + place;
    tag = bvs_rule_tag(hash);
    if (!filter_passes(bucket, tag))
        return 0;
    found = bucket_find(s, bucket, number, tag);
    if (found)
        return found;
    b = bucket_get(bucket);
    return b && b->overflowed ? bucket_find(s, base + (place ^ 1), number, tag) : 0;
}

static long classify_step(__u32 index, struct lookup *l) {
    __u32 place = l->list + index;
    const __u32 *number = bpf_map_lookup_elem(&subtable_lists, &place);
    const struct bvs_subtable *subtable = number ? subtable_get(*number) : 0;

    if (!subtable || l->priority > READ_ONCE(subtable->max_priority))
        return 1;
    l->candidate = subtable_find(l->s, *number, subtable);
    if (l->candidate)
        bpf_loop(MOST_EQUAL_KEYS, next_equal_key, l, 0);
    return 0;
}

/* The rule's place; 0: none matches. */
__noinline int classify(struct scratch *s, __u32 table) {
    struct lookup l = {.s = s};
    const struct bvs_table *t;
    __u64 list;

    if (!s)
        return 0;
    table += s->bridge * BVS_TABLES;
    t = bpf_map_lookup_elem(&tables, &table);
    if (!t)
        return 0;
    list = READ_ONCE(t->list);
    l.list = list >> 32;
    l.priority = unknown_zero(list);
    /* Masked in 64 bits: that is what the inlined bpf_loop compares. */
    bpf_loop(list & (BVS_SUBTABLE_LIST_ENTRIES - 1), classify_step, &l, 0);
    return l.rule;
}

#endif
