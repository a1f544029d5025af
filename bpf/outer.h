/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Outer headers into values: Ethernet, IPv4 or IPv6, and Ethernet over GRE (RFC 2784, 2890),
 * ERSPAN, VXLAN (RFC 7348) or Geneve (RFC 8926). Pure functions over [begin, end), as in
 * bpf/parse.h.
 *
 * In two parts, as every packet of the host passes the first. It reads what tells whether the
 * packet can be for a tunnel: without tag, as what has one is for the host's VLAN netdev, and no
 * fragment, which the host puts together. Only the second one, for a packet to an address and port
 * of ours, finds that a packet is wrong.
 *
 * The checksums of UDP and GRE are not looked at: that would take a look at every byte, and what
 * they protect beyond the sums of the inner frame is the key, on links that have sums of their own.
 * So a frame with a sum of 0, which RFC 6935 and 7348 let pass, is as good as any.
 */
#ifndef BVS_BPF_OUTER_H
#define BVS_BPF_OUTER_H

#include "bpf/erspan.h"
#include "bpf/parse.h"

#define OUTER_BYTES 384 /* more than the longest, with an inner Ethernet and IP header */

#define ETHERNET_BRIDGED 0x6558 /* "transparent Ethernet bridging" */
#define GRE_CHECKSUM 0x8000
#define GRE_KEY 0x2000
#define GRE_SEQUENCE 0x1000
#define GRE_REFUSED 0x4c07 /* RFC 1701's routing, and versions: RFC 2784, 2.3 */
#define VXLAN_HAS_VNI 0x08
#define VXLAN_HAS_POLICY 0x80U /* draft-smith-vxlan-group-policy */
#define VXLAN_POLICY_FLAGS 0x48
#define GENEVE_OAM 0x80      /* a control message: RFC 8926, 3.4 */
#define GENEVE_CRITICAL 0x40 /* there are options that must be understood */

enum ecn { ECN_NOT_CAPABLE, ECN_CAPABLE_1, ECN_CAPABLE_0, ECN_CONGESTION };

/* Offsets are counted from the packet's begin. */
struct outer {
    struct bvs_tunnel_end to; /* with all its fields; precision is 0 */
    __u64 flags_and_policy;   /* as the flow's word has them */
    __u32 l4;
    __u32 ip_end; /* behind which there may be padding */
    __u32 at;     /* where the inner frame begins, and so far where the next header does */
    __u32 end;    /* where it ends */
    __u8 ip_proto;
    __u8 ecn;     /* enum ecn */
    __u8 summed;  /* there is a checksum */
    __u8 options; /* Geneve's, in front of the inner frame: bytes */
};

/* On the wire there are no addresses that would look like IPv4's among IPv6's; one that does is
 * none, which is nobody's. */
static __always_inline struct bvs_address load_address(const __u8 *p) {
    struct bvs_address a = {load64(p), load64(p + 8)};

    if (bvs_address_is_v4(&a))
        a.low = 0;
    return a;
}

/* Sums up the header, the sum in it included; what follows it, or null if a bit has been lost. */
static __always_inline const __u8 *sum_ipv4(const __u8 *p, const __u8 *end, __u32 words) {
    __u64 sum = 0;

    for (__u32 i = 0; i < 15; i++) {
        if (i == words)
            break;
        p = (const __u8 *)opaque((unsigned long)p);
        if (p + 4 > end)
            return 0;
        sum += load32(p);
        p += 4;
    }
    return sum % 0xffff ? 0 : p;
}

static __always_inline const __u8 *parse_outer_ipv4(const __u8 *p, const __u8 *end,
                                                    struct outer *o) {
    if (p + 20 > end || p[0] >> 4 != 4 || (p[0] & 0x0f) < 5 || load16(p + 6) & 0x3fff)
        return 0;
    o->to.remote = bvs_address_v4(load32(p + 12));
    o->to.local = bvs_address_v4(load32(p + 16));
    o->ip_end = ETH_HLEN + load16(p + 2);
    o->ip_proto = p[9];
    o->ecn = p[1] & 3;
    return sum_ipv4(p, end, p[0] & 0x0f);
}

static __always_inline const __u8 *parse_outer_ipv6(const __u8 *p, const __u8 *end,
                                                    struct outer *o) {
    if (p + 40 > end || p[0] >> 4 != 6)
        return 0;
    o->to.remote = load_address(p + 8);
    o->to.local = load_address(p + 24);
    o->ip_end = ETH_HLEN + 40 + load16(p + 4);
    o->ip_proto = p[6];
    o->ecn = p[1] >> 4 & 3;
    return p + 40;
}

static __always_inline bool parse_gre_protocol(const __u8 *p, const __u8 *end, struct outer *o) {
    __u16 protocol;

    if (p + 4 > end)
        return false;
    protocol = load16(p + 2);
    if (is_erspan(protocol))
        o->to.dst_port = protocol;
    return is_erspan(protocol) || protocol == ETHERNET_BRIDGED;
}

/* Up to the header that tells the tunnel's type. False: not a tunnel's. */
static __always_inline bool parse_carrier(const void *begin, const void *data_end,
                                          struct outer *o) {
    const __u8 *p = begin, *end = data_end;

    if (p + ETH_HLEN > end)
        return false;
    switch (load16(p + 12)) {
    case ETH_P_IP:
        p = parse_outer_ipv4(p + ETH_HLEN, end, o);
        break;
    case ETH_P_IPV6:
        p = parse_outer_ipv6(p + ETH_HLEN, end, o);
        break;
    default:
        return false;
    }
    if (!p)
        return false;
    o->l4 = p - (const __u8 *)begin;
    if (o->ip_proto == IPPROTO_GRE)
        return parse_gre_protocol(p, end, o);
    if (o->ip_proto != IPPROTO_UDP || p + 8 > end)
        return false;
    o->to.dst_port = load16(p + 2);
    return true;
}

/* All functions below return false for a header that is cut off, or wrong. */

static __always_inline bool parse_gre(const __u8 *p, const __u8 *end, struct outer *o) {
    __u32 flags, size = 4;

    if (p + 4 > end)
        return false;
    flags = load16(p);
    if (flags & GRE_REFUSED)
        return false;
    if (flags & GRE_CHECKSUM) {
        o->summed = true;
        size += 4;
    }
    if (flags & GRE_KEY) {
        if (p + size + 4 > end)
            return false;
        o->to.key = load32(p + size);
        size += 4;
    }
    if (flags & GRE_SEQUENCE)
        size += 4;
    o->at += size;
    if (o->to.type == BVS_TUNNEL_GRE)
        return true;
    o->at += erspan_bytes(o->to.dst_port);
    return flags & GRE_SEQUENCE && erspan_read(p + size, end, o->to.dst_port, &o->to.key);
}

/* All bits but these are to be ignored. */
static __always_inline bool parse_vxlan(const __u8 *p, const __u8 *end, struct outer *o) {
    if (p + 8 > end || !(p[0] & VXLAN_HAS_VNI))
        return false;
    o->to.key = load32(p + 4) >> 8;
    if (p[0] & VXLAN_HAS_POLICY)
        o->flags_and_policy = (__u64)load16(p + 2) << BVS_LOWEST_tunnel_gbp_id |
                              (__u64)(p[1] & VXLAN_POLICY_FLAGS) << BVS_LOWEST_tunnel_gbp_flags;
    o->at += 8;
    return true;
}

static __always_inline bool parse_geneve(const __u8 *p, const __u8 *end, struct outer *o) {
    if (p + 8 > end || p[0] >> 6 || load16(p + 2) != ETHERNET_BRIDGED)
        return false;
    o->to.key = load32(p + 4) >> 8;
    o->flags_and_policy = p[1] & GENEVE_OAM ? BVS_FLOW_TUNNEL_OAM : 0;
    o->options = (p[0] & 0x3f) * 4;
    o->at += 8 + o->options;
    return o->options || !(p[1] & GENEVE_CRITICAL);
}

/* Where `at` is. The mask is for the verifier: it is more than the longest. */
static __always_inline const __u8 *outer_at(const void *begin, const struct outer *o) {
    return (const __u8 *)begin + (READ_ONCE(o->at) & 511);
}

static __always_inline bool parse_udp(const __u8 *p, const __u8 *end, bool super, struct outer *o) {
    __u32 length;

    if (p + 8 > end)
        return false;
    length = load16(p + 4);
    if (!super) {
        if (length < 8 || o->at + length > o->end)
            return false;
        o->end = o->at + length;
    }
    o->summed = load16(p + 6) != 0;
    o->at += 8;
    return true;
}

/* From where parse_carrier stopped to the inner frame, of a packet of so many bytes. The lengths in
 * the headers of a super-frame mean nothing: those of its segments are yet to be written. */
static __always_inline bool parse_tunnel(const void *begin, const void *end, __u32 length,
                                         bool super, struct outer *o) {
    bool right;

    o->at = o->l4;
    o->end = super ? length : o->ip_end;
    if (o->end > length)
        return false;
    if (o->ip_proto == IPPROTO_GRE)
        right = parse_gre(outer_at(begin, o), end, o);
    else if (!parse_udp(outer_at(begin, o), end, super, o))
        right = false;
    else if (o->to.type == BVS_TUNNEL_VXLAN)
        right = parse_vxlan(outer_at(begin, o), end, o);
    else
        right = parse_geneve(outer_at(begin, o), end, o);
    return right && o->at <= o->end;
}

/* An address that nobody sends from: RFC 1122, 3.2.1.3, and RFC 4291, 2.5 and 2.7. */
static __always_inline bool is_martian(const struct bvs_address *a) {
    __u32 v4 = a->low;

    if (bvs_address_is_v4(a))
        return !v4 || v4 >> 24 == 127 || v4 >> 28 == 14 || v4 == 0xffffffff;
    return a->high >> 56 == 0xff || (!a->high && a->low <= 1);
}

/* The IP header of the inner frame. */
struct inner {
    __u32 at;     /* where it begins; 0: there is none, or not all of it */
    __u32 ip_end; /* as it says; where it begins if it is too long for that */
    __u16 first;  /* has the two bits of ECN in both versions */
    __u16 first_after;
    __u8 ipv6;
    __u8 ip_proto;
};

static __always_inline void parse_inner_ipv4(const __u8 *p, const __u8 *end, struct inner *i) {
    if (p + 20 > end)
        return;
    i->first = load16(p);
    i->ip_end = i->at + load16(p + 2);
    i->ip_proto = p[9];
}

static __always_inline void parse_inner_ipv6(const __u8 *p, const __u8 *end, struct inner *i) {
    if (p + 40 > end)
        return;
    i->ipv6 = true;
    i->first = load16(p);
    i->ip_end = i->at + (load16(p + 4) ? 40 + load16(p + 4) : 0);
    i->ip_proto = p[6];
}

/* `i` is zero before. */
static __always_inline void parse_inner(const void *begin, const void *end, const struct outer *o,
                                        struct inner *i) {
    const __u8 *frame = outer_at(begin, o), *p;
    struct bvs_vlan_tag none = {};
    struct ethernet eth = {};

    if (parse_ethernet(frame, end, none, &eth))
        return;
    p = frame + (READ_ONCE(eth.payload) & 31);
    i->at = p - (const __u8 *)begin;
    if (eth.type == ETH_P_IP)
        parse_inner_ipv4(p, end, i);
    else if (eth.type == ETH_P_IPV6)
        parse_inner_ipv6(p, end, i);
    if (!i->first)
        i->at = 0;
}

static __always_inline bool tells_congestion(const struct outer *o) {
    return o->ecn == ECN_CONGESTION || o->ecn == ECN_CAPABLE_1;
}

/* What congestion on the way makes of the inner header: RFC 6040, 4.2. False: the packet has to be
 * dropped, as its sender would not understand. */
static __always_inline bool merge_ecn(const struct outer *o, struct inner *i) {
    __u32 shift = i->ipv6 ? 4 : 0, ecn = i->first >> shift & 3;

    i->first_after = i->first;
    if (!i->at || !tells_congestion(o))
        return true;
    if (o->ecn == ECN_CONGESTION && ecn == ECN_NOT_CAPABLE)
        return false;
    if (o->ecn == ECN_CONGESTION || ecn == ECN_CAPABLE_0)
        i->first_after = (i->first & ~(3U << shift)) | (__u32)o->ecn << shift;
    return true;
}

/* Can the kernel cut the inner frame of a super-frame? It does not forget that there was a tunnel,
 * and behind UDP it would look for that. It may also have put together what came as several packets
 * for a tunnel; then the first one's header tells of less than there is. */
static __always_inline bool can_be_cut(const struct outer *o, const struct inner *i) {
    return i->at && i->ip_proto == IPPROTO_TCP && (i->ip_end == o->end || i->ip_end == i->at);
}

#endif
