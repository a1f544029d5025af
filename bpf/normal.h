/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* The action NORMAL at the tc hook: a learning switch with VLANs. */
#ifndef BVS_BPF_NORMAL_H
#define BVS_BPF_NORMAL_H

#include "bpf/egress.h"
#include "bpf/fdb.h"
#include "bpf/reserved.h"

static __always_inline bool is_refused_address(const struct bvs_port_entry *port,
                                               const struct frame *f) {
    return f->eth.dst & BVS_MAC_MULTICAST && is_reserved_address(f->eth.dst) &&
           !(port->flags & BVS_PORT_FORWARD_BPDU);
}

/* `f` has its Ethernet header. `in` may be 0, a port that nothing is behind. `keep`: the packet
 * itself is needed afterwards, as it was. */
static __always_inline int forward_normal(packet_t *packet, struct frame *f,
                                          const struct bvs_port_entry *port, __u32 in, __u16 bridge,
                                          bool keep) {
    __u32 to;

    if (!vlan_admit(port, in, f))
        return drop(packet, BVS_DROP_INPUT_VLAN, in, in);
    f->length = packet_length(packet) - (f->have.tpid ? 4 : 0);
    if (is_refused_address(port, f))
        return drop(packet, BVS_DROP_RESERVED_ADDRESS, in, in);
    if (fdb_is_off(port, f->vid))
        return egress_flood(packet, f, bridge, in, keep);
    if (in)
        fdb_learn(port, in, f->eth.src, f->vid);
    if (f->eth.dst & BVS_MAC_MULTICAST)
        return egress_flood(packet, f, bridge, in, keep);
    to = fdb_lookup(bridge, f->eth.dst, f->vid);
    if (!to)
        return egress_flood(packet, f, bridge, in, keep);
    if (to == in)
        return drop(packet, BVS_DROP_SAME_PORT, in, in);
    return egress_unicast(packet, f, in, to, keep);
}

#endif
