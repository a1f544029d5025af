/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* A packet's way through a bridge with rules: parse, cache, on a miss the pipeline, act. */
#ifndef BVS_BPF_PIPELINE_H
#define BVS_BPF_PIPELINE_H

#include "bpf/account.h"
#include "bpf/act.h"
#include "bpf/arrival.h"
#include "bpf/cache.h"
#include "bpf/interpret.h"
#include "bpf/trace_act.h"
#include "bpf/trajectory.h"

/* What the packet is before any rule has seen it; false if it is no frame. */
static __always_inline bool pipeline_read(packet_t *packet, struct scratch *s, __u32 in_port,
                                          const struct arrival *arrival) {
    if (flow_has_tunnel(&s->shown))
        flow_leave_tunnel(&s->shown);
    if (read_flow(packet, &s->shown, &s->at, in_port) &&
        packet_end(packet) - packet_data(packet) < packet->len) {
        packet_pull(packet);
        read_flow(packet, &s->shown, &s->at, in_port);
    }
    s->length = packet_length(packet);
    s->accelerated = packet->vlan_present;
    s->deep = arrival->deep;
    arrival_show(arrival, &s->shown);
    s->shown.word[BVS_WORD_pkt_mark] = packet->mark | (__u64)packet->priority
                                                          << BVS_LOWEST_skb_priority;
    return bvs_flow_get(&s->shown, eth_type);
}

/* OpenFlow's treatment of IP fragments: those of which ports may be missing have none, unless the
 * bridge is to look at the first ones'. False: none pass. */
static __always_inline bool pipeline_fragment(struct scratch *s,
                                              const struct bvs_pipeline *pipeline) {
    if (!bvs_flow_get(&s->shown, ip_frag))
        return true;
    if (pipeline->flags & BVS_PIPELINE_FRAGMENTS_DROP)
        return false;
    if (pipeline->flags & BVS_PIPELINE_FRAGMENTS_NX_MATCH)
        return true;
    s->shown.word[BVS_WORD_tp_src] = 0;
    s->shown.word[BVS_WORD_layers] &= ~((__u64)BVS_LAYER_L4 << BVS_LOWEST_layers);
    return true;
}

static __always_inline void pipeline_run(struct scratch *s, __u32 program) {
    flow_enter(s);
    interpret(s, program);
}

/* The entry for the packet, with a trajectory that still holds; or null. */
static __always_inline const struct bvs_cache_entry *
cache_lookup(struct scratch *s, const struct bvs_cache_mask *mask) {
    struct bvs_cache_entry *entry;
    struct bvs_cache_set *set;

    cache_key(s, mask);
    set = cache_set(s->hash);
    entry = set ? cache_find(set, s, mask->words) : 0;
    if (!entry)
        return 0;
    if (entry->generation != s->generation) {
        if (!trajectory_holds(entry->trajectory, entry->generation))
            return 0;
        entry->generation = s->generation;
    }
    return entry;
}

/* Runs the pipeline for a packet whose like has not been seen; its trajectory, or 0. */
static __always_inline __u32 pipeline_decide(struct scratch *s) {
    __u32 trajectory;

    pipeline_run(s, 0);
    trajectory = trajectory_intern(s);
    if (trajectory)
        cache_insert(s, trajectory);
    run_count(trajectory);
    return trajectory;
}

/* As the record says. */
static __always_inline int pipeline_act_record(packet_t *packet, struct scratch *s) {
    if (s->record.drop < BVS_DROP_N)
        return drop(packet, s->record.drop, s->in, s->in);
    return act(packet, s, 0, s->record.effects);
}

static __always_inline int pipeline_follow(packet_t *packet, struct scratch *s, __u32 trajectory) {
    const struct bvs_trajectory *t = trajectory_get(trajectory);

    if (!t)
        return TC_ACT_SHOT;
    trajectory_count(trajectory, s->length);
    if (t->flags & BVS_TRAJECTORY_ONE_OUTPUT)
        return output_packet(packet, s, t->effect[0].arg, false);
    if (t->drop < BVS_DROP_N)
        return drop(packet, t->drop, s->in, s->in);
    if (t->effects == 1 && t->effect[0].kind == BVS_EFFECT_NORMAL)
        return act_normal(packet, s, false);
    return act(packet, s, trajectory, t->effects);
}

static __always_inline int pipeline_switch(packet_t *packet, struct scratch *s, __u32 in_port,
                                           const struct arrival *arrival) {
    const struct bvs_pipeline *pipeline;
    const struct bvs_cache_entry *entry;
    const struct bvs_cache_mask *mask;
    __u32 number = s->bridge, trajectory;

    if (!pipeline_read(packet, s, in_port, arrival))
        return drop(packet, BVS_DROP_RUNT, s->in, s->in);
    if (s->accounted)
        account(packet, &s->shown, &s->at, s->in);
    pipeline = bpf_map_lookup_elem(&pipelines, &number);
    if (!pipeline)
        return TC_ACT_SHOT;
    s->generation = READ_ONCE(pipeline->generation);
    if (pipeline->flags & BVS_PIPELINE_TRACED)
        trace_filter_apply(s);
    if (!pipeline_fragment(s, pipeline)) {
        trace(s, BVS_TRACE_END, 0, BVS_DROP_FRAGMENT);
        return drop(packet, BVS_DROP_FRAGMENT, s->in, s->in);
    }
    s->kind = packet_kind(&s->shown);
    number = number * BVS_KINDS + s->kind;
    mask = bpf_map_lookup_elem(&cache_masks, &number);
    if (!mask)
        return TC_ACT_SHOT;
    entry = cache_lookup(s, mask);
    if (entry && entry->output && !s->trace) {
        trajectory_count(entry->trajectory, s->length);
        return output_packet(packet, s, entry->output, false);
    }
    trajectory = entry && !s->trace ? entry->trajectory : pipeline_decide(s);
    if (s->trace)
        trace_record(packet, s);
    if (trajectory)
        return pipeline_follow(packet, s, trajectory);
    record_count(s);
    return pipeline_act_record(packet, s);
}

/* A packet that came in at a port. */
static __always_inline int forward_pipeline(packet_t *packet, const struct bvs_port_entry *port,
                                            __u32 in, const struct arrival *arrival) {
    struct scratch *s;
    int verdict;

    if (port->flags & BVS_PORT_NO_RECEIVE)
        return drop(packet, BVS_DROP_PORT_CONFIG, in, in);
    s = scratch_take();
    if (!s)
        return drop(packet, BVS_DROP_NESTING, in, in);
    s->in = in;
    s->bridge = port->bridge;
    s->accounted = port->flags & BVS_PORT_ACCOUNTED;
    s->clone_all = 0;
    s->trace = 0;
    verdict = pipeline_switch(packet, s, wide_port(port->ofport), arrival);
    scratch_return(s);
    return verdict;
}

#endif
