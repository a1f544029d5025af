/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* The action set: filled on the way, run at the pipeline's end in the order of OpenFlow 1.5.1, 5.6.
 */
#ifndef BVS_BPF_ACTION_SET_H
#define BVS_BPF_ACTION_SET_H

#include "bpf/record.h"

/* The field actset_output while no port is in the set: OFPP_UNSET. */
#define OUTPUT_UNSET 0xfffffff7U

static __always_inline void action_set_tell(struct scratch *s, __u32 port) {
    __u64 *word = &s->flow.word[BVS_WORD_actset_output];

    *word = (*word & ~0xffffffffULL) | (s->set.group ? OUTPUT_UNSET : port);
}

static __always_inline void action_set_clear(struct scratch *s) {
    __builtin_memset(&s->set, 0, sizeof(s->set));
    action_set_tell(s, OUTPUT_UNSET);
}

/* Writes an instruction into the set, in place of another of its kind. */
static __always_inline void action_set_write(struct scratch *s, __u32 place, __u32 op, __u32 y) {
    struct action_set *set = &s->set;
    __u32 n = set->sets;

    set->used = 1;
    switch (op) {
    case BVS_OP_POP_VLAN:
        set->pop_vlan = place;
        return;
    case BVS_OP_PUSH_VLAN:
        set->push_vlan = place;
        return;
    case BVS_OP_DEC_TTL:
        set->dec_ttl = place;
        return;
    case BVS_OP_METER:
        set->meter = place;
        return;
    case BVS_OP_GROUP:
        set->group = place;
        action_set_tell(s, OUTPUT_UNSET);
        return;
    case BVS_OP_OUTPUT:
        set->output = place;
        action_set_tell(s, y);
        return;
    default:
        if (n >= MOST_SETS) {
            fail(s, BVS_DROP_ACTION_SET);
            return;
        }
        set->set[n] = place;
        set->sets = n + 1;
    }
}

enum action_set_step {
    SET_POP_VLAN,
    SET_PUSH_VLAN,
    SET_DEC_TTL,
    SET_FIELDS,
    SET_METER = SET_FIELDS + MOST_SETS,
    SET_OUTPUT,
    SET_DONE,
};

/* The place of the set's instruction at this step; 0: none. A group goes before an output, which
 * does not happen then. Fields that are not set are stepped over at once. */
static __always_inline __u32 action_set_at(struct action_set *set, __u32 *step) {
    __u32 now = (*step)++;

    if (now >= SET_FIELDS && now < SET_METER) {
        __u32 n = now - SET_FIELDS;

        if (n < set->sets && n < MOST_SETS)
            return set->set[n];
        *step = SET_METER;
        return 0;
    }
    switch (now) {
    case SET_POP_VLAN:
        return set->pop_vlan;
    case SET_PUSH_VLAN:
        return set->push_vlan;
    case SET_DEC_TTL:
        return set->dec_ttl;
    case SET_METER:
        return set->meter;
    default:
        return set->group ? set->group : set->output;
    }
}

#endif
