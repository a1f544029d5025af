/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* What the instructions of action programs do to the flow, and what they record. */
#ifndef BVS_BPF_INSTRUCTION_H
#define BVS_BPF_INSTRUCTION_H

#include "bpf/action_set.h"
#include "bpf/group.h"
#include "bpf/tags.h"

/* OpenFlow 1.5.1, 7.2.1. */
#define OFPP_IN_PORT 0xfffffff8U
#define OFPP_NORMAL 0xfffffffaU
#define OFPP_FLOOD 0xfffffffbU
#define OFPP_ALL 0xfffffffcU
#define OFPP_CONTROLLER 0xfffffffdU
#define OFPR_ACTION 1

static __always_inline __u64 subfield(const __u64 *words, __u32 word, __u32 lowest, __u32 bits) {
    return words[word & (BVS_FLOW_WORDS - 1)] >> (lowest & 63) & bvs_low_bits(bits);
}

static __always_inline void load(struct scratch *s, __u32 word, __u64 bits, __u64 value) {
    flow_write(&s->flow, word, bits, value);
    record_write(s, word, bits);
}

static __always_inline void load_subfield(struct scratch *s, __u32 word, __u32 lowest, __u32 bits,
                                          __u64 value) {
    load(s, word, bvs_low_bits(bits) << (lowest & 63), value << (lowest & 63));
}

#define load_field(s, name, value)                                                                 \
    load_subfield(s, BVS_WORD_##name, BVS_LOWEST_##name, BVS_BITS_##name, value)

static __always_inline void push_vlan(struct scratch *s, __u32 tpid) {
    struct bvs_flow *flow = &s->flow;
    __u64 outer = bvs_flow_get(flow, vlan_tci);

    if (outer && (flow_has_pbb(flow) || bvs_flow_get(flow, inner_vlan_tci))) {
        fail(s, BVS_DROP_VLAN_TAGS);
        return;
    }
    record_flush(s, WORDS_OF_PACKET);
    record_save(s);
    record_effect(s, BVS_EFFECT_PUSH_VLAN, tpid, 0, 0);
    flow_push_vlan(flow, tpid);
}

static __always_inline void pop_vlan(struct scratch *s) {
    if (!bvs_flow_get(&s->flow, vlan_tci))
        return;
    record_flush(s, WORDS_OF_PACKET);
    record_save(s);
    record_effect(s, BVS_EFFECT_POP_VLAN, 0, 0, 0);
    flow_pop_vlan(&s->flow);
}

/* OpenFlow 1.0's setters make a tag if there is none. */
static __always_inline void set_vlan(struct scratch *s, __u64 bits, __u64 value) {
    __u64 present = (__u64)BVS_VLAN_PRESENT << BVS_LOWEST_vlan_tci;

    if (!(s->flow.word[BVS_WORD_vlan_tci] & present))
        bits = 0xffffULL << BVS_LOWEST_vlan_tci;
    load(s, BVS_WORD_vlan_tci, bits | present, value | present);
}

/* What comes after it in the program, or in the action set, is not for a packet without time. */
static __always_inline void ttl_ran_out(struct scratch *s, __u32 otherwise) {
    s->why = BVS_DROP_TTL;
    s->pc = otherwise;
    if (s->ending)
        s->ending = SET_DONE + 1;
}

static __always_inline void dec_ttl(struct scratch *s, __u32 otherwise) {
    __u64 ttl = bvs_flow_get(&s->flow, ip_ttl);

    if (!flow_shows_ip(&s->flow))
        return;
    if (ttl > 1)
        load_subfield(s, BVS_WORD_ip_ttl, BVS_LOWEST_ip_ttl, BVS_BITS_ip_ttl, ttl - 1);
    else
        ttl_ran_out(s, otherwise);
}

/* Does the rule stand for having none: the lowest one, that matches everything? */
static __always_inline bool is_miss(__u32 place) {
    const struct bvs_rule *rule = place ? rule_get(place) : 0;
    const struct bvs_subtable *subtable;
    __u32 number;

    if (!rule)
        return false;
    number = rule->subtable;
    subtable = bpf_map_lookup_elem(&subtables, &number);
    return subtable && !subtable->words && !rule->priority;
}

static __always_inline void to_controller(struct scratch *s, __u32 max_len_reason,
                                          __u64 controller) {
    record_flush(s, ALL_WORDS);
    record_effect(s, BVS_EFFECT_CONTROLLER, max_len_reason,
                  s->rule | (__u64)s->table << 32 | controller << 48, is_miss(s->rule));
}

static __always_inline void output_to(struct scratch *s, __u32 ofport) {
    struct bvs_ofport key = {.bridge = s->bridge, .ofport = ofport};
    const __u32 *port = bpf_map_lookup_elem(&ofports, &key);

    if (port)
        record_send(s, BVS_EFFECT_OUTPUT, *port, 0);
    else
        s->why = BVS_DROP_NO_PORT;
}

/* Never back to where the packet came from, unless that is asked for by name. */
__noinline int output(struct scratch *s, __u32 port, __u32 max_len) {
    __u32 in_port;

    if (!s)
        return 0;
    in_port = s->flow.word[BVS_WORD_in_port];
    if (port == OFPP_IN_PORT)
        output_to(s, in_port);
    else if (port == OFPP_CONTROLLER)
        to_controller(s, max_len | OFPR_ACTION << 16, 0);
    else if (port == OFPP_NORMAL)
        record_send(s, BVS_EFFECT_NORMAL, 0, 0);
    else if (port == OFPP_FLOOD || port == OFPP_ALL)
        record_send(s, BVS_EFFECT_FLOOD, port == OFPP_ALL, in_port);
    else if (port != in_port)
        output_to(s, port);
    return 0;
}

static __always_inline void skip(struct scratch *s, const struct bvs_instruction *in) {
    bool equal = (s->flow.word[in->word & (BVS_FLOW_WORDS - 1)] & in->a) == in->b;

    if (equal == !in->z)
        s->pc += in->y;
}

static __always_inline void resubmit(struct scratch *s, __u32 table, __u32 in_port) {
    if (++s->resubmits > BVS_MOST_RESUBMITS) {
        fail(s, BVS_DROP_RESUBMITS);
        return;
    }
    if (!call_push(s, CALL_RESUBMIT, s->pc, 0))
        return;
    s->next_table = table;
    s->lookup_port = in_port;
}

#define TCP_FIN_OR_RST 0x5

static __always_inline void note_end(const struct scratch *s) {
    struct bvs_rule *rule = s->rule ? rule_get(s->rule) : 0;

    if (rule && bvs_flow_get(&s->flow, tcp_flags) & TCP_FIN_OR_RST)
        WRITE_ONCE(rule->finished, 1);
}

static __always_inline void stack_push(struct scratch *s, __u64 value) {
    __u32 n = s->height;

    if (n >= BVS_MOST_STACK) {
        fail(s, BVS_DROP_ACTION_STACK);
        return;
    }
    s->stack[n] = value;
    s->height = n + 1;
}

/* Nothing happens if the stack is empty. */
static __always_inline void stack_pop(struct scratch *s, const struct bvs_instruction *in) {
    __u32 n = s->height - 1;

    if (n >= BVS_MOST_STACK)
        return;
    s->height = n;
    load_subfield(s, in->word, in->x, in->z, s->stack[n]);
}

#endif
