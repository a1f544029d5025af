/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * A packet that came to an address of ours out of its outer header, if it is for a tunnel port.
 * What is for none is left to the host as it was.
 */
#ifndef BVS_BPF_UNWRAP_H
#define BVS_BPF_UNWRAP_H

#include "bpf/arrival.h"
#include "bpf/drop.h"
#include "bpf/gathered.h"
#include "bpf/outer.h"
#include "bpf/owner.h"

static __always_inline bool is_linear(const packet_t *packet, __u32 bytes) {
    return packet_end(packet) - packet_data(packet) >= (bytes < packet->len ? bytes : packet->len);
}

/* Pointers into the packet are stale afterwards. */
static __always_inline void pull_outer(packet_t *packet) {
    bpf_skb_pull_data(packet, packet->len < OUTER_BYTES ? packet->len : OUTER_BYTES);
}

/* Global functions, as in bpf/read.h. Most packets are none of ours, and stay as they are unless
 * they could be. */
__noinline int read_carrier(packet_t *packet, struct outer *o) {
    if (!o)
        return false;
    if (parse_carrier(packet_data(packet), packet_end(packet), o))
        return true;
    if (is_linear(packet, OUTER_BYTES) ||
        (o->ip_proto && o->ip_proto != IPPROTO_UDP && o->ip_proto != IPPROTO_GRE))
        return false;
    pull_outer(packet);
    return parse_carrier(packet_data(packet), packet_end(packet), o);
}

__noinline int read_tunnel(packet_t *packet, struct outer *o) {
    bool super = packet->gso_size;

    if (!o)
        return false;
    if (parse_tunnel(packet_data(packet), packet_end(packet), packet->len, super, o))
        return true;
    if (is_linear(packet, OUTER_BYTES))
        return false;
    pull_outer(packet);
    return parse_tunnel(packet_data(packet), packet_end(packet), packet->len, super, o);
}

/* Null: the packet is the host's. One with a tag is for the netdev of that VLAN, unless the tag has
 * but a priority. */
static __always_inline const struct bvs_listener *find_listener(packet_t *packet, struct outer *o) {
    if (packet->pkt_type == PACKET_OTHERHOST || packet_tag(packet).tci & VID_MASK ||
        !read_carrier(packet, o))
        return 0;
    return listener_of(o);
}

/* What matters of the inner header; most often that is nothing. */
__noinline int read_inner(packet_t *packet, const struct outer *o, struct inner *inner) {
    if (!o || !inner)
        return 0;
    if (!tells_congestion(o) && !packet->gso_size)
        return 0;
    if (!is_linear(packet, OUTER_BYTES))
        pull_outer(packet);
    parse_inner(packet_data(packet), packet_end(packet), o, inner);
    return 0;
}

static __always_inline int change_ecn(packet_t *packet, const struct inner *inner) {
    __u16 from = to_network16(inner->first), to = to_network16(inner->first_after);

    if (from == to)
        return 0;
    if (!inner->ipv6 && bpf_l3_csum_replace(packet, inner->at + 10, from, to, sizeof(to)))
        return -1;
    return bpf_skb_store_bytes(packet, inner->at, &to, sizeof(to),
                               inner->ipv6 ? BPF_F_RECOMPUTE_CSUM : 0);
}

/* What is beside the packet and behind it. */
static __always_inline int trim(packet_t *packet, const struct outer *o) {
    if (packet->vlan_present && bpf_skb_vlan_pop(packet))
        return -1;
    return packet->len > o->end ? bpf_skb_change_tail(packet, o->end, 0) : 0;
}

/*
 * The kernel takes bytes out behind the Ethernet header only, and leaves at least an IP header of
 * the outer family there. So the inner frame gets the outer one's place for its Ethernet header,
 * and if it is too short for that, spare VLAN tags, which can be taken off, fill the gap.
 */
static __always_inline __u32 spare_tags(const struct outer *o) {
    __u32 least = bvs_address_is_v4(&o->to.local) ? 20 : 40, has = o->end - o->at - ETH_HLEN;

    return has < least ? (least - has + 3) / 4 : 0;
}

static __always_inline bool load_ethernet(packet_t *packet, const struct outer *o, __u8 *link) {
    const __u8 *inner = outer_at(packet_data(packet), o);

    if (inner + ETH_HLEN > (const __u8 *)packet_end(packet))
        return !bpf_skb_load_bytes(packet, o->at, link, ETH_HLEN);
    copy_bytes(link, inner, ETH_HLEN);
    return true;
}

static __always_inline int store_ethernet(packet_t *packet, __u8 *link, __u32 spare) {
    __u8 tag[4] = {}, type[2] = {link[12], link[13]};

    if (spare)
        store16(link + 12, ETH_P_8021Q);
    if (bpf_skb_store_bytes(packet, 0, link, ETH_HLEN, 0))
        return -1;
    for (__u32 i = 0; i < MOST_SPARE_TAGS; i++) {
        if (i >= spare)
            break;
        store16(tag + 2, ETH_P_8021Q);
        if (i + 1 == spare)
            copy_bytes(tag + 2, type, sizeof(type));
        if (bpf_skb_store_bytes(packet, ETH_HLEN + 4 * i, tag, sizeof(tag), BPF_F_RECOMPUTE_CSUM))
            return -1;
    }
    return 0;
}

/* BPF_F_ADJ_ROOM_DECAP_L3_*, since Linux 6.3: the type is the other IP version's afterwards. */
#define TYPE_BECOMES_IPV4 (1ULL << 7)
#define TYPE_BECOMES_IPV6 (1ULL << 8)

static __always_inline __u64 other_version(const struct outer *o, __u16 type) {
    bool ipv4 = bvs_address_is_v4(&o->to.local);

    if (type == ETH_P_IP)
        return ipv4 ? 0 : TYPE_BECOMES_IPV4;
    return type == ETH_P_IPV6 && ipv4 ? TYPE_BECOMES_IPV6 : 0;
}

static __always_inline int shrink(packet_t *packet, __s32 bytes, __u64 flags) {
    return bpf_skb_adjust_room(packet, -bytes, BPF_ADJ_ROOM_MAC, BPF_F_ADJ_ROOM_FIXED_GSO | flags);
}

__noinline int take_off(packet_t *packet, const struct outer *o) {
    __u32 spare, bytes;
    __u8 link[ETH_HLEN];
    __u64 version;
    __u16 type;
    bool told;
    int error;

    if (!o)
        return -1;
    spare = spare_tags(o);
    bytes = o->at - 4 * spare;
    if (trim(packet, o) || !load_ethernet(packet, o, link))
        return -1;
    type = load16(link + 12);
    told = !spare && (type == ETH_P_IP || type == ETH_P_IPV6);
    version = told ? other_version(o, type) : 0;
    error = shrink(packet, bytes, version);
    if (error && version) { /* the kernel does not know the flag */
        told = false;
        error = shrink(packet, bytes, 0);
    }
    if (error || store_ethernet(packet, link, spare))
        return -1;
    /* Of UDP the port has told flows apart. */
    if (o->ip_proto == IPPROTO_GRE)
        bpf_set_hash_invalid(packet);
    return told || packet_tell_type(packet, spare) ? 0 : -1;
}

static __always_inline void fill_arrival(const struct outer *o, __u32 port,
                                         struct arrival *arrival) {
    arrival->left = o->ip_proto;
    arrival->summed = o->summed;
    arrival->tunnel_id = o->to.key;
    arrival_from(arrival, &o->to.remote, &o->to.local, understood(o, port));
}

/* Why the packet has to be dropped; BVS_DROP_N: it has not. */
static __always_inline enum bvs_drop_reason judge(packet_t *packet, const struct outer *o,
                                                  const struct owner *owner, bool right,
                                                  struct inner *inner) {
    if (owner->martian)
        return BVS_DROP_TUNNEL_MARTIAN;
    if (right) {
        read_inner(packet, o, inner);
        right = merge_ecn(o, inner);
    }
    if (!right)
        return BVS_DROP_TUNNEL_HEADER;
    return owner->port ? BVS_DROP_N : BVS_DROP_TUNNEL_KEY;
}

/* What rules of the port's bridge know of Geneve's options, of which there are some. False: the
 * packet has to be dropped. */
__noinline int unwrap_options(packet_t *packet, const struct outer *o, __u32 in,
                              struct arrival *arrival) {
    const struct bvs_port_entry *port = port_get(in);
    struct came_options *came = came_options_area();
    const struct bvs_tlv_table *table;
    __u32 bridge, bytes;

    if (!o || !arrival || !port || !came)
        return false;
    bridge = port->bridge;
    table = bpf_map_lookup_elem(&tlv_tables, &bridge);
    if (!table)
        return false;
    bytes = o->options;
    if (bpf_skb_load_bytes(packet, o->at - bytes, came->raw, ((bytes - 1) & (OPTION_AREA - 1)) + 1))
        return false;
    if (!options_read(table, came, bytes))
        return false;
    if (came->word[0])
        arrival->more |= MORE_OPTIONS;
    return true;
}

/* What XDP has taken out already; null: it has not. */
static __always_inline const struct gathered *find_gathered(const packet_t *packet) {
    const struct gathered *g = (const void *)(long)packet->data_meta;

    if ((const void *)(g + 1) > packet_data(packet) || g->mark != gathered_mark(packet->ifindex))
        return 0;
    return g;
}

/* False: there is no such port. */
static __always_inline bool fill_gathered(const struct gathered *g, struct arrival *arrival) {
    __u64 said = gathered_unpack(g->said);
    struct bvs_address remote, local;
    const struct bvs_tunnel *t;
    __u32 port = g->port;

    arrival->tunnel_id = g->key;
    if (!(g->said & GATHERED_IPV6)) {
        remote = bvs_address_v4(g->v4_remote);
        local = bvs_address_v4(g->v4_local);
    } else {
        local = g->v6_local;
        t = bpf_map_lookup_elem(&tunnels, &port);
        if (!t)
            return false;
        remote = t->remote;
    }
    arrival_from(arrival, &remote, &local, said);
    return true;
}

/* The port; 0: XDP has not taken the packet out. */
__noinline int unwrap_gathered(packet_t *packet, struct arrival *arrival) {
    const struct gathered *g = find_gathered(packet);
    __u32 port;

    if (!g || !arrival)
        return 0;
    port = g->port;
    return fill_gathered(g, arrival) ? port : 0;
}

/* The packet is in at *port afterwards, if that is not 0; else the verdict is for it. */
__noinline int unwrap(packet_t *packet, __u32 *port, struct arrival *arrival) {
    const struct bvs_listener *listener;
    enum bvs_drop_reason why;
    struct inner inner = {};
    struct owner owner;
    struct outer o = {};
    bool right;
    __u32 in;

    if (!port || !arrival)
        return TC_ACT_SHOT;
    *port = unwrap_gathered(packet, arrival);
    if (*port)
        return TC_ACT_OK;
    listener = find_listener(packet, &o);
    if (!listener)
        return TC_ACT_UNSPEC;
    o.to.type = listener->type;
    right = read_tunnel(packet, &o);
    if (!recall_owner(&o.to, listener->precisions, &owner))
        return TC_ACT_UNSPEC;
    why = judge(packet, &o, &owner, right, &inner);
    if (why == BVS_DROP_N && o.options && !unwrap_options(packet, &o, owner.port, arrival))
        why = BVS_DROP_TUNNEL_HEADER;
    if (why != BVS_DROP_N)
        return drop(packet, why, 0, 0);
    in = owner.port;
    if (o.end - o.at < ETH_HLEN) {
        count_rx(in, o.end - o.at);
        return drop(packet, BVS_DROP_RUNT, in, in);
    }
    if ((packet->gso_size && !can_be_cut(&o, &inner)) || change_ecn(packet, &inner) ||
        take_off(packet, &o)) {
        count_rx(in, o.end - o.at);
        return drop(packet, BVS_DROP_TUNNEL_UNWRAP, in, in);
    }
    if (packet->tc_index)
        packet->tc_index--; /* see wrap() */
    fill_arrival(&o, in, arrival);
    *port = in;
    return TC_ACT_OK;
}

#endif
