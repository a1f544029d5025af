// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/*
 * The switch at the tc ingress hook of every port: the whole way of a packet, in order.
 * docs/life-of-a-packet.md tells the story.
 */
#include "bpf/packet_tc.h"

#include "bpf/large.h"
#include "bpf/normal.h"
#include "bpf/pipeline.h"

static __always_inline bool read_ethernet(packet_t *packet, struct ethernet *eth) {
    if (!parse_ethernet(packet_data(packet), packet_end(packet), packet_tag(packet), eth))
        return true;
    packet_pull(packet);
    return !parse_ethernet(packet_data(packet), packet_end(packet), packet_tag(packet), eth);
}

SEC("tc")
int bvs_switch_tc(struct __sk_buff *skb) {
    __u32 in = port_of_netdev(packet_netdev(skb));
    const struct bvs_port_entry *port = in ? port_get(in) : 0;
    struct frame f = {};

    /* Between the removal of a port from the maps and that of its program, the netdev is its
     * host's again. */
    if (!port || !port->bridge)
        return TC_ACT_UNSPEC;
    if (port->flags & (BVS_PORT_NO_RECEIVE | BVS_PORT_PIPELINE)) {
        count_rx(in, packet_length(skb));
        return port->flags & BVS_PORT_PIPELINE ? forward_pipeline(skb, port, in)
                                               : drop(skb, BVS_DROP_PORT_CONFIG, in, in);
    }
    count_normal(in, packet_length(skb));
    if (!read_ethernet(skb, &f.eth))
        return drop(skb, BVS_DROP_RUNT, in, in);
    return forward_normal(skb, &f, port, in, port->bridge, false);
}

/*
 * Run by BPF_PROG_TEST_RUN with a frame from outside the ports. cb[0]: bridge; cb[1]: in_port as
 * OpenFlow has it; cb[2]: place of an action program, or 0 for the pipeline; cb[3]: 0, or the
 * number of its trace, which is then all that comes of it; cb[4]: 0, or how long the frame is with
 * what lies in `large_frame`. All that is sent is sent as copies, as the test run keeps the packet.
 */
SEC("tc")
int bvs_inject(struct __sk_buff *skb) {
    struct bvs_ofport key = {.bridge = skb->cb[0], .ofport = skb->cb[1]};
    const __u32 *port = bpf_map_lookup_elem(&ofports, &key);
    __u32 program = skb->cb[2], trace = skb->cb[3], length = skb->cb[4];
    struct scratch *s;
    int verdict = TC_ACT_SHOT;

    if (length && !large_complete(skb, length))
        return drop(skb, BVS_DROP_REWRITE, 0, 0);
    s = scratch_take();
    if (!s)
        return drop(skb, BVS_DROP_NESTING, 0, 0);
    s->in = port ? *port : 0;
    s->bridge = key.bridge & (BVS_MAX_BRIDGES - 1);
    s->clone_all = 1;
    s->trace = 0;
    if (pipeline_read(skb, s, key.ofport))
        verdict = inject(skb, s, program, trace);
    scratch_return(s);
    return verdict;
}

char _license[] SEC("license") = "Dual BSD/GPL";
