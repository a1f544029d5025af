// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/*
 * The switch at the tc ingress hook of every port: the whole way of a packet, in order.
 * docs/life-of-a-packet.md tells the story.
 */
#include "bpf/packet_tc.h"

#include "bpf/receive.h"

SEC("tc")
int bvs_switch_tc(struct __sk_buff *skb) {
    __u32 in = port_of_netdev(packet_netdev(skb));
    const struct bvs_port_entry *port = in ? port_get(in) : 0;
    struct arrival none = {};

    /* Between the removal of a port from the maps and that of its program, the netdev is its
     * host's again. */
    if (!port || !port->bridge)
        return TC_ACT_UNSPEC;
    return receive(skb, in, &none);
}

char _license[] SEC("license") = "Dual BSD/GPL";
