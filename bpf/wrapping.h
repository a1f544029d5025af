/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The header that a frame gets in front of it in a tunnel, in the making: what it is made of, the
 * flow's part and the frame's.
 */
#ifndef BVS_BPF_WRAPPING_H
#define BVS_BPF_WRAPPING_H

#include "bpf/erspan.h"
#include "bpf/options.h"
#include "bpf/packet_tc.h"
#include "bpf/read.h"
#include "bpf/route.h"
#include "bpf/scratch.h"
#include "bpf/segment.h"

#define IPV4_BYTES 20
#define IPV6_BYTES 40
#define VXLAN_BYTES 8                      /* Geneve's header is as long, without options */
#define MOST_WRAP_BYTES OPTION_HEADER_AREA /* outer and inner link header, and all in between */
#define IPV4_DF 0x4000

/* Flows of RFC 6056's range, as the kernel has them. */
#define FIRST_SOURCE_PORT 32768
#define SOURCE_PORTS 28232

/* A header in the making, and what it is made of. */
struct wrapping {
    struct option_header header;
    struct way way;
    struct ethernet eth; /* of the frame */
    __u64 key;
    __u64 flags_and_policy; /* as the flow's word has them */
    __u32 frame;            /* bytes, with all tags: they come inside */
    __u32 ip;               /* bytes of the outer IP header */
    __u32 tunnel;           /* of what is between that and the frame */
    __u32 link;             /* of the inner link header, if it is written anew */
    __u32 hash;             /* of the frame's flow */
    __u32 segment;          /* bytes of the frame, or of a super-frame's largest segment */
    __u32 options;          /* bytes of Geneve's */
    __u8 ip_bytes;          /* of the frame's IP header, which has these; 0: it has none */
    __u8 protocol;
    __u8 tos;
    __u8 ttl;
    __u8 left;   /* as in struct arrival */
    __u8 summed; /* the header has a checksum */
    __u32 port;  /* that it leaves by */
};

/* What came of it, and if its way does not take so much, what that does. */
struct wrapped {
    int verdict;
    __u32 mtu;
};

/* Ends as the flow has them: those of IPv4 if it has both, as in Open vSwitch. */
static __always_inline struct bvs_address flow_address(bool v4, __u32 address, const __u64 *ipv6) {
    struct bvs_address none = {}, a = {ipv6[0], ipv6[1]};

    if (!v4)
        return a;
    return address ? bvs_address_v4(address) : none;
}

/* False: it has none to send to, or none of the local one's family. */
static __always_inline bool wrap_flow_ends(struct destination *to, const struct bvs_tunnel *t,
                                           const struct bvs_flow *flow) {
    bool v4 = bvs_flow_get(flow, tunnel_dst);

    to->remote = flow_address(v4, bvs_flow_get(flow, tunnel_dst),
                              &flow->word[BVS_WORD_tunnel_ipv6_dst_high]);
    if (t->flags & BVS_TUNNEL_LOCAL_FLOW)
        to->local = flow_address(v4, bvs_flow_get(flow, tunnel_src),
                                 &flow->word[BVS_WORD_tunnel_ipv6_src_high]);
    if (bvs_address_is_none(&to->remote))
        return false;
    return bvs_address_is_none(&to->local) ||
           bvs_address_is_v4(&to->local) == bvs_address_is_v4(&to->remote);
}

/* False: the flow should say where to, and does not. */
static __always_inline bool wrap_ends(struct wrapping *w, const struct bvs_tunnel *t,
                                      const struct scratch *s) {
    w->way.to.remote = t->remote;
    w->way.to.local = t->local;
    w->key = t->key;
    w->flags_and_policy = s ? s->shown.word[BVS_WORD_tunnel_flags] : 0;
    if (t->flags & BVS_TUNNEL_KEY_OUT_FLOW)
        w->key = s ? bvs_flow_get(&s->shown, tunnel_id) : 0;
    if (t->type == BVS_TUNNEL_ERSPAN)
        w->key &= ERSPAN_SESSION;
    return !(t->flags & BVS_TUNNEL_REMOTE_FLOW) || (s && wrap_flow_ends(&w->way.to, t, &s->shown));
}

static __always_inline __u32 hash_ipv4(const __u8 *ip, __u32 ports) {
    return bvs_hash_finish(bvs_hash_word(0, load64(ip + 12)) +
                           bvs_hash_word(1, (__u64)ports << 8 | ip[9])) >>
           32;
}

static __always_inline __u32 hash_ipv6(const __u8 *ip, __u32 ports) {
    __u64 hash = bvs_hash_word(0, load64(ip + 8)) + bvs_hash_word(1, load64(ip + 16)) +
                 bvs_hash_word(2, load64(ip + 24)) + bvs_hash_word(3, load64(ip + 32));

    return bvs_hash_finish(hash + bvs_hash_word(4, (__u64)ports << 8 | ip[6])) >> 32;
}

static __always_inline __u32 hash_ethernet(const struct ethernet *eth) {
    return bvs_hash_finish(bvs_hash_word(0, eth->dst) + bvs_hash_word(1, eth->src)) >> 32;
}

static __always_inline const __u8 *wrap_payload(const void *begin, const struct wrapping *w) {
    return (const __u8 *)begin + (READ_ONCE(w->eth.payload) & 31);
}

/* Both return false if not all of it is there. The hash is of the addresses, and of the ports if
 * each packet has them: all fragments of one have the same. */
static __always_inline bool wrap_read_ipv4(const void *begin, const __u8 *end, struct wrapping *w) {
    const __u8 *ip = wrap_payload(begin, w), *l4;
    bool ports;

    if (ip + IPV4_BYTES > end)
        return false;
    w->ip_bytes = (ip[0] & 0x0f) * 4;
    w->tos = ip[1];
    w->ttl = ip[8];
    w->protocol = ip[9];
    ports = has_ports(ip[9]) && !(load16(ip + 6) & 0x3fff);
    l4 = ip + w->ip_bytes;
    w->hash = hash_ipv4(ip, ports && l4 + 4 <= end ? load32(l4) : 0);
    return !ports || l4 + 4 <= end;
}

static __always_inline bool wrap_read_ipv6(const void *begin, const __u8 *end, struct wrapping *w) {
    const __u8 *ip = wrap_payload(begin, w), *l4 = ip + IPV6_BYTES;
    bool ports;

    if (l4 > end)
        return false;
    w->ip_bytes = IPV6_BYTES;
    w->tos = load16(ip) >> 4;
    w->ttl = ip[7];
    w->protocol = ip[6];
    ports = has_ports(ip[6]);
    w->hash = hash_ipv6(ip, ports && l4 + 4 <= end ? load32(l4) : 0);
    return !ports || l4 + 4 <= end;
}

static __always_inline bool wrap_read_ip(packet_t *packet, struct wrapping *w) {
    const __u8 *begin = packet_data(packet), *end = packet_end(packet);

    return w->eth.type == ETH_P_IP     ? wrap_read_ipv4(begin, end, w)
           : w->eth.type == ETH_P_IPV6 ? wrap_read_ipv6(begin, end, w)
                                       : true;
}

/* What the frame says of itself. */
static __always_inline void wrap_read(packet_t *packet, struct wrapping *w) {
    __u32 l4;

    w->ip_bytes = w->tos = w->ttl = 0;
    w->frame = w->segment = packet_length(packet);
    if (!read_ethernet(packet, &w->eth))
        w->eth.type = 0;
    w->hash = hash_ethernet(&w->eth);
    if (!wrap_read_ip(packet, w)) {
        packet_pull(packet);
        wrap_read_ip(packet, w);
    }
    if (!packet->gso_size || !w->ip_bytes)
        return;
    l4 = w->eth.payload + w->ip_bytes;
    w->segment =
        w->frame - packet->len + l4 + segment_header(packet, l4, w->protocol) + packet->gso_size;
}

#endif
