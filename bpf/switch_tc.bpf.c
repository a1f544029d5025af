// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/*
 * The switch at the tc ingress hook of every port: the whole way of a packet, in order.
 * docs/life-of-a-packet.md tells the story.
 */
#include "bpf/packet_tc.h"

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

char _license[] SEC("license") = "Dual BSD/GPL";
