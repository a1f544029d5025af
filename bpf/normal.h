/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* The action NORMAL at the tc hook: a learning switch with VLANs. */
#ifndef BVS_BPF_NORMAL_H
#define BVS_BPF_NORMAL_H

#include "bpf/bond.h"
#include "bpf/egress.h"
#include "bpf/fdb.h"
#include "bpf/multicast.h"
#include "bpf/reserved.h"

#define BROADCAST 0xffffffffffffULL

static __always_inline bool is_refused_address(const struct bvs_port_entry *port,
                                               const struct frame *f) {
    return f->eth.dst & BVS_MAC_MULTICAST && is_reserved_address(f->eth.dst) &&
           !(port->flags & BVS_PORT_FORWARD_BPDU);
}

/* Why it is not let in, where it comes from a member of a bond; BVS_DROP_N if it is. */
static __always_inline enum bvs_drop_reason
member_refusal(packet_t *packet, struct frame *f, const struct bvs_port_entry *port, __u32 in) {
    f->home = home_of(port, in);
    return port->flags & BVS_PORT_MEMBER ? bond_refusal(packet, f, in) : BVS_DROP_N;
}

/* Groups are looked up for what wears no customer's tag: they are the VLAN's own. */
static __always_inline bool is_snooped(const struct bvs_port_entry *port, const struct frame *f) {
    return port->flags & BVS_PORT_SNOOPED && f->eth.dst != BROADCAST && !f->customer_vid;
}

static __always_inline int forward_multicast(packet_t *packet, struct frame *f,
                                             const struct bvs_port_entry *port, __u32 in,
                                             __u16 bridge, bool keep) {
    int receivers = RECEIVERS_ALL;

    if (is_snooped(port, f))
        receivers = multicast_receivers(packet, in, bridge, f->vid, true);
    if (receivers == RECEIVERS_NONE)
        return TC_ACT_SHOT;
    f->receivers = receivers;
    return egress_flood(packet, f, bridge, in, keep);
}

/* `f` has its Ethernet header. `in` may be 0, a port that nothing is behind. `keep`: the packet
 * itself is needed afterwards, as it was. */
static __always_inline int forward_normal(packet_t *packet, struct frame *f,
                                          const struct bvs_port_entry *port, __u32 in, __u16 bridge,
                                          bool keep) {
    enum bvs_drop_reason refusal;
    __u32 to;

    if (!vlan_admit(port, in, f))
        return drop(packet, BVS_DROP_INPUT_VLAN, in, in);
    f->length = packet_length(packet) - (f->have.tpid ? 4 : 0);
    if (is_refused_address(port, f))
        return drop(packet, BVS_DROP_RESERVED_ADDRESS, in, in);
    refusal = member_refusal(packet, f, port, in);
    if (refusal != BVS_DROP_N)
        return drop(packet, refusal, in, in);
    if (f->eth.type == ETH_P_ARP && f->home == in)
        bond_lock(packet, f, bridge);
    if (fdb_is_off(port, f->vid))
        return egress_flood(packet, f, bridge, in, keep);
    if (in)
        fdb_learn(port, f->home, f->eth.src, f->vid);
    if (f->eth.dst & BVS_MAC_MULTICAST)
        return forward_multicast(packet, f, port, in, bridge, keep);
    to = fdb_lookup(bridge, f->eth.dst, f->vid);
    if (!to)
        return egress_flood(packet, f, bridge, in, keep);
    if (to == f->home)
        return drop(packet, BVS_DROP_SAME_PORT, in, in);
    return egress_unicast(packet, f, in, to, keep);
}

#endif
