/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The exact-match cache: from the words of the flow that the bridge's rules look at to a
 * trajectory. Each CPU has its own, so nothing here is shared.
 */
#ifndef BVS_BPF_CACHE_H
#define BVS_BPF_CACHE_H

#include "bpf/chunk.h"
#include "bpf/given.h"
#include "bpf/scratch.h"

/* By its type, or by what is below labels and a PBB header. Of packets with that, only IPv6 is
 * apart from others, as its addresses would be too much for one key. */
static __always_inline __u32 packet_kind(const struct bvs_flow *flow) {
    __u32 layers = bvs_flow_get(flow, layers);

    switch (bvs_flow_get(flow, eth_type)) {
    case ETH_P_IP:
        return BVS_KIND_IPV4;
    case ETH_P_IPV6:
        return BVS_KIND_IPV6;
    case ETH_P_ARP:
        return BVS_KIND_ARP;
    default:
        if (layers & BVS_LAYER_IPV6)
            return BVS_KIND_IPV6;
        return layers & BVS_LAYER_IPV4 && !(layers & BVS_LAYER_PBB) ? BVS_KIND_IPV4
                                                                    : BVS_KIND_OTHER;
    }
}

/* A key has so many words, or all. */
#define SHORT_KEY 4
#define LONG_KEY 8

static __always_inline __u64 cache_add_words(struct scratch *s, const struct bvs_cache_mask *mask,
                                             __u32 from, __u32 to) {
    __u64 hash = 0;

#pragma clang loop unroll(full)
    for (__u32 i = from; i < to; i++) {
        s->key[i] = s->shown.word[mask->word[i] & (BVS_FLOW_WORDS - 1)] & mask->mask[i];
        hash += bvs_hash_word(i, s->key[i]);
    }
    return hash;
}

/* The packet's key and its hash, never 0. Words that the mask has not are not written. */
static __always_inline void cache_key(struct scratch *s, const struct bvs_cache_mask *mask) {
    s->hash = given.seed + s->bridge * bvs_hash_odd(BVS_CACHE_WORDS) +
              s->kind * bvs_hash_odd(BVS_CACHE_WORDS + 1) + cache_add_words(s, mask, 0, SHORT_KEY);
    if (mask->words > SHORT_KEY)
        s->hash += cache_add_words(s, mask, SHORT_KEY, LONG_KEY);
    if (mask->words > LONG_KEY)
        s->hash += cache_add_words(s, mask, LONG_KEY, BVS_CACHE_WORDS);
    s->hash = bvs_hash_finish(s->hash) | 1;
}

static __always_inline __u64 cache_differing(const struct bvs_cache_entry *entry,
                                             const struct scratch *s, __u32 from, __u32 to) {
    __u64 bits = 0;

#pragma clang loop unroll(full)
    for (__u32 i = from; i < to; i++)
        bits |= entry->key[i] ^ s->key[i];
    return bits;
}

static __always_inline bool cache_equal(const struct bvs_cache_entry *entry,
                                        const struct scratch *s, __u32 words) {
    __u64 bits = cache_differing(entry, s, 0, SHORT_KEY);

    if (words > SHORT_KEY)
        bits |= cache_differing(entry, s, SHORT_KEY, LONG_KEY);
    if (words > LONG_KEY)
        bits |= cache_differing(entry, s, LONG_KEY, BVS_CACHE_WORDS);
    return !bits;
}

static __always_inline struct bvs_cache_set *cache_set(__u64 hash) {
    return chunk_get(&cache, bpf_get_smp_processor_id(), hash >> 40 & (BVS_CACHE_SETS - 1));
}

static __always_inline __u32 bridge_kind(const struct scratch *s) {
    return s->bridge << 8 | s->kind;
}

static __always_inline struct bvs_cache_entry *cache_find(struct bvs_cache_set *set,
                                                          const struct scratch *s, __u32 words) {
#pragma clang loop unroll(full)
    for (int way = 0; way < BVS_CACHE_WAYS; way++) {
        struct bvs_cache_entry *entry = &set->entry[way];

        if (entry->hash == s->hash && entry->bridge_kind == bridge_kind(s) &&
            cache_equal(entry, s, words))
            return entry;
    }
    return 0;
}

/* In place of a stale one with this key, or of one that had its turn. */
__noinline int cache_insert(struct scratch *s, __u32 trajectory) {
    struct bvs_cache_entry *entry;
    struct bvs_cache_set *set;
    __u32 way;

    if (!s)
        return 0;
    set = cache_set(s->hash);
    if (!set)
        return 0;
    for (way = 0; way < BVS_CACHE_WAYS; way++)
        if (!set->entry[way].hash || set->entry[way].hash == s->hash)
            break;
    if (way == BVS_CACHE_WAYS)
        way = set->hand++;
    entry = &set->entry[way & (BVS_CACHE_WAYS - 1)];
    entry->hash = s->hash;
    entry->generation = s->generation;
    entry->trajectory = trajectory;
    entry->bridge_kind = bridge_kind(s);
    entry->output = s->record.flags & BVS_TRAJECTORY_ONE_OUTPUT ? s->record.effect[0].arg : 0;
    __builtin_memcpy(entry->key, s->key, sizeof(s->key));
    return 0;
}

#endif
