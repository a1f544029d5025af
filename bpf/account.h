/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Counts packets under their flow, for collectors (maps/account.h): as they come in at their
 * bridge, before any rule has changed them. Where a packet went is known only afterwards; its
 * control block keeps what is needed to put it down then.
 */
#ifndef BVS_BPF_ACCOUNT_H
#define BVS_BPF_ACCOUNT_H

#include "bpf/arrival.h"
#include "bpf/chunk.h"
#include "bpf/clock.h"
#include "bpf/given.h"
#include "bpf/once.h"
#include "bpf/output.h"
#include "bpf/port.h"
#include "bpf/read.h"
#include "bpf/segment.h"

static __always_inline struct accounting *accounting_area(void) {
    struct under_way *area = under_way_area();

    return area ? &area->accounting : 0;
}

#define TOS_WITHOUT_ECN 0xfc

static __always_inline void account_addresses(struct bvs_account_key *key,
                                              const struct bvs_flow *flow) {
    if (bvs_flow_get(flow, eth_type) == ETH_P_IPV6) {
        key->src[0] = flow->word[BVS_WORD_ipv6_src_high];
        key->src[1] = flow->word[BVS_WORD_ipv6_src_low];
        key->dst[0] = flow->word[BVS_WORD_ipv6_dst_high];
        key->dst[1] = flow->word[BVS_WORD_ipv6_dst_low];
        return;
    }
    key->src[0] = key->dst[0] = 0;
    key->src[1] = bvs_flow_get(flow, ipv4_src);
    key->dst[1] = bvs_flow_get(flow, ipv4_dst);
}

static __always_inline void account_key(struct bvs_account_key *key, const struct bvs_flow *flow,
                                        __u32 bridge, __u32 ofport) {
    account_addresses(key, flow);
    key->transport = (flow->word[BVS_WORD_tp_src] & 0xffffffff) |
                     bvs_flow_get(flow, ip_proto) << 32 |
                     (bvs_flow_get(flow, ip_tos) & TOS_WITHOUT_ECN) << 40 | (__u64)bridge << 48;
    key->eth_dst = bvs_flow_get(flow, eth_dst) | (__u64)ofport << 48;
    key->eth_src = bvs_flow_get(flow, eth_src) | bvs_flow_get(flow, vlan_tci) << 48;
    key->network = bvs_flow_get(flow, eth_type) | bvs_flow_get(flow, ipv6_label) << 16 |
                   bvs_flow_get(flow, vlan_tpid) << 48;
    key->tunnel_id = flow->word[BVS_WORD_tunnel_id];
    key->tunnel_ends = flow->word[BVS_WORD_tunnel_src];
}

/* What the IP header of a single packet says of its length, as far as that can be. */
static __always_inline __u32 account_ip_length(packet_t *packet, bool ipv6, __u32 l3, __u32 most) {
    const __u8 *ip = packet_data(packet) + (l3 & 0xff);
    __u32 length;

    if (ip + 6 > (const __u8 *)packet_end(packet))
        return 0;
    length = ipv6 ? load16(ip + 4) + 40U : load16(ip + 2);
    return length < most ? length : most;
}

static __always_inline void account_measure(packet_t *packet, __u32 type, __u32 l3,
                                            struct bvs_account_counts *counts) {
    __u32 bytes = packet_length(packet), segments = 1, headers, link;

    if (packet->gso_size) {
        headers = segment_headers(packet);
        if (bytes > headers)
            segments = (bytes - headers + packet->gso_size - 1) / packet->gso_size;
        bytes += (segments - 1) * headers;
    }
    counts->packets = segments;
    counts->bytes = bytes;
    counts->ip_bytes = 0;
    if (type != ETH_P_IP && type != ETH_P_IPV6)
        return;
    link = l3 + (packet->vlan_present ? 4 : 0);
    if (segments > 1)
        counts->ip_bytes = bytes - segments * link;
    else
        counts->ip_bytes = account_ip_length(packet, type == ETH_P_IPV6, l3, bytes - link);
}

static __always_inline struct bvs_account_set *account_set(__u32 index) {
    __u32 chunk = (index >> BVS_ACCOUNT_SHIFT) + bpf_get_smp_processor_id() * BVS_ACCOUNT_CHUNKS;

    return chunk_get(&accounts, chunk, index & ((1 << BVS_ACCOUNT_SHIFT) - 1));
}

static __always_inline bool account_equal(const struct bvs_account_key *a,
                                          const struct bvs_account_key *b) {
    const __u64 *x = a->src, *y = b->src;
    __u64 differing = 0;

#pragma clang loop unroll(full)
    for (__u32 i = 0; i < sizeof(*a) / sizeof(*x); i++)
        differing |= x[i] ^ y[i];
    return !differing;
}

/* The flow's place in the set, or a free one that it now has; BVS_ACCOUNT_WAYS: there is none. */
static __always_inline __u32 account_way(struct bvs_account_set *set, __u32 tag,
                                         const struct bvs_account_key *key) {
    __u32 free = BVS_ACCOUNT_WAYS;

#pragma clang loop unroll(full)
    for (__u32 way = 0; way < BVS_ACCOUNT_WAYS; way++) {
        __u32 hash = READ_ONCE(set->tag[way].hash);

        if (hash == tag && account_equal(&set->way[way].key, key))
            return way;
        if (!hash)
            free = way;
    }
    if (free < BVS_ACCOUNT_WAYS) {
        set->way[free].key = *key;
        barrier();
        WRITE_ONCE(set->tag[free].hash, tag);
    }
    return free;
}

/* A packet that there is no room for in the table. */
static __always_inline void account_alone(struct bvs_account_info *info, struct accounting *a,
                                          __u32 in, __u32 tcp_flags) {
    struct bvs_flow_event *event = bpf_ringbuf_reserve(&flow_events, sizeof(*event), 0);

    if (!event) {
        __sync_fetch_and_add(&info->lost_packets, a->counts.packets);
        __sync_fetch_and_add(&info->lost_bytes, a->counts.bytes);
        return;
    }
    event->kind = BVS_FLOW_EVENT_COUNT;
    event->port = in;
    event->length = a->counts.bytes;
    event->captured = 0;
    event->tcp_flags = tcp_flags;
    event->time = clock_coarse();
    event->counts = a->counts;
    event->key = a->key;
    bpf_ringbuf_submit(event, 0);
}

/* What is counted is written before how often, so that who reads that first misses no byte. */
static __always_inline void account_add(struct bvs_account *e, struct bvs_account_tag *tag,
                                        const struct bvs_account_counts *counts, __u32 tcp_flags) {
    __u64 now = clock_coarse();

    WRITE_ONCE(e->counts.ip_bytes, e->counts.ip_bytes + counts->ip_bytes);
    WRITE_ONCE(e->counts.bytes, e->counts.bytes + counts->bytes);
    WRITE_ONCE(e->counts.packets, e->counts.packets + counts->packets);
    WRITE_ONCE(e->last, now);
    if (!READ_ONCE(e->first))
        WRITE_ONCE(e->first, now);
    if (tcp_flags & ~(__u32)READ_ONCE(tag->tcp_flags))
        WRITE_ONCE(tag->tcp_flags, READ_ONCE(tag->tcp_flags) | tcp_flags);
}

/* The packet of which the area has all. */
static __always_inline void account_count(packet_t *packet, struct accounting *a, __u32 in,
                                          __u32 tcp_flags) {
    __u32 first = 0, index, way;
    struct bvs_account_info *info = bpf_map_lookup_elem(&account_info, &first);
    __u64 hash = bvs_account_hash(&a->key, given.seed);
    struct bvs_account_set *set;

    if (!info)
        return;
    index = bvs_account_set_of(hash, READ_ONCE(info->sets));
    set = account_set(index);
    way = set ? account_way(set, bvs_account_tag_of(hash), &a->key) : BVS_ACCOUNT_WAYS;
    if (!set || way >= BVS_ACCOUNT_WAYS) {
        account_alone(info, a, in, tcp_flags);
        return;
    }
    account_add(&set->way[way], &set->tag[way], &a->counts, tcp_flags);
    packet->cb[CB_KNOWN] = set->tag[way].output;
    packet->cb[CB_ACCOUNT] = index * BVS_ACCOUNT_WAYS + way + 1;
}

/* A packet with this flow and these headers came in at the port. Global, so that the verifier looks
 * at it once. */
__noinline int account(packet_t *packet, const struct bvs_flow *flow, const struct headers *at,
                       __u32 in) {
    const struct bvs_port_entry *port = port_get(in);
    struct accounting *a = accounting_area();

    if (!port || !a || !flow || !at)
        return 0;
    account_key(&a->key, flow, port->bridge, port->ofport);
    account_measure(packet, bvs_flow_get(flow, eth_type), at->l3, &a->counts);
    account_count(packet, a, in, bvs_flow_get(flow, tcp_flags));
    return 0;
}

static __always_inline void account_read(packet_t *packet, struct accounting *a) {
    if (read_flow(packet, &a->flow, &a->at, 0)) {
        packet_pull(packet);
        read_flow(packet, &a->flow, &a->at, 0);
    }
}

#define IPV4_BYTES 20
#define TCP_BYTES 20

/* What most packets are, TCP and UDP over IPv4, at a third of the price: the same key as
 * account_key() makes of their flow. False: it is something else. */
static __always_inline bool account_read_ipv4(packet_t *packet, struct bvs_account_key *key,
                                              const struct bvs_port_entry *port, __u32 *tcp_flags) {
    const __u8 *data = packet_data(packet), *ip = data + ETH_HLEN, *l4 = ip + IPV4_BYTES;
    struct bvs_vlan_tag tag = packet_tag(packet);

    if (l4 + TCP_BYTES > (const __u8 *)packet_end(packet) || load16(data + 12) != ETH_P_IP ||
        ip[0] != 0x45 || load16(ip + 6) & 0x3fff || (ip[9] != IPPROTO_TCP && ip[9] != IPPROTO_UDP))
        return false;
    key->src[0] = key->dst[0] = 0;
    key->src[1] = load32(ip + 12);
    key->dst[1] = load32(ip + 16);
    key->transport = load16(l4) | (__u64)load16(l4 + 2) << 16 | (__u64)ip[9] << 32 |
                     (__u64)(ip[1] & TOS_WITHOUT_ECN) << 40 | (__u64)port->bridge << 48;
    key->eth_dst = load48(data) | (__u64)port->ofport << 48;
    key->eth_src = load48(data + 6) | tag_field(tag) << 48;
    key->network = ETH_P_IP | (__u64)tag.tpid << 48;
    *tcp_flags = ip[9] == IPPROTO_TCP ? load16(l4 + 12) & 0x0fff : 0;
    return true;
}

/* The same where no rule is looked up, and so nothing of the flow is known yet. */
__noinline int account_normal(packet_t *packet, __u32 in, const struct arrival *arrival) {
    const struct bvs_port_entry *port = port_get(in);
    struct accounting *a = accounting_area();
    __u32 type = ETH_P_IP, l3 = ETH_HLEN, tcp_flags = 0;

    if (!port || !a || !arrival)
        return 0;
    if (!account_read_ipv4(packet, &a->key, port, &tcp_flags)) {
        account_read(packet, a);
        account_key(&a->key, &a->flow, port->bridge, port->ofport);
        type = bvs_flow_get(&a->flow, eth_type);
        tcp_flags = bvs_flow_get(&a->flow, tcp_flags);
        l3 = a->at.l3;
    }
    a->key.tunnel_id = arrival->tunnel_id;
    a->key.tunnel_ends = arrival->tunnel_src | (__u64)arrival->tunnel_dst << 32;
    account_measure(packet, type, l3, &a->counts);
    account_count(packet, a, in, tcp_flags);
    return 0;
}

__noinline int account_output(packet_t *packet) {
    __u32 place = packet->cb[CB_ACCOUNT] - 1;
    struct bvs_account_set *set = account_set(place / BVS_ACCOUNT_WAYS);

    if (set)
        WRITE_ONCE(set->tag[place % BVS_ACCOUNT_WAYS].output, packet->cb[CB_OUTPUT]);
    return 0;
}

/* The packet has left its bridge. */
static __always_inline void account_end(packet_t *packet) {
    if (packet->cb[CB_ACCOUNT] && packet->cb[CB_OUTPUT] != packet->cb[CB_KNOWN])
        account_output(packet);
}

#endif
