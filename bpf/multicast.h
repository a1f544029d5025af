/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Which ports have a multicast frame in a bridge that snoops on IGMP and MLD, by the lists that the
 * daemon made of what hosts and routers said (maps/multicast.h), and the frames that say so. RFC
 * 4541, as Open vSwitch has it: reports go to routers, what asks for them and groups of the link go
 * everywhere, others to who wants them.
 */
#ifndef BVS_BPF_MULTICAST_H
#define BVS_BPF_MULTICAST_H

#include "bpf/protocol.h"

/* Instead of a list's place. */
#define RECEIVERS_ALL 0
#define RECEIVERS_NONE (-1) /* the daemon has it, and nobody else is to */

#define IPPROTO_OF_PIM 103
#define V4_PREFIX (0xffffULL << 32)

struct multicast {
    struct bvs_multicast_key key;
    __u32 protocol; /* enum bvs_protocol, if the daemon is to be told */
    bool reports;
    bool local; /* for everybody on the link */
};

static __always_inline void igmp_read(packet_t *packet, __u32 at, struct multicast *m) {
    __u8 type = 0;

    bpf_skb_load_bytes(packet, at, &type, 1);
    m->local = true;
    m->reports = type == 0x12 || type == 0x16 || type == 0x17 || type == 0x22;
    if (m->reports || type == 0x11)
        m->protocol = BVS_PROTOCOL_IGMP;
}

static __always_inline bool multicast_read_ipv4(packet_t *packet, __u32 at, struct multicast *m) {
    __u8 ip[20];
    __u32 to;

    if (bpf_skb_load_bytes(packet, at, ip, sizeof(ip)))
        return false;
    to = load32(ip + 16);
    m->key.group_low = V4_PREFIX | to;
    m->local = to >> 8 == 0xe00000;
    if (ip[9] == IPPROTO_IGMP)
        igmp_read(packet, at + (ip[0] & 15) * 4, m);
    else if (ip[9] == IPPROTO_OF_PIM && m->local)
        m->protocol = BVS_PROTOCOL_IGMP;
    return true;
}

/* Messages of MLD have a header of hop-by-hop options in front of them. */
static __always_inline void mld_read(packet_t *packet, __u32 at, struct multicast *m) {
    __u8 options[2], type = 0;

    if (bpf_skb_load_bytes(packet, at, options, sizeof(options)) || options[0] != IPPROTO_ICMPV6)
        return;
    bpf_skb_load_bytes(packet, at + (options[1] + 1) * 8, &type, 1);
    m->reports = type == 131 || type == 132 || type == 143;
    if (m->reports || type == 130)
        m->protocol = BVS_PROTOCOL_MLD;
}

static __always_inline bool multicast_read_ipv6(packet_t *packet, __u32 at, struct multicast *m) {
    __u8 ip[40];

    if (bpf_skb_load_bytes(packet, at, ip, sizeof(ip)))
        return false;
    m->key.group_high = load64(ip + 24);
    m->key.group_low = load64(ip + 32);
    m->local = m->key.group_high == 0xff02ULL << 48 && m->key.group_low == 1;
    if (ip[6] == IPPROTO_HOPOPTS)
        mld_read(packet, at + sizeof(ip), m);
    else if (ip[6] == IPPROTO_OF_PIM && m->key.group_high == 0xff02ULL << 48)
        m->protocol = BVS_PROTOCOL_MLD;
    return true;
}

static __always_inline bool multicast_read(packet_t *packet, struct multicast *m) {
    struct ethernet eth = {};

    if (!read_ethernet(packet, &eth))
        return false;
    if (eth.type == ETH_P_IP)
        return multicast_read_ipv4(packet, eth.payload, m);
    return eth.type == ETH_P_IPV6 && multicast_read_ipv6(packet, eth.payload, m);
}

static __always_inline __u32 multicast_list(const struct bvs_multicast_key *key) {
    const __u32 *first = bpf_map_lookup_elem(&multicast_lists, key);

    return first ? *first : RECEIVERS_ALL;
}

/* The VLAN's own, or that of all that have none. */
static __always_inline __u32 multicast_list_of(__u32 kind, __u32 bridge, __u32 vid) {
    struct bvs_multicast_key key = {.bridge = bridge, .vid = BVS_EVERY_VLAN, .kind = kind};
    __u32 every = multicast_list(&key), own;

    if (every == RECEIVERS_ALL)
        return RECEIVERS_ALL;
    key.vid = vid;
    own = multicast_list(&key);
    return own == RECEIVERS_ALL ? every : own;
}

static __always_inline int multicast_reports_way(__u32 bridge, __u32 vid) {
    __u32 list = multicast_list_of(BVS_MULTICAST_REPORTS, bridge, vid);
    const struct bvs_receiver *first = bpf_map_lookup_elem(&receivers, &list);

    return list != RECEIVERS_ALL && first && !first->port ? RECEIVERS_NONE : list;
}

/* The place of the list, or one of the above. `tell`: the daemon is to be told. Global, so that the
 * verifier looks at it once. */
__noinline int multicast_receivers(packet_t *packet, __u32 in, __u32 bridge, __u32 vid,
                                   __u32 tell) {
    struct multicast m = {};
    __u32 list;

    if (!multicast_read(packet, &m))
        return RECEIVERS_ALL;
    if (m.protocol && tell)
        protocol_tell(packet, in, m.protocol, vid);
    if (m.reports)
        return multicast_reports_way(bridge, vid);
    if (m.local || m.protocol)
        return RECEIVERS_ALL;
    m.key.bridge = bridge;
    m.key.vid = vid;
    list = multicast_list(&m.key);
    return list == RECEIVERS_ALL ? multicast_list_of(BVS_MULTICAST_UNREGISTERED, bridge, vid)
                                 : list;
}

#endif
