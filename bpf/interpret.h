/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The OpenFlow pipeline, on the flow alone: tables and action programs, step by step, into a record
 * of what to do with the packet.
 */
#ifndef BVS_BPF_INTERPRET_H
#define BVS_BPF_INTERPRET_H

#include "bpf/classify.h"
#include "bpf/instruction.h"
#include "bpf/link.h"
#include "bpf/shim.h"

#define WHOLE_PACKET 0xffff /* and OFPR_NO_MATCH, which is 0 */

/* Not of a resubmit, which is told by coming back. */
static __always_inline void table_miss(struct scratch *s) {
    const struct bvs_pipeline *pipeline;
    __u32 bridge = s->bridge;

    s->why = BVS_DROP_NO_RULE;
    pipeline = s->calls ? 0 : bpf_map_lookup_elem(&pipelines, &bridge);
    if (!pipeline || !(pipeline->flags & BVS_PIPELINE_MISS_TO_CONTROLLER))
        return;
    record_flush(s, ALL_WORDS);
    record_effect(s, BVS_EFFECT_CONTROLLER, WHOLE_PACKET, (__u64)s->table << 32, 1);
}

/* A lookup in the next table, with the in_port that a resubmit names. */
static __always_inline void enter_table(struct scratch *s) {
    __u32 table = s->next_table & (BVS_TABLES - 1);
    __u64 word = s->flow.word[BVS_WORD_in_port];
    const struct bvs_rule *rule;

    s->next_table = NO_TABLE;
    s->table = table;
    record_table(s, table);
    if (s->lookup_port != BVS_SAME_IN_PORT)
        s->flow.word[BVS_WORD_in_port] = (word & ~0xffffffffULL) | s->lookup_port;
    s->rule = classify(s, table);
    s->flow.word[BVS_WORD_in_port] = word;
    s->lookup_port = BVS_SAME_IN_PORT;
    rule = s->rule ? rule_get(s->rule) : 0;
    s->pc = rule ? READ_ONCE(rule->code) : 0;
    s->why = BVS_DROP_NO_OUTPUT;
    record_visit(s, rule ? BVS_VISIT_RULE | s->rule : BVS_VISIT_MISS | table);
    if (!rule)
        table_miss(s);
    trace(s, BVS_TRACE_TABLE, s->rule, 0);
}

/* Back from a resubmit or a bucket, which another bucket may follow. */
static __always_inline void call_end(struct scratch *s, const struct call *call) {
    __u32 kind = call->kind, group = call->group, bucket = call->bucket;

    call_pop(s);
    if (kind == CALL_BUCKET)
        s->exiting = 0;
    if (kind == CALL_BUCKET && bucket < BVS_GROUP_BUCKETS)
        group_next(s, group, bucket);
    if (s->exiting)
        s->pc = 0;
}

/* At the end of a program: on in who called it, or in the action set. False: that was all. */
static __always_inline bool program_end(struct scratch *s) {
    __u32 last = s->calls - 1;

    if (last < BVS_MOST_DEPTH && s->call[last].kind != CALL_CLONE) {
        call_end(s, &s->call[last]);
        return true;
    }
    s->exiting = 0;
    if (s->set.used && s->ending <= SET_DONE) {
        s->ending = s->ending ? s->ending : 1;
        return true;
    }
    return call_pop(s);
}

/* Of the action set: the place of the next instruction; 0: none in this step. */
static __always_inline __u32 next_of_set(struct scratch *s) {
    __u32 step = s->ending - 1, place;

    place = action_set_at(&s->set, &step);
    s->ending = step + 1;
    return place;
}

/* Instructions that end something or call something. False: it is none of them. */
static __always_inline bool run_flow_control(struct scratch *s, const struct bvs_instruction *in,
                                             __u32 op) {
    switch (op) {
    case BVS_OP_END:
        s->pc = 0;
        return true;
    case BVS_OP_EXIT:
        s->exiting = 1;
        s->pc = 0;
        return true;
    case BVS_OP_GOTO:
        s->next_table = in->y;
        return true;
    case BVS_OP_SKIP:
        skip(s, in);
        return true;
    case BVS_OP_RESUBMIT:
        resubmit(s, in->y, in->b);
        return true;
    case BVS_OP_CLONE: {
        __u32 body = s->pc;

        if (call_push(s, CALL_CLONE, body + in->y, 0))
            s->pc = body;
        return true;
    }
    case BVS_OP_GROUP:
        group_call(s, in->y);
        return true;
    default:
        return false;
    }
}

static __always_inline void run_action(struct scratch *s, const struct bvs_instruction *in,
                                       __u32 op) {
    switch (op) {
    case BVS_OP_LOAD:
        load(s, in->word, in->a, in->b);
        return;
    case BVS_OP_MOVE:
        load_subfield(s, in->y, in->x >> 8, in->z, subfield(s->flow.word, in->word, in->x, in->z));
        return;
    case BVS_OP_OUTPUT:
        output(s, in->y, in->a & 0xffff);
        return;
    case BVS_OP_OUTPUT_REG:
        output(s, wide_port(subfield(s->flow.word, in->word, in->x, in->z)), in->a & 0xffff);
        return;
    case BVS_OP_PUSH_VLAN:
        push_vlan(s, in->y);
        return;
    case BVS_OP_POP_VLAN:
        pop_vlan(s);
        return;
    case BVS_OP_SET_VLAN:
        set_vlan(s, in->a, in->b);
        return;
    case BVS_OP_DEC_TTL:
        dec_ttl(s, in->y);
        return;
    case BVS_OP_CONTROLLER:
        to_controller(s, in->y, in->x);
        return;
    case BVS_OP_SAMPLE:
        record_sample(s, in);
        return;
    case BVS_OP_POP_QUEUE:
        load_field(s, skb_priority, bvs_flow_get(&s->shown, skb_priority));
        return;
    case BVS_OP_MULTIPATH:
        multipath(s, in);
        return;
    case BVS_OP_BUNDLE:
        bundle(s, in);
        return;
    case BVS_OP_FIN:
        note_end(s);
        return;
    case BVS_OP_METER:
        record_meter(s, in->y);
        return;
    case BVS_OP_CLEAR:
        action_set_clear(s);
        return;
    case BVS_OP_STACK_PUSH:
        stack_push(s, subfield(s->flow.word, in->word, in->x, in->z));
        return;
    case BVS_OP_STACK_POP:
        stack_pop(s, in);
        return;
    default:
        if (!run_shim(s, op, in->y))
            fail(s, BVS_DROP_ACTION);
    }
}

__noinline int run_instruction(struct scratch *s, __u32 place, __u32 of_set) {
    const struct bvs_instruction *in = instruction_get(place);
    __u32 op;

    if (!s || !in)
        return 0;
    trace(s, BVS_TRACE_STEP, place, of_set);
    op = in->op & ~BVS_OP_WRITE;
    if (in->op & BVS_OP_WRITE && !of_set)
        action_set_write(s, place, op, in->y);
    else if (!run_flow_control(s, in, op))
        run_action(s, in, op);
    return 0;
}

struct interpreter {
    struct scratch *s;
    __u32 done;
};

/* One table, one instruction, or one end. */
static long interpret_step(__u32 index, struct interpreter *i) {
    struct scratch *s = i->s;
    __u32 place = s->pc;

    if (s->failure != BVS_DROP_N) {
        i->done = 1;
    } else if (s->next_table != NO_TABLE) {
        enter_table(s);
    } else if (place) {
        s->pc = place + 1;
        run_instruction(s, place, 0);
    } else if (s->ending && s->ending <= SET_DONE) {
        place = next_of_set(s);
        if (place)
            run_instruction(s, place, 1);
    } else if (!program_end(s)) {
        i->done = 1;
    }
    return i->done;
}

/* Runs an action program, or, if that is 0, the pipeline from table 0. `flow` is set. */
__noinline int interpret(struct scratch *s, __u32 program) {
    struct interpreter i = {};

    if (!s)
        return 0;
    i.s = s;
    record_begin(s);
    action_set_clear(s);
    s->next_table = program ? NO_TABLE : 0;
    s->pc = program;
    s->lookup_port = BVS_SAME_IN_PORT;
    s->rule = s->table = s->ending = s->exiting = s->calls = s->resubmits = s->height = 0;
    bpf_loop(BVS_MOST_STEPS, interpret_step, &i, 0);
    if (!i.done)
        fail(s, BVS_DROP_STEPS);
    record_end(s);
    return 0;
}

#endif
