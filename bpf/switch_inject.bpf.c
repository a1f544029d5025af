// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/*
 * Frames from outside the ports: those of controllers, and those that are only traced. An object of
 * its own, as the verifier takes as long for it as for bvs_switch_tc and most switches never need
 * it: loader/programs.h loads it when the first such frame comes.
 */
#include "bpf/packet_tc.h"

#include "bpf/large.h"
#include "bpf/pipeline.h"

/* A packet of a controller's or of the daemon's own, which runs an action program, or the pipeline
 * if that is 0. It is not cached, and counts at its rules. With a trace's number nothing is done
 * with it but to tell what would be. */
static __always_inline int inject(packet_t *packet, struct scratch *s, __u32 program, __u32 id) {
    const struct bvs_pipeline *pipeline;
    __u32 number = s->bridge;

    pipeline = bpf_map_lookup_elem(&pipelines, &number);
    if (!pipeline)
        return TC_ACT_SHOT;
    s->generation = READ_ONCE(pipeline->generation);
    if (id)
        trace_begin(s, id);
    if (!pipeline_fragment(s, pipeline) && id)
        return trace_event(s, BVS_TRACE_END, 0, BVS_DROP_FRAGMENT);
    pipeline_run(s, program);
    if (id)
        return trace_record(packet, s);
    record_count(s);
    return pipeline_act_record(packet, s);
}

static __always_inline void show_traced_tunnel(struct bvs_flow *flow) {
    __u32 first = 0;
    const struct bvs_flow *tunnel = bpf_map_lookup_elem(&traced_tunnel, &first);

    if (!tunnel)
        return;
    flow->word[BVS_WORD_tunnel_id] = tunnel->word[BVS_WORD_tunnel_id];
    flow->word[BVS_WORD_tunnel_src] = tunnel->word[BVS_WORD_tunnel_src];
    copy_bytes(&flow->word[BVS_FLOW_TUNNEL], &tunnel->word[BVS_FLOW_TUNNEL], TUNNEL_BYTES);
    flow->word[BVS_WORD_layers] |= TUNNEL_BIT;
}

/*
 * Run by BPF_PROG_TEST_RUN with a frame from outside the ports. cb[0]: bridge; cb[1]: in_port as
 * OpenFlow has it; cb[2]: place of an action program, or 0 for the pipeline; cb[3]: 0, or the
 * number of its trace, which is then all that comes of it; cb[4]: 0, or how long the frame is with
 * what lies in `large_frame`. With a trace's number its tunnel's fields lie in `traced_tunnel`. All
 * that is sent is sent as copies, as the test run keeps the packet.
 */
SEC("tc")
int bvs_inject(struct __sk_buff *skb) {
    struct bvs_ofport key = {.bridge = skb->cb[0], .ofport = skb->cb[1]};
    const __u32 *port = bpf_map_lookup_elem(&ofports, &key);
    __u32 program = skb->cb[2], trace = skb->cb[3], length = skb->cb[4];
    struct arrival arrival = {};
    struct scratch *s;
    int verdict = TC_ACT_SHOT;

    mirror_none(skb);
    if (length && !large_complete(skb, length))
        return drop(skb, BVS_DROP_REWRITE, 0, 0);
    s = scratch_take();
    if (!s)
        return drop(skb, BVS_DROP_NESTING, 0, 0);
    s->in = port ? *port : 0;
    s->bridge = key.bridge & (BVS_MAX_BRIDGES - 1);
    s->clone_all = 1;
    s->trace = 0;
    if (pipeline_read(skb, s, key.ofport, &arrival)) {
        if (trace)
            show_traced_tunnel(&s->shown);
        verdict = inject(skb, s, program, trace);
    }
    scratch_return(s);
    return verdict;
}

char _license[] SEC("license") = "Dual BSD/GPL";
