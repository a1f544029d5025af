/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The border between kernel and user space: every limit, key, value and number that the BPF
 * programs and C++ must agree on, once; what a rule can speak of is in maps/flow.h, what becomes of
 * rules in maps/pipeline.h. Included by BPF C and by C++; includes nothing else but the kernel's
 * integer types.
 *
 * Rules of this file
 *  - A change of meaning or size raises BVS_ABI_VERSION. A daemon adopts the maps of a running
 *    datapath only if the versions are equal; otherwise it builds a second generation beside it.
 *  - No struct has a hole: sizes are asserted in C, unique object representations in C++.
 *  - Words that BPF reads while the daemon writes are at most 8 bytes, aligned, and stand alone:
 *    each store leaves a state that a packet may see.
 *  - Ports and bridges are known to BPF by small numbers given by the daemon; 0 is none. Names are
 *    there for people and for a restarted daemon that has to recognise its own entries.
 *  - MAC addresses are 48-bit numbers in host order, VLAN ids 12 bits.
 */
#ifndef BVS_MAPS_ABI_H
#define BVS_MAPS_ABI_H

#include "maps/flow.h"
#include <linux/types.h>

#ifdef __cplusplus
#include <type_traits>
#define BVS_ASSERT_LAYOUT(type, size)                                                              \
    static_assert(sizeof(type) == (size));                                                         \
    static_assert(std::has_unique_object_representations_v<type>)
#else
#define BVS_ASSERT_LAYOUT(type, size) _Static_assert(sizeof(type) == (size), #type)
#endif

/* A build may be given other numbers here (cmake -DBVS_ABI_DEFINES), to test an upgrade to it. */
#ifndef BVS_ABI_VERSION
#define BVS_ABI_VERSION 10
#endif

#define BVS_MAC_MULTICAST (1ULL << 40) /* the group bit of an address as a number */

/* Limits. BVS_MAX_PORTS bounds ports over all bridges of one daemon. */
#define BVS_MAX_PORTS 8192
#define BVS_MAX_BRIDGES 1024
#define BVS_NAME_LEN 16 /* IFNAMSIZ */
#define BVS_VLANS 4096

/* ---- which port a netdev is ---------------------------------------------------------------- */

/* Kernels hand out ifindexes in sequence, so the low bits spread them over the buckets perfectly;
 * eight places a bucket leave room for namespaces where many netdevs came and went. */
#define BVS_PORT_INDEX_BUCKETS 4096
#define BVS_PORT_INDEX_WAYS 8

struct bvs_port_slot {
    __u32 ifindex; /* 0: free */
    __u32 port;
};
BVS_ASSERT_LAYOUT(struct bvs_port_slot, 8);

struct bvs_port_bucket {
    struct bvs_port_slot slot[BVS_PORT_INDEX_WAYS];
};
BVS_ASSERT_LAYOUT(struct bvs_port_bucket, 64);

/* ---- ports --------------------------------------------------------------------------------- */

enum bvs_vlan_mode {
    BVS_VLAN_TRUNK = 0,
    BVS_VLAN_ACCESS,
    BVS_VLAN_NATIVE_TAGGED,
    BVS_VLAN_NATIVE_UNTAGGED,
    BVS_VLAN_DOT1Q_TUNNEL,
};

enum bvs_priority_tags {
    BVS_PRIORITY_TAGS_NEVER = 0,
    BVS_PRIORITY_TAGS_IF_NONZERO,
    BVS_PRIORITY_TAGS_ALWAYS,
};

enum bvs_port_flags {
    BVS_PORT_UP = 1 << 0,           /* the netdev is up: frames may be sent to it */
    BVS_PORT_XDP = 1 << 1,          /* in the devmap: XDP may redirect to it */
    BVS_PORT_FORWARD_BPDU = 1 << 2, /* its bridge forwards reserved multicast */
    BVS_PORT_FLOOD_VLANS = 1 << 3,  /* its bridge has VLANs without learning */
    BVS_PORT_PIPELINE = 1 << 4,     /* its bridge has rules that are not just NORMAL */
    BVS_PORT_NO_FLOOD = 1 << 5,     /* OFPPC_NO_FLOOD */
    BVS_PORT_NO_FORWARD = 1 << 6,   /* OFPPC_NO_FWD */
    BVS_PORT_NO_RECEIVE = 1 << 7,   /* OFPPC_NO_RECV */
    BVS_PORT_NO_PACKET_IN = 1 << 8, /* OFPPC_NO_PACKET_IN */
    BVS_PORT_NO_CARRIER = 1 << 9,   /* its link is down: it is not live for groups */
    BVS_PORT_PATCH = 1 << 10,       /* what is sent to it comes in at its `peer` */
    BVS_PORT_TUNNEL = 1 << 11,      /* what is sent to it is wrapped as `tunnels` says */
    BVS_PORT_MIRRORED = 1 << 12,    /* `port_mirrors` has mirrors that select it */
    BVS_PORT_POLICED = 1 << 13,     /* `policers` limits what comes in */
    BVS_PORT_MIRROR = 1 << 14,      /* it is a mirror's output, and has nothing else */
    BVS_PORT_BOND = 1 << 15,        /* what is sent to it goes to one of its members */
    BVS_PORT_MEMBER = 1 << 16,      /* what NORMAL does with it is its `bond`'s */
    BVS_PORT_PROTECTED = 1 << 17,   /* NORMAL sends nothing to other protected ports */
    BVS_PORT_SNOOPED = 1 << 18,     /* its bridge sends multicast to whom it is for */
    BVS_PORT_LACP = 1 << 19,        /* LACP's frames are the daemon's */
    BVS_PORT_BFD = 1 << 20,         /* BFD's packets are the daemon's */
    BVS_PORT_ACCOUNTED = 1 << 21,   /* its bridge's flows are counted for collectors */
    BVS_PORT_SAMPLED = 1 << 22,     /* some of its packets are shown to collectors */
    BVS_PORT_QUEUE_DSCP = 1 << 23,  /* `queue_dscp` has some of its queues */
};
#define BVS_PORT_MIRRORS (BVS_PORT_MIRRORED | BVS_PORT_MIRROR)
/* What is asked for before a bridge sees what came in at a port, see maps/service.h. */
#define BVS_PORT_SERVED                                                                            \
    (BVS_PORT_MIRRORS | BVS_PORT_POLICED | BVS_PORT_LACP | BVS_PORT_BFD | BVS_PORT_SAMPLED)
/* Of a frame that comes in: what XDP leaves to tc. */
#define BVS_PORT_TC_ONLY                                                                           \
    (BVS_PORT_PIPELINE | BVS_PORT_NO_RECEIVE | BVS_PORT_SERVED | BVS_PORT_MEMBER |                 \
     BVS_PORT_PROTECTED | BVS_PORT_ACCOUNTED)
/* Without a netdev of its own: `ifindex` is the onward device's, see maps/tunnel.h. */
#define BVS_PORT_ONWARD (BVS_PORT_PATCH | BVS_PORT_TUNNEL)
#define BVS_PORT_OPENFLOW                                                                          \
    (BVS_PORT_NO_FLOOD | BVS_PORT_NO_FORWARD | BVS_PORT_NO_RECEIVE | BVS_PORT_NO_PACKET_IN)

enum bvs_vlan_flags {
    BVS_VLAN_LISTED = 1 << 0, /* only VLANs (dot1q-tunnel: customer VLANs) in port_vlans pass */
};

/* One cache line, read for both ends of every packet. */
struct bvs_port_entry {
    __u32 ifindex; /* 0: no netdev at present; first in every version, so that any can clean up */
    __u16 bridge;  /* 0: the entry is free */
    __u16 bond;    /* of a member, the port that it is part of; 0: none */
    __u32 flags;   /* enum bvs_port_flags */

    __u16 tag;          /* VLAN id of access, native and tunnel modes */
    __u8 vlan_mode;     /* enum bvs_vlan_mode */
    __u8 priority_tags; /* enum bvs_priority_tags */
    __u16 tunnel_tpid;  /* outer Ethernet type of dot1q-tunnel, host order */
    __u16 vlan_flags;   /* enum bvs_vlan_flags */

    __u32 next;      /* the next port of the bridge's flood list */
    __u32 max_frame; /* MTU plus Ethernet header and one tag, as the kernel's own check has it */

    __u32 mac_limit; /* addresses that this port may learn */
    __u32 ofport;    /* OpenFlow port number, for user space and traces */
    __u32 peer;      /* of a patch port, by number; of a bond, its place in `bonds`; 0: none */

    /* Address of the other end of a veth, if that end is in another namespace; else 0. Frames to
     * this address can be handed over without the queue between the ends (bpf_redirect_peer). */
    __u64 peer_mac;

    char name[BVS_NAME_LEN];
};
BVS_ASSERT_LAYOUT(struct bvs_port_entry, 64);

struct bvs_vlan_bitmap {
    __u64 word[BVS_VLANS / 64];
};
BVS_ASSERT_LAYOUT(struct bvs_vlan_bitmap, 512);

/* ---- bridges ------------------------------------------------------------------------------- */

struct bvs_bridge_entry {
    __u32 first_port; /* head of the flood list */
    __u32 mac_limit;  /* other_config:mac-table-size */
    char
        name[BVS_NAME_LEN]; /* here in every version, so that any can tell what records belong to */
    __u64 reserved;
    struct bvs_vlan_bitmap flood_vlans; /* VLANs without learning, see BVS_PORT_FLOOD_VLANS */
};
BVS_ASSERT_LAYOUT(struct bvs_bridge_entry, 544);

/* ---- forwarding database ------------------------------------------------------------------- */

/*
 * Own set-associative table in a mapped array. BPF inserts and refreshes, the daemon ages and
 * deletes; no locks. An entry is two words, and every transition is one store or one
 * compare-and-swap of one word:
 *   insert   key 0 -> BVS_FDB_BUSY by compare-and-swap, then `where`, then the key. Who loses the
 *            race leaves learning to the next packet.
 *   refresh, move   one compare-and-swap of `where`. Who loses the race leaves it as it is; who
 *            wins it for a move corrects the counts of both ports.
 *   delete   key gets BVS_FDB_DEAD, then `where` gets BVS_FDB_STATIC, so that nobody who found the
 *            key before moves what is being counted off; the sweep after that frees it (key 0). A
 *            reader that found the key before can therefore not meet another address's `where` in
 *            the slot.
 * A bucket that is full learns no more; the seed keeps a guest from aiming at one.
 */
#ifndef BVS_FDB_BUCKETS
#define BVS_FDB_BUCKETS 65536
#endif
#define BVS_FDB_WAYS 8
#define BVS_FDB_DEAD (1ULL << 63)
#define BVS_FDB_BUSY (1ULL << 62)
#define BVS_FDB_STATIC 0xffffffffU /* `seen` of an entry that neither ages nor moves */
/* Time of last use in units of 2^30 ns (1.07 s) of CLOCK_MONOTONIC: no division, and an entry is
 * written at most once a unit. */
#define BVS_TICK_SHIFT 30

struct bvs_fdb_entry {
    __u64 key;   /* mac << 12 | vid, and the state bits above */
    __u64 where; /* bridge | port << 16 | seen << 32 */
};
BVS_ASSERT_LAYOUT(struct bvs_fdb_entry, 16);

struct bvs_fdb_bucket {
    struct bvs_fdb_entry entry[BVS_FDB_WAYS];
};
BVS_ASSERT_LAYOUT(struct bvs_fdb_bucket, 128);

static inline __u64 bvs_fdb_key(__u64 mac, __u16 vid) {
    return mac << 12 | (vid & 0xfff);
}

static inline __u64 bvs_fdb_where(__u16 bridge, __u32 port, __u32 seen) {
    return bridge | (__u64)(port & 0xffff) << 16 | (__u64)seen << 32;
}

static inline __u16 bvs_fdb_bridge(__u64 where) {
    return (__u16)where;
}
static inline __u32 bvs_fdb_port(__u64 where) {
    return (__u32)(where >> 16) & 0xffff;
}
static inline __u32 bvs_fdb_seen(__u64 where) {
    return (__u32)(where >> 32);
}

static inline __u32 bvs_fdb_bucket_of(__u64 seed, __u16 bridge, __u64 key) {
    __u64 h = (key ^ seed) * 0x9e3779b97f4a7c15ULL;

    h ^= (h >> 32) ^ bridge * 0xd6e8feb86659fd93ULL;
    h *= 0xbf58476d1ce4e5b9ULL;
    return (__u32)(h >> 40) & (BVS_FDB_BUCKETS - 1);
}

/* How many addresses were learned; kept by whoever inserts and deletes, atomically. Static entries
 * do not count. */
struct bvs_learned {
    __u32 macs;
    __u32 reserved;
    /* Of a bridge, since it was made. With `removed` it has learned macs + removed. */
    __u64 moved;   /* to another port */
    __u64 removed; /* of the learned: aged, flushed, or deleted */
    __u64 expired; /* of the removed: aged */
};
BVS_ASSERT_LAYOUT(struct bvs_learned, 32);

/*
 * May a port that knows `port_macs` addresses learn a new one in a bridge that knows `bridge_macs`?
 * The eighth of what a port has already is kept free for the others, so that a guest that floods
 * addresses finds its own end before the table's: alone it gets 8/9 of it, and there is always room
 * for a port that has learned little.
 */
static inline int bvs_may_learn(__u32 port_macs, __u32 port_limit, __u32 bridge_macs,
                                __u32 bridge_limit) {
    return port_macs < port_limit && bridge_macs + port_macs / 8 < bridge_limit;
}

/* ---- why a packet ended -------------------------------------------------------------------- */

/*
 * X(identifier, name for people, side, explanation). One call site a reason. `rx` reasons are
 * counted at the port where the frame came in, `tx` reasons at the port where it should have gone
 * out.
 */
#define BVS_DROP_REASONS(X)                                                                        \
    X(RUNT, "runt", rx, "shorter than its Ethernet or VLAN header")                                \
    X(INPUT_VLAN, "input-vlan", rx, "the input port does not carry the frame's VLAN")              \
    X(RESERVED_ADDRESS, "reserved-address", rx,                                                    \
      "link-local control frame (802.1D), and forward-bpdu is not set")                            \
    X(SAME_PORT, "same-port", rx, "the destination is behind the port the frame came from")        \
    X(NO_RECEIVER, "no-receiver", rx, "flooded, but no other port carries the VLAN")               \
    X(NO_RULE, "no-rule", rx, "no rule of the last table matches")                                 \
    X(NO_OUTPUT, "no-output", rx, "the rules that match send it nowhere")                          \
    X(NO_PORT, "no-port", rx, "the rules send it only to ports that the bridge does not have")     \
    X(PORT_CONFIG, "port-config", rx, "OpenFlow's configuration of the port: no-recv or no-fwd")   \
    X(FRAGMENT, "fragment", rx, "an IP fragment, and the switch is configured to drop them")       \
    X(TTL, "ttl", rx, "its time to live ran out")                                                  \
    X(VLAN_TAGS, "vlan-tags", rx, "the rules push a third VLAN tag")                               \
    X(MPLS_LABELS, "mpls-labels", rx, "the rules push or pop where there are over three labels")   \
    X(PBB_TAGS, "pbb-tags", rx, "the rules push a second PBB header, or one onto two VLAN tags")   \
    X(SUPER_FRAME, "super-frame", rx,                                                              \
      "the rules push or pop MPLS or PBB on a GSO frame; switch off TSO and GSO where it is sent") \
    X(SCTP_PORTS, "sctp-ports", rx, "the rules change an SCTP port of a fragment")                 \
    X(REWRITE, "rewrite", rx, "the kernel could not change the frame (no memory)")                 \
    X(ACTION, "action", rx, "the datapath does not know the rule's action")                        \
    X(METER, "meter", rx, "above the rate of a meter")                                             \
    X(PACKET_IN, "packet-in", rx, "for a controller, but the queue to the daemon is full")         \
    X(STEPS, "steps", rx, "too many tables and actions")                                           \
    X(RESUBMITS, "resubmits", rx, "too many resubmits")                                            \
    X(DEPTH, "depth", rx, "resubmits, clones and groups too deep in one another")                  \
    X(ACTION_SET, "action-set", rx, "too many actions in the action set")                          \
    X(ACTION_STACK, "action-stack", rx, "too many values on the action stack")                     \
    X(EFFECTS, "effects", rx, "too many rewrites and outputs")                                     \
    X(VISITS, "visits", rx, "too many rules and groups on its way")                                \
    X(NESTING, "nesting", rx, "too many switches in one another on one CPU")                       \
    X(PATCH_DEPTH, "patch-depth", rx, "through too many patch ports: they form a loop")            \
    X(ONWARD, "onward", rx, "sent to the onward device by somebody else than the datapath")        \
    X(TUNNEL_HEADER, "tunnel-header", rx,                                                          \
      "for a tunnel of ours, but its outer header is cut off, of a wrong length or version")       \
    X(TUNNEL_MARTIAN, "tunnel-martian", rx,                                                        \
      "for a tunnel of ours, from an address that nobody has, or that is our own")                 \
    X(TUNNEL_KEY, "tunnel-key", rx,                                                                \
      "for a tunnel of ours, but no port has its key, remote and local address")                   \
    X(TUNNEL_UNWRAP, "tunnel-unwrap", rx, "the kernel could not take the outer header off")        \
    X(POLICED, "policed", rx, "above the port's ingress_policing_rate")                            \
    X(MIRROR_INPUT, "mirror-input", rx, "came in at a port that only a mirror may use")            \
    X(PROTOCOL, "protocol", rx,                                                                    \
      "of a protocol that the daemon speaks (LACP, BFD, IGMP, MLD), but the queue to it is full")  \
    X(BOND_STANDBY, "bond-standby", rx, "came in at a member that its bond does not use")          \
    X(BOND_LOOP, "bond-loop", rx, "was sent through the bond and has come back to it")             \
    X(OUTPUT_VLAN, "output-vlan", tx, "the destination's port no longer carries the VLAN")         \
    X(OUTPUT_DOWN, "output-down", tx, "the destination's port has no netdev or it is down")        \
    X(OUTPUT_MTU, "output-mtu", tx, "larger than the destination port's MTU")                      \
    X(BOND_DOWN, "bond-down", tx, "no member of the bond can be used")                             \
    X(PROTECTED, "protected", tx, "from a protected port to another one")                          \
    X(MIRROR_OUTPUT, "mirror-output", tx, "for a port that only a mirror may use")                 \
    X(MIRROR_COPY, "mirror-copy", tx,                                                              \
      "a mirror's copy: its port is down or has a smaller MTU, or there is no memory")             \
    X(RETAG, "retag", tx, "the kernel could not push or pop a VLAN tag (no memory)")               \
    X(COPY, "copy", tx, "the kernel could not copy or queue the frame for this port")              \
    X(QUEUE_DSCP, "queue-dscp", tx,                                                                \
      "the kernel could not write the DSCP of its queue (no memory)")                              \
    X(PATCH_PEER, "patch-peer", tx, "the patch port has no peer")                                  \
    X(TUNNEL_REMOTE, "tunnel-remote", tx,                                                          \
      "the tunnel's remote address is the flow's, and the flow has none")                          \
    X(TUNNEL_ROUTE, "tunnel-route", tx, "no route to the tunnel's remote address")                 \
    X(TUNNEL_SOURCE, "tunnel-source", tx,                                                          \
      "the netdev that leads to the tunnel's remote address has no address of its family")         \
    X(TUNNEL_SELF, "tunnel-self", tx, "the tunnel's remote address is one of this host's own")     \
    X(TUNNEL_MTU, "tunnel-mtu", tx,                                                                \
      "larger than what the way to the tunnel's remote address takes")                             \
    X(TUNNEL_LOOP, "tunnel-loop", tx, "in too many tunnels at once: they form a loop")             \
    X(TUNNEL_WRAP, "tunnel-wrap", tx, "the kernel could not put an outer header in front")

#define BVS_DROP_ENUM(identifier, name, side, text) BVS_DROP_##identifier,
enum bvs_drop_reason { BVS_DROP_REASONS(BVS_DROP_ENUM) BVS_DROP_N };
#undef BVS_DROP_ENUM

/* ---- counters ------------------------------------------------------------------------------ */

/*
 * Per CPU and port. Bytes are those of the Ethernet frame on the wire, tags included, FCS not: what
 * if_link.h asks of a netdev's rx_bytes, and what does not depend on whether the kernel has taken
 * the outermost tag off (tc) or not yet (XDP). A GSO super-frame counts once, as netdevs have it.
 */
struct bvs_port_counters {
    __u64 rx_packets;
    __u64 rx_bytes;
    __u64 tx_packets;
    __u64 tx_bytes;
    __u64 flooded;       /* of the received, sent to more than one port */
    __u64 learn_refused; /* addresses neither learned nor moved here, for a limit */
    /* Of the received, those that no rule was looked up for, as all that the rules say is NORMAL.
     */
    __u64 normal_packets;
    __u64 normal_bytes;
    __u64 drops[BVS_DROP_N];
};
BVS_ASSERT_LAYOUT(struct bvs_port_counters, 64 + 8 * BVS_DROP_N);

/* ---- what the parser reads ------------------------------------------------------------------ */

/* The flow's `layers`: what was there, so that a missing layer never equals a layer of zeros. What
 * is below labels or below a PBB header is read as well, and there for rules once eth_type is its
 * own, after pop_mpls or pop_pbb. */
enum bvs_layers {
    BVS_LAYER_VLAN = 1 << 0,
    BVS_LAYER_INNER_VLAN = 1 << 1,
    BVS_LAYER_IPV4 = 1 << 2,
    BVS_LAYER_IPV6 = 1 << 3,
    BVS_LAYER_ARP = 1 << 4,
    BVS_LAYER_L4 = 1 << 5,        /* ports, or ICMP type and code, are there */
    BVS_LAYER_ND = 1 << 6,        /* the target of a neighbour discovery message is there */
    BVS_LAYER_TRUNCATED = 1 << 7, /* a header that was announced does not fit, or makes no sense */
    BVS_LAYER_MPLS = 1 << 8,      /* what eth_type announces is a label stack */
    BVS_LAYER_PBB = 1 << 9,
    BVS_LAYER_TUNNEL = 1 << 10, /* the tunnel's words may be other than zero */
};

enum bvs_ip_frag { BVS_FRAG_NO = 0, BVS_FRAG_FIRST = 1, BVS_FRAG_LATER = 3 };

struct bvs_vlan_tag {
    __u16 tpid; /* host order; 0: no tag */
    __u16 tci;  /* host order: PCP, DEI, VID */
};
BVS_ASSERT_LAYOUT(struct bvs_vlan_tag, 4);

/* ---- events -------------------------------------------------------------------------------- */

/* A sample of what was dropped, on the ring buffer `events`; at most BVS_DROP_SAMPLES a port and
 * tick, so that no port can fill the ring. */
#define BVS_DROP_SAMPLES 8
#define BVS_EVENT_RING_BYTES (256 * 1024)

struct bvs_drop_event {
    __u32 reason; /* enum bvs_drop_reason */
    __u32 port;   /* the port that counted it */
    __u32 length; /* bytes of the frame, as bvs_port_counters has it */
    __u32 in_port;
    struct bvs_flow flow;
};
BVS_ASSERT_LAYOUT(struct bvs_drop_event, 16 + 8 * BVS_FLOW_WORDS);

struct bvs_sample_budget {
    __u32 tick;
    __u32 used;
};
BVS_ASSERT_LAYOUT(struct bvs_sample_budget, 8);

/* ---- the datapath itself ------------------------------------------------------------------- */

#define BVS_MAGIC 0x42565331U /* "BVS1" */

struct bvs_datapath_info {
    __u32 magic;
    __u32 abi_version;
    __u64 fdb_seed;
};
BVS_ASSERT_LAYOUT(struct bvs_datapath_info, 16);

#include "maps/pipeline.h"
#include "maps/service.h"
#include "maps/trace.h"
#include "maps/tunnel.h"

#endif
