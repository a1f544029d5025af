/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Which VLAN a frame belongs to, who may have it, and which tag it wears there: the five modes of
 * Port.vlan_mode (ovs-vswitchd.conf.db(5)) as three questions.
 *
 * A frame in the bridge is a body in a VLAN. `have` is the tag that stands on the frame in place of
 * its VLAN: the outer tag, or none where the VLAN comes from the port. Through a dot1q-tunnel port
 * the customer's own tag is part of the body.
 */
#ifndef BVS_BPF_VLAN_H
#define BVS_BPF_VLAN_H

#include "bpf/parse.h"
#include "maps/maps.bpf.h"

/* Without holes, since global functions are given it. */
struct frame {
    struct ethernet eth;
    __u16 vid;                   /* the VLAN in the bridge; 0: untagged */
    __u16 customer_vid;          /* of the tag inside it */
    struct bvs_vlan_tag service; /* the tag for it where it has to wear one */
    struct bvs_vlan_tag have;
    __u32 length; /* of the body: the same at every port, whatever tag it wears there */
    __u16 deep;   /* the kernel takes for its network header what is behind the frame's */
    __u16 level;  /* of the scratch area that has its flow, + 1; 0: it has been through no rule */
    __u32 home;   /* the port that it came in at, of a member its bond: it does not go back there */
    __u32 receivers; /* the list that a flood of it is for; 0: for everybody */
};

static __always_inline bool vlan_in(const struct bvs_vlan_bitmap *vlans, __u16 vid) {
    return vlans && vlans->word[vid >> 6 & (BVS_VLANS / 64 - 1)] >> (vid & 63) & 1;
}

/* VLANs (for a tunnel port: customer VLANs) that a port with a list lets through. */
static __always_inline bool vlan_passes_list(const struct bvs_port_entry *port, __u32 number,
                                             __u16 vid) {
    if (!(port->vlan_flags & BVS_VLAN_LISTED))
        return true;
    return vlan_in(bpf_map_lookup_elem(&port_vlans, &number), vid);
}

/* Assigns the frame to its VLAN; false if the port does not let it in. */
static __always_inline bool vlan_admit(const struct bvs_port_entry *port, __u32 number,
                                       struct frame *f) {
    __u16 vid = f->eth.outer.tci & VID_MASK;

    f->vid = vid;
    f->customer_vid = f->eth.inner.tci & VID_MASK;
    f->have = f->eth.outer;
    f->service = f->eth.outer;
    if (!f->service.tpid)
        f->service.tpid = ETH_P_8021Q;
    switch (port->vlan_mode) {
    case BVS_VLAN_ACCESS:
        if (vid)
            return false;
        break;
    case BVS_VLAN_DOT1Q_TUNNEL:
        if (!vlan_passes_list(port, number, vid))
            return false;
        f->customer_vid = vid;
        f->have.tpid = f->have.tci = 0;
        f->service.tpid = port->tunnel_tpid;
        f->service.tci = 0;
        break;
    case BVS_VLAN_NATIVE_TAGGED:
    case BVS_VLAN_NATIVE_UNTAGGED:
        if (!vid)
            break;
        return vlan_passes_list(port, number, vid);
    default:
        return vlan_passes_list(port, number, vid);
    }
    f->vid = port->tag;
    f->service.tci = (f->service.tci & ~VID_MASK) | port->tag;
    return true;
}

/* May the frame leave through this port? */
static __always_inline bool vlan_carries(const struct bvs_port_entry *port, __u32 number,
                                         const struct frame *f) {
    switch (port->vlan_mode) {
    case BVS_VLAN_ACCESS:
        return f->vid == port->tag && !f->customer_vid;
    case BVS_VLAN_DOT1Q_TUNNEL:
        return f->vid == port->tag && vlan_passes_list(port, number, f->customer_vid);
    case BVS_VLAN_NATIVE_TAGGED:
    case BVS_VLAN_NATIVE_UNTAGGED:
        return f->vid == port->tag || vlan_passes_list(port, number, f->vid);
    default:
        return vlan_passes_list(port, number, f->vid);
    }
}

/* The tag it has to wear on the way out of a port that carries it. */
static __always_inline struct bvs_vlan_tag vlan_wanted(const struct bvs_port_entry *port,
                                                       const struct frame *f) {
    struct bvs_vlan_tag tag = f->service;
    bool bare = !f->vid || port->vlan_mode == BVS_VLAN_ACCESS ||
                port->vlan_mode == BVS_VLAN_DOT1Q_TUNNEL ||
                (port->vlan_mode == BVS_VLAN_NATIVE_UNTAGGED && f->vid == port->tag);

    if (!bare)
        return tag;
    tag.tci &= ~VID_MASK;
    /* A frame without VLAN may still carry its priority, if the port wants that. A customer's
     * frame leaves a tunnel as it came. */
    if (port->vlan_mode != BVS_VLAN_DOT1Q_TUNNEL &&
        (port->priority_tags == BVS_PRIORITY_TAGS_ALWAYS ||
         (port->priority_tags == BVS_PRIORITY_TAGS_IF_NONZERO && tag.tci >> 13))) {
        tag.tpid = ETH_P_8021Q;
        return tag;
    }
    tag.tpid = tag.tci = 0;
    return tag;
}

static __always_inline bool same_tag(struct bvs_vlan_tag a, struct bvs_vlan_tag b) {
    return a.tpid == b.tpid && a.tci == b.tci;
}

#endif
