/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Tunnels: what is put in front of a frame that is sent to a tunnel port (RFC 2784 and 2890, 7348,
 * 8926), and which port a frame belongs to that comes out of one. Part of maps/abi.h, whose rules
 * hold here too.
 *
 * Addresses of both families are 128 bits in host order, IPv4 as ::ffff:a.b.c.d (RFC
 * 4291, 2.5.5.2); all zeros is none.
 *
 * Ports without netdev, patch and tunnel ports, have the onward device's ifindex. A packet whose
 * only receiver is such a port stays in the program that it came to. A copy for one is sent to the
 * onward device, at whose egress bvs_onward does the same; the sender leaves in the CPU's `onward`
 * which port it is for, as a redirect runs that program before it returns.
 */
#ifndef BVS_MAPS_TUNNEL_H
#define BVS_MAPS_TUNNEL_H

#include <linux/types.h>

#define BVS_MAX_LISTENERS 256
#define BVS_MAX_LOCAL_ADDRESSES 4096
#define BVS_MAX_GATHERERS 256

struct bvs_address {
    __u64 high;
    __u64 low;
};
BVS_ASSERT_LAYOUT(struct bvs_address, 16);

#define BVS_ADDRESS_V4_PREFIX 0xffff00000000ULL

static inline struct bvs_address bvs_address_v4(__u32 v4) {
    struct bvs_address a = {0, BVS_ADDRESS_V4_PREFIX | v4};

    return a;
}
static inline int bvs_address_is_v4(const struct bvs_address *a) {
    return !a->high && a->low >> 32 == BVS_ADDRESS_V4_PREFIX >> 32;
}
static inline int bvs_address_is_none(const struct bvs_address *a) {
    return !(a->high | a->low);
}

enum bvs_tunnel_type {
    BVS_TUNNEL_GRE = 1, /* Ethernet over GRE */
    BVS_TUNNEL_VXLAN,
    BVS_TUNNEL_GENEVE,
    BVS_TUNNEL_ERSPAN, /* Ethernet over GRE as well, of mirrors */
};

/* GRE's protocol is what a UDP port is to the others, of ERSPAN: by which versions are told apart.
 */
#define BVS_ERSPAN_1 0x88be
#define BVS_ERSPAN_2 0x22eb

enum bvs_tunnel_flags {
    BVS_TUNNEL_IPV6 = 1 << 0,         /* the outer family, where `remote` does not tell */
    BVS_TUNNEL_KEY_OUT = 1 << 1,      /* GRE: frames carry a key (the others always do) */
    BVS_TUNNEL_KEY_OUT_FLOW = 1 << 2, /* the key is the flow's tunnel_id */
    BVS_TUNNEL_REMOTE_FLOW = 1 << 3,  /* the remote address is the flow's */
    BVS_TUNNEL_LOCAL_FLOW = 1 << 4,   /* the local one is the flow's, if it has one */
    BVS_TUNNEL_CSUM = 1 << 5,         /* a checksum in the GRE or UDP header */
    BVS_TUNNEL_DF = 1 << 6,
    BVS_TUNNEL_TOS_INHERIT = 1 << 7,
    BVS_TUNNEL_TTL_INHERIT = 1 << 8,
    BVS_TUNNEL_GBP = 1 << 9,       /* VXLAN: a group policy comes and goes with the frame */
    BVS_TUNNEL_SEQUENCE = 1 << 10, /* GRE and ERSPAN: frames are numbered */
};

/* How a tunnel port wraps; of a port that is none, type is 0. One cache line. */
struct bvs_tunnel {
    struct bvs_address remote;
    struct bvs_address local; /* none: as source_addresses says */
    __u64 key;                /* of frames that are sent */
    __u16 flags;              /* enum bvs_tunnel_flags */
    __u16 dst_port;           /* UDP, or of ERSPAN */
    __u8 type;                /* enum bvs_tunnel_type */
    __u8 tos;                 /* the two bits of ECN are 0 */
    __u8 ttl;                 /* never 0 */
    __u8 reserved8;
    __u32 mark;   /* egress_pkt_mark */
    __u32 erspan; /* the last word of its header */
    __u32 reserved[2];
};
BVS_ASSERT_LAYOUT(struct bvs_tunnel, 64);

/*
 * The port of a frame that came in: tried in the order of falling precision, a bit of
 * bvs_listener.precisions each, as Open vSwitch does: a fixed key goes before the flow's, then a
 * fixed remote address, then a fixed local one. Fields that a precision leaves to the flow are 0.
 */
#define BVS_PRECISIONS 8
enum bvs_precision {
    BVS_PRECISION_ANY_LOCAL = 1 << 0,
    BVS_PRECISION_ANY_REMOTE = 1 << 1,
    BVS_PRECISION_ANY_KEY = 1 << 2,
};

struct bvs_tunnel_end {
    struct bvs_address remote;
    struct bvs_address local;
    __u64 key;      /* 0 as well of GRE frames without one */
    __u16 dst_port; /* UDP, or of ERSPAN; 0 of GRE */
    __u8 type;
    __u8 precision; /* enum bvs_precision, or-ed */
    __u32 reserved;
};
BVS_ASSERT_LAYOUT(struct bvs_tunnel_end, 48);

/* What comes in for a UDP port, or for IP protocol GRE and 0 or ERSPAN's number, may be for a
 * tunnel of ours. */
struct bvs_listener {
    __u16 type;       /* enum bvs_tunnel_type */
    __u16 precisions; /* bit n: there are ends with precision n */
};
BVS_ASSERT_LAYOUT(struct bvs_listener, 4);

static inline __u32 bvs_listener_key(__u8 ip_proto, __u16 dst_port) {
    return (__u32)ip_proto << 16 | dst_port;
}

/*
 * Which of Geneve's options (RFC 8926, 3.5) a bridge's rules know, and where they stand in the
 * flow: option[n] is tun_metadata<n>, of `bytes` bytes, the first four of them in `slot` and the
 * rest in those that follow. An option of more than four bytes ends with a word. All that there are
 * fit into one header. An entry is replaced by one store.
 */
#define BVS_TLV_OPTIONS 64
#define BVS_MOST_OPTION_BYTES 16    /* of one option's data */
#define BVS_GENEVE_OPTION_BYTES 252 /* of all, with their headers */
#define BVS_OPTION_HEADER_BYTES 4
#define BVS_OPTION_CRITICAL 0x80 /* in its type */

struct bvs_tlv_option {
    __u16 option_class;
    __u8 type;
    __u8 bytes; /* 4, 8, 12 or 16; 0: there is no such mapping */
    __u8 slot;
    __u8 reserved[3];
};
BVS_ASSERT_LAYOUT(struct bvs_tlv_option, 8);

struct bvs_tlv_table {
    __u32 options; /* those from here on are not mapped */
    __u32 record;  /* the mappings as a message, for a daemon to come; BPF has no use for it */
    struct bvs_tlv_option option[BVS_TLV_OPTIONS];
};
BVS_ASSERT_LAYOUT(struct bvs_tlv_table, 8 + 8 * BVS_TLV_OPTIONS);

/* The address that a netdev sends from. */
struct bvs_source_key {
    __u32 ifindex;
    __u32 ipv6; /* 0 or 1 */
};
BVS_ASSERT_LAYOUT(struct bvs_source_key, 8);

/* The onward device: routes are asked for as if packets had come in there, so its `forwarding` is
 * on for both families. */
struct bvs_onward_info {
    __u32 ifindex; /* 0: there is none yet */
    __u32 version; /* of what tunnel_ends, tunnel_listeners, local_addresses say */
    __u32 reserved[2];
};
BVS_ASSERT_LAYOUT(struct bvs_onward_info, 16);

/* A packet under way to a port without netdev, on this CPU. */
struct bvs_onward {
    __u32 port;    /* 0: nothing is under way */
    __u32 level;   /* of the scratch area that has its flow, + 1; 0: it has been through no rule */
    __u32 patches; /* that it has passed */
    __u32 answers_tick; /* budget of answers "too big" */
    __u32 answers;
    __u32 mirror; /* the packet is the copy of this one, by its place, + 1; 0: of none */
    __u32 in;     /* of a mirror's copy that is flooded: where the packet came in; 0: it goes out */
    __u32 reserved;
};
BVS_ASSERT_LAYOUT(struct bvs_onward, 32);
#define BVS_MOST_PATCHES 8
#define BVS_MOST_TUNNELS 4 /* that a packet is in on this host, as its tc_index counts them */

#endif
