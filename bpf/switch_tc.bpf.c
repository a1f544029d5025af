// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/*
 * The switch at the tc ingress hook of every port: the whole way of a packet, in order.
 * docs/life-of-a-packet.md tells the story.
 */
#include "bpf/packet_tc.h"

#include "bpf/egress.h"
#include "bpf/fdb.h"
#include "bpf/reserved.h"

static __always_inline bool read_ethernet(packet_t *packet, struct ethernet *eth) {
    if (!parse_ethernet(packet_data(packet), packet_end(packet), packet_tag(packet), eth))
        return true;
    packet_pull(packet);
    return !parse_ethernet(packet_data(packet), packet_end(packet), packet_tag(packet), eth);
}

/* The action NORMAL: a learning switch with VLANs. */
static __always_inline int forward_normal(packet_t *packet, struct frame *f,
                                          const struct bvs_port_entry *port, __u32 in) {
    __u32 to;

    if (!vlan_admit(port, in, f))
        return drop(packet, BVS_DROP_INPUT_VLAN, in, in);
    f->length = packet_length(packet) - (f->have.tpid ? 4 : 0);
    if (f->eth.dst & BVS_MAC_MULTICAST && is_reserved_address(f->eth.dst) &&
        !(port->flags & BVS_PORT_FORWARD_BPDU))
        return drop(packet, BVS_DROP_RESERVED_ADDRESS, in, in);
    if (fdb_is_off(port, f->vid))
        return egress_flood(packet, f, port->bridge, in);
    fdb_learn(port, in, f->eth.src, f->vid);
    if (f->eth.dst & BVS_MAC_MULTICAST)
        return egress_flood(packet, f, port->bridge, in);
    to = fdb_lookup(port->bridge, f->eth.dst, f->vid);
    if (!to)
        return egress_flood(packet, f, port->bridge, in);
    if (to == in)
        return drop(packet, BVS_DROP_SAME_PORT, in, in);
    return egress_unicast(packet, f, in, to);
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
    count_rx(in, packet_length(skb));
    if (!read_ethernet(skb, &f.eth))
        return drop(skb, BVS_DROP_RUNT, in, in);
    return forward_normal(skb, &f, port, in);
}

char _license[] SEC("license") = "Dual BSD/GPL";
