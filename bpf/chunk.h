/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Things of the pipeline by their places in the big tables; null if there is none. Place 0 is
 * nothing. Both lookups are inlined by the kernel.
 */
#ifndef BVS_BPF_CHUNK_H
#define BVS_BPF_CHUNK_H

#include "maps/maps.bpf.h"

static __always_inline void *chunk_get(void *chunks, __u32 chunk, __u32 place) {
    void *inner = bpf_map_lookup_elem(chunks, &chunk);

    return inner ? bpf_map_lookup_elem(inner, &place) : 0;
}

#define CHUNK_OF(place, kind) ((place) >> BVS_##kind##_SHIFT)
#define PLACE_IN(place, kind) ((place) & ((1 << BVS_##kind##_SHIFT) - 1))

static __always_inline struct bvs_rule *rule_get(__u32 place) {
    return chunk_get(&rule_chunks, CHUNK_OF(place, RULE), PLACE_IN(place, RULE));
}
static __always_inline struct bvs_rule_bucket *bucket_get(__u32 place) {
    return chunk_get(&bucket_chunks, CHUNK_OF(place, BUCKET), PLACE_IN(place, BUCKET));
}
static __always_inline struct bvs_long_key *long_key_get(__u32 place) {
    return chunk_get(&long_key_chunks, CHUNK_OF(place, LONG_KEY), PLACE_IN(place, LONG_KEY));
}
static __always_inline struct bvs_instruction *instruction_get(__u32 place) {
    return chunk_get(&code_chunks, CHUNK_OF(place, CODE), PLACE_IN(place, CODE));
}
static __always_inline struct bvs_group *group_get(__u32 place) {
    return chunk_get(&group_chunks, CHUNK_OF(place, GROUP), PLACE_IN(place, GROUP));
}
static __always_inline struct bvs_trajectory *trajectory_get(__u32 place) {
    return chunk_get(&trajectory_chunks, CHUNK_OF(place, TRAJECTORY), PLACE_IN(place, TRAJECTORY));
}
/* This CPU's. */
static __always_inline struct bvs_tally *tally_get(__u32 trajectory) {
    __u32 chunk =
        CHUNK_OF(trajectory, TRAJECTORY) + bpf_get_smp_processor_id() * BVS_TRAJECTORY_CHUNKS;

    return chunk_get(&tallies, chunk, PLACE_IN(trajectory, TRAJECTORY));
}

#endif
