/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Bonds: which member carries a frame out, and whose frames come in. Part of maps/abi.h, whose
 * rules hold here too. The daemon decides, and the datapath goes on as it has said.
 *
 * A bond has a port entry of its own (BVS_PORT_BOND), without netdev: addresses are learned there.
 * `peer` is its place in `bonds`.
 */
#ifndef BVS_MAPS_BOND_H
#define BVS_MAPS_BOND_H

#include "maps/abi.h"

#define BVS_MAX_BONDS 128 /* place 0 is none's */
#define BVS_BOND_BUCKETS 256

enum bvs_bond_choice {
    BVS_BOND_ONE,       /* all buckets have one member, if any */
    BVS_BOND_BY_SOURCE, /* of a frame's source and VLAN */
    BVS_BOND_BY_FLOW,   /* of its addresses, VLAN, protocol and ports */
};

struct bvs_bond {
    __u32 choice; /* enum bvs_bond_choice */
    __u32 basis;  /* of the hash */
    __u64 reserved;
    __u32 member[BVS_BOND_BUCKETS]; /* port number; 0: nobody */
};
BVS_ASSERT_LAYOUT(struct bvs_bond, 16 + 4 * BVS_BOND_BUCKETS);

enum bvs_bond_admission {
    BVS_BOND_UNICAST = 1 << 0,
    BVS_BOND_MULTICAST = 1 << 1,
    /* Not if the source was learned elsewhere: it is likely to be ours, sent out of one member and
     * come back by another. */
    BVS_BOND_UNLESS_MOVED = 1 << 2,
};

/* Of a port that is a member. */
struct bvs_bond_member {
    __u32 admits; /* enum bvs_bond_admission */
    __u32 reserved;
};
BVS_ASSERT_LAYOUT(struct bvs_bond_member, 8);

/* Whose gratuitous ARP came in at a port that is no member, and when: for some time those that come
 * in at bonds are believed to be its reflection. */
struct bvs_arp_lock {
    __u64 key; /* bvs_fdb_key() */
    __u64 bridge;
};
BVS_ASSERT_LAYOUT(struct bvs_arp_lock, 16);
#define BVS_MAX_ARP_LOCKS 4096
#define BVS_ARP_LOCK_NS 5000000000ULL

static inline __u64 bvs_bond_mix(__u64 hash, __u64 value) {
    hash = (hash ^ value) * 0x9e3779b97f4a7c15ULL;
    return hash ^ hash >> 32;
}
static inline __u32 bvs_bond_bucket(__u64 hash) {
    return hash >> 24 & (BVS_BOND_BUCKETS - 1);
}
static inline __u64 bvs_bond_source_hash(__u64 mac, __u32 vid, __u32 basis) {
    return bvs_bond_mix(bvs_bond_mix(basis, mac), vid);
}

#endif
