/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Groups, OpenFlow 1.5.1, 5.10: which buckets run. */
#ifndef BVS_BPF_GROUP_H
#define BVS_BPF_GROUP_H

#include "bpf/call.h"
#include "bpf/chunk.h"
#include "bpf/once.h"
#include "bpf/port.h"
#include "bpf/trace.h"

/* Groups that watch groups that watch groups: so far is looked. */
#define WATCHED_GROUPS 4

static __always_inline bool port_is_live(__u32 number) {
    const struct bvs_port_entry *port = port_get(number);

    return port && port->ifindex &&
           (port->flags & (BVS_PORT_UP | BVS_PORT_NO_CARRIER)) == BVS_PORT_UP;
}

struct watch {
    __u32 group; /* whose first live bucket is looked for */
    __u32 next;  /* the group to look at instead: a bucket depends on it */
    __u32 live;
};

static long watch_bucket(__u32 index, struct watch *w) {
    const struct bvs_group *group = group_get(w->group);
    const struct bvs_group_bucket *bucket;

    if (!group || index >= group->buckets || index >= BVS_GROUP_BUCKETS)
        return 1;
    bucket = &group->bucket[index];
    if (bucket->watch_port) {
        w->live = port_is_live(bucket->watch_port);
        return w->live;
    }
    if (bucket->watch_group) {
        w->next = bucket->watch_group;
        return 1;
    }
    w->live = 1;
    return 1;
}

/* A group is live if one of its buckets is. */
__noinline int group_is_live(__u32 group) {
    struct watch w = {.next = group};

    for (int i = 0; i < WATCHED_GROUPS && w.next; i++) {
        w.group = w.next;
        w.next = 0;
        bpf_loop(BVS_GROUP_BUCKETS, watch_bucket, &w, 0);
        if (w.live)
            return 1;
    }
    return 0;
}

static __always_inline bool bucket_is_live(const struct bvs_group_bucket *bucket) {
    if (bucket->watch_port && !port_is_live(bucket->watch_port))
        return false;
    return !bucket->watch_group || group_is_live(bucket->watch_group);
}

static __always_inline __u64 mix(__u64 h, __u64 word) {
    h = (h ^ word) * 0x9e3779b97f4a7c15ULL;
    return h ^ h >> 29;
}

/* Ethernet, IP and ARP addresses, protocol and ports. */
static __always_inline __u64 default_hash(const struct bvs_flow *flow, __u32 basis) {
    __u64 h = mix(basis, flow->word[BVS_WORD_eth_dst] & bvs_low_bits(56));

    h = mix(h, flow->word[BVS_WORD_eth_src] & bvs_low_bits(48));
    h = mix(h, flow->word[BVS_WORD_ipv4_src]);
    h = mix(h, flow->word[BVS_WORD_tp_src] & bvs_low_bits(32));
    h = mix(h, flow->word[BVS_WORD_ipv6_src_high]);
    h = mix(h, flow->word[BVS_WORD_ipv6_src_low]);
    h = mix(h, flow->word[BVS_WORD_ipv6_dst_high]);
    return bvs_hash_finish(mix(h, flow->word[BVS_WORD_ipv6_dst_low]));
}

static __always_inline __u64 group_hash(const struct scratch *s, const struct bvs_group *group) {
    __u64 h = group->hash_basis;

    if (!group->hash_words)
        return default_hash(&s->flow, group->hash_basis);
    for (__u32 i = 0; i < 8; i++)
        if (i < group->hash_words)
            h = mix(h,
                    s->flow.word[group->hash_word[i] & (BVS_FLOW_WORDS - 1)] & group->hash_mask[i]);
    return bvs_hash_finish(h);
}

/* The search for a bucket. */
struct choice {
    __u32 group;
    __u32 point;  /* of select: the first live bucket whose weights sum to more */
    __u32 before; /* sum of the weights before the bucket at hand */
    __u32 bucket; /* found; BVS_GROUP_BUCKETS: none */
};

static long choose_bucket(__u32 index, struct choice *c) {
    const struct bvs_group *group = group_get(c->group);
    const struct bvs_group_bucket *bucket;

    if (!group || index >= group->buckets || index >= BVS_GROUP_BUCKETS)
        return 1;
    bucket = &group->bucket[index];
    if (group->type == BVS_GROUP_SELECT) {
        bool weightless = bucket->weight == c->before;

        c->before = bucket->weight;
        if (weightless || bucket->weight <= c->point)
            return 0;
    }
    if (!bucket_is_live(bucket))
        return 0;
    c->bucket = index;
    return 1;
}

/* Of select: by the hash; a dead bucket's share goes to the next one in the round. Of fast
 * failover: the first that is live. */
static __always_inline __u32 group_choose(const struct scratch *s, const struct bvs_group *group,
                                          __u32 place) {
    struct choice c = {.group = place, .bucket = BVS_GROUP_BUCKETS};
    __u32 last = group->buckets - 1;

    if (last >= BVS_GROUP_BUCKETS)
        return BVS_GROUP_BUCKETS;
    if (group->type == BVS_GROUP_SELECT)
        c.point = (group_hash(s, group) >> 32) * group->bucket[last].weight >> 32;
    bpf_loop(BVS_GROUP_BUCKETS, choose_bucket, &c, 0);
    if (c.bucket == BVS_GROUP_BUCKETS && c.point) {
        c.point = c.before = 0;
        bpf_loop(BVS_GROUP_BUCKETS, choose_bucket, &c, 0);
    }
    return c.bucket;
}

/* Runs a bucket; when it has ended, the next one of its group follows, or `pc`. */
static __always_inline void bucket_call(struct scratch *s, const struct bvs_group *group,
                                        __u32 place, __u32 bucket, __u32 pc) {
    __u32 last;

    trace(s, BVS_TRACE_BUCKET, place, bucket);
    if (!call_push(s, CALL_BUCKET, pc, place))
        return;
    last = s->calls - 1;
    if (group->type == BVS_GROUP_ALL && last < BVS_MOST_DEPTH)
        s->call[last].bucket = bucket + 1;
    if (bucket < BVS_GROUP_BUCKETS)
        s->pc = READ_ONCE(group->bucket[bucket].code);
    record_visit(s, BVS_VISIT_BUCKET | (place * BVS_GROUP_BUCKETS + bucket));
}

/* Goes on in a group's first bucket. */
__noinline int group_call(struct scratch *s, __u32 place) {
    const struct bvs_group *group = group_get(place);
    __u32 bucket = 0;

    if (!s || !group)
        return 0;
    s->record.flags |= BVS_TRAJECTORY_GROUPS;
    record_visit(s, BVS_VISIT_GROUP | place);
    if (group->type == BVS_GROUP_SELECT || group->type == BVS_GROUP_FAST_FAILOVER)
        bucket = group_choose(s, group, place);
    if (bucket < group->buckets && bucket < BVS_GROUP_BUCKETS)
        bucket_call(s, group, place, bucket, s->pc);
    return 0;
}

/* After a bucket of a group of type all has ended: the next one, if there is one. */
__noinline int group_next(struct scratch *s, __u32 place, __u32 bucket) {
    const struct bvs_group *group = group_get(place);

    if (s && group && bucket < group->buckets && bucket < BVS_GROUP_BUCKETS)
        bucket_call(s, group, place, bucket, s->pc);
    return 0;
}

#endif
