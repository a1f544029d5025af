/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Calls of the pipeline: a resubmit comes back with the flow as it has become, a clone and a
 * group's bucket with the flow as it was.
 */
#ifndef BVS_BPF_CALL_H
#define BVS_BPF_CALL_H

#include "bpf/record.h"

static __always_inline void flow_save(struct scratch *s, struct saved *saved) {
    flow_copy(&saved->flow, &s->flow);
    saved->set = s->set;
    saved->dirty = s->dirty;
    saved->height = s->height;
    saved->slot = 0;
    written_copy(saved->written, s->written, s->dirty);
    if (s->height)
        __builtin_memcpy(saved->stack, s->stack, sizeof(s->stack));
}

static __always_inline void flow_restore(struct scratch *s, const struct saved *saved,
                                         __u32 clone) {
    if (saved->slot)
        record_effect(s, BVS_EFFECT_RESTORE, saved->slot - 1, clone + 1, 0);
    flow_copy(&s->flow, &saved->flow);
    s->set = saved->set;
    s->height = saved->height;
    written_clear(s);
    written_copy(s->written, saved->written, saved->dirty);
    s->dirty = saved->dirty;
    if (s->height)
        __builtin_memcpy(s->stack, saved->stack, sizeof(s->stack));
}

/* False if it is too deep. `pc` is where to go on afterwards. */
__noinline int call_push(struct scratch *s, __u32 kind, __u32 pc, __u32 group) {
    struct call *call;
    __u32 n, clone;

    if (!s)
        return 0;
    n = s->calls;
    clone = s->clones;
    if (n >= BVS_MOST_DEPTH || (kind != CALL_RESUBMIT && clone >= BVS_MOST_CLONES)) {
        fail(s, BVS_DROP_DEPTH);
        return 0;
    }
    call = &s->call[n];
    call->pc = pc;
    call->rule = s->rule;
    call->table = s->table;
    call->kind = kind;
    call->group = group;
    call->bucket = BVS_GROUP_BUCKETS;
    call->ending = s->ending;
    s->calls = n + 1;
    s->ending = 0;
    if (kind != CALL_RESUBMIT && clone < BVS_MOST_CLONES) {
        flow_save(s, &s->saved[clone]);
        s->clones = clone + 1;
        if (call->ending)
            __builtin_memset(&s->set, 0, sizeof(s->set)); /* it runs already: not again in here */
    }
    return 1;
}

/* Back to who called; false if nobody did. */
__noinline int call_pop(struct scratch *s) {
    struct call *call;
    __u32 n, clone;

    if (!s)
        return 0;
    /* First the arithmetic, then one unsigned comparison: Linux 6.1 learns nothing from != 0. */
    n = s->calls - 1;
    if (n >= BVS_MOST_DEPTH)
        return 0;
    call = &s->call[n];
    s->calls = n;
    s->pc = call->pc;
    s->rule = call->rule;
    s->table = call->table;
    s->ending = call->ending;
    if (call->kind == CALL_RESUBMIT)
        return 1;
    clone = s->clones - 1;
    if (clone < BVS_MOST_CLONES) {
        s->clones = clone;
        flow_restore(s, &s->saved[clone], clone);
    }
    return 1;
}

#endif
