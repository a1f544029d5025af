/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* The action set: filled on the way, run at the pipeline's end. */
#ifndef BVS_BPF_ACTION_SET_H
#define BVS_BPF_ACTION_SET_H

#include "bpf/record.h"

/* The field actset_output while no port is in the set: OFPP_UNSET. */
#define OUTPUT_UNSET 0xfffffff7U

static __always_inline void action_set_tell(struct scratch *s, __u32 port) {
    __u64 *word = &s->flow.word[BVS_WORD_actset_output];

    *word = (*word & ~0xffffffffULL) | (s->set.only[SET_GROUP] ? OUTPUT_UNSET : port);
}

static __always_inline void action_set_clear(struct scratch *s) {
    __builtin_memset(&s->set, 0, sizeof(s->set));
    action_set_tell(s, OUTPUT_UNSET);
}

/* SET_FIELDS: of these the set has any number. */
static __always_inline __u32 action_set_turn(__u32 op) {
    switch (op) {
    case BVS_OP_COPY_TTL_IN:
        return SET_COPY_TTL_IN;
    case BVS_OP_POP_VLAN:
        return SET_POP_VLAN;
    case BVS_OP_POP_PBB:
        return SET_POP_PBB;
    case BVS_OP_POP_MPLS:
        return SET_POP_MPLS;
    case BVS_OP_PUSH_MPLS:
        return SET_PUSH_MPLS;
    case BVS_OP_PUSH_PBB:
        return SET_PUSH_PBB;
    case BVS_OP_PUSH_VLAN:
        return SET_PUSH_VLAN;
    case BVS_OP_COPY_TTL_OUT:
        return SET_COPY_TTL_OUT;
    case BVS_OP_DEC_TTL:
        return SET_DEC_TTL;
    case BVS_OP_DEC_MPLS_TTL:
        return SET_DEC_MPLS_TTL;
    case BVS_OP_METER:
        return SET_METER;
    case BVS_OP_GROUP:
        return SET_GROUP;
    case BVS_OP_OUTPUT:
        return SET_OUTPUT;
    default:
        return SET_FIELDS;
    }
}

/* Writes an instruction into the set, in place of another of its kind. */
static __always_inline void action_set_write(struct scratch *s, __u32 place, __u32 op, __u32 y) {
    __u32 turn = action_set_turn(op), n = s->set.sets;

    s->set.used = 1;
    if (turn != SET_FIELDS) {
        s->set.only[turn & (SET_TURNS - 1)] = place;
        if (turn >= SET_GROUP)
            action_set_tell(s, y);
        return;
    }
    if (n >= MOST_SETS) {
        fail(s, BVS_DROP_ACTION_SET);
        return;
    }
    s->set.set[n] = place;
    s->set.sets = n + 1;
}

/* Each field is a step, what else there can be is one each. */
#define SET_AFTER_FIELDS (SET_FIELDS + MOST_SETS)
#define SET_DONE (SET_AFTER_FIELDS + 2)

/* The place of the set's instruction at this step; 0: none. A group goes before an output, which
 * does not happen then. Fields that are not set are stepped over at once. */
static __always_inline __u32 action_set_at(struct action_set *set, __u32 *step) {
    __u32 now = (*step)++, n = now - SET_FIELDS;

    if (now < SET_FIELDS)
        return set->only[now & (SET_TURNS - 1)];
    if (n < MOST_SETS) {
        if (n < set->sets)
            return set->set[n];
        *step = SET_AFTER_FIELDS;
        return 0;
    }
    if (now == SET_AFTER_FIELDS)
        return set->only[SET_METER];
    return set->only[SET_GROUP] ? set->only[SET_GROUP] : set->only[SET_OUTPUT];
}

#endif
