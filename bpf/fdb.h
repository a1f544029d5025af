/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The forwarding database: learning and lookup. maps/abi.h has the table's protocol; what is
 * written here must hold against the same on another CPU and against the daemon's sweeps.
 */
#ifndef BVS_BPF_FDB_H
#define BVS_BPF_FDB_H

#include "bpf/clock.h"
#include "bpf/given.h"
#include "bpf/once.h"
#include "bpf/port.h"
#include "bpf/vlan.h"

static __always_inline struct bvs_fdb_bucket *fdb_bucket(__u16 bridge, __u64 key) {
    __u32 i = bvs_fdb_bucket_of(given.seed, bridge, key);

    return bpf_map_lookup_elem(&fdb, &i);
}

static __always_inline struct bvs_fdb_entry *fdb_find(struct bvs_fdb_bucket *bucket, __u16 bridge,
                                                      __u64 key) {
#pragma unroll
    for (int way = 0; way < BVS_FDB_WAYS; way++) {
        struct bvs_fdb_entry *e = &bucket->entry[way];

        if (READ_ONCE(e->key) == key && bvs_fdb_bridge(READ_ONCE(e->where)) == bridge)
            return e;
    }
    return 0;
}

/* The port where an address lives; 0 if nobody knows. */
static __always_inline __u32 fdb_lookup(__u16 bridge, __u64 mac, __u16 vid) {
    __u64 key = bvs_fdb_key(mac, vid);
    struct bvs_fdb_bucket *bucket = fdb_bucket(bridge, key);
    struct bvs_fdb_entry *e = bucket ? fdb_find(bucket, bridge, key) : 0;

    return e ? bvs_fdb_port(READ_ONCE(e->where)) : 0;
}

/* Is there room for one more address of this port? */
static __always_inline bool fdb_has_room(const struct bvs_port_entry *port,
                                         const struct bvs_learned *of_port,
                                         const struct bvs_learned *of_bridge) {
    __u32 number = port->bridge;
    struct bvs_bridge_entry *bridge = bpf_map_lookup_elem(&bridges, &number);

    return bridge && bvs_may_learn(READ_ONCE(of_port->macs), port->mac_limit,
                                   READ_ONCE(of_bridge->macs), bridge->mac_limit);
}

/* Whoever loses a race for the slot leaves it: the address's next packet tries again. */
static __always_inline bool fdb_take_slot(struct bvs_fdb_bucket *bucket, __u64 key, __u64 where) {
    for (int way = 0; way < BVS_FDB_WAYS; way++) {
        struct bvs_fdb_entry *e = &bucket->entry[way];

        if (READ_ONCE(e->key))
            continue;
        if (__sync_val_compare_and_swap(&e->key, 0, BVS_FDB_BUSY))
            return false;
        WRITE_ONCE(e->where, where);
        barrier();
        WRITE_ONCE(e->key, key);
        return true;
    }
    return false;
}

static __always_inline void fdb_refuse(__u32 number) {
    struct bvs_port_counters *c = bpf_map_lookup_elem(&port_counters, &number);

    if (c)
        c->learn_refused++;
}

static __noinline int fdb_insert(const struct bvs_port_entry *port, __u32 number, __u64 key,
                                 __u64 where) {
    struct bvs_fdb_bucket *bucket = fdb_bucket(port->bridge, key);
    struct bvs_learned *of_port = bpf_map_lookup_elem(&port_learned, &number);
    __u32 bridge = port->bridge;
    struct bvs_learned *of_bridge = bpf_map_lookup_elem(&bridge_learned, &bridge);

    if (!bucket || !of_port || !of_bridge)
        return 0;
    if (fdb_has_room(port, of_port, of_bridge) && fdb_take_slot(bucket, key, where)) {
        __sync_fetch_and_add(&of_port->macs, 1);
        __sync_fetch_and_add(&of_bridge->macs, 1);
    } else {
        fdb_refuse(number);
    }
    return 0;
}

static __always_inline void fdb_count_move(__u32 bridge) {
    struct bvs_learned *of_bridge = bpf_map_lookup_elem(&bridge_learned, &bridge);

    if (of_bridge)
        __sync_fetch_and_add(&of_bridge->moved, 1);
}

/*
 * The address was seen at another port than before. It needs room there like a new one, or a guest
 * that pretends to be others would have no limit. The bridge's limit is not asked: the bridge has
 * the address already, and whoever lost one must be able to get it back where the table is full.
 * Whoever changes `where` moves the count with it.
 */
static __noinline int fdb_move(const struct bvs_port_entry *port, __u32 number,
                               struct bvs_fdb_entry *e, __u64 old, __u64 where) {
    __u32 from_number = bvs_fdb_port(old);
    struct bvs_learned *from = bpf_map_lookup_elem(&port_learned, &from_number);
    struct bvs_learned *to = bpf_map_lookup_elem(&port_learned, &number);

    if (!from || !to)
        return 0;
    if (READ_ONCE(to->macs) >= port->mac_limit) {
        fdb_refuse(number);
    } else if (__sync_val_compare_and_swap(&e->where, old, where) == old) {
        __sync_fetch_and_add(&from->macs, -1);
        __sync_fetch_and_add(&to->macs, 1);
        fdb_count_move(port->bridge);
    }
    return 0;
}

/* VLANs of Bridge.flood_vlans: no learning, everything is flooded. */
static __always_inline bool fdb_is_off(const struct bvs_port_entry *port, __u16 vid) {
    __u32 number = port->bridge;
    struct bvs_bridge_entry *bridge;

    if (!(port->flags & BVS_PORT_FLOOD_VLANS))
        return false;
    bridge = bpf_map_lookup_elem(&bridges, &number);
    return bridge && vlan_in(&bridge->flood_vlans, vid);
}

/* The source of a frame lives at the port where it came in. */
static __always_inline void fdb_learn(const struct bvs_port_entry *port, __u32 number, __u64 mac,
                                      __u16 vid) {
    __u64 key = bvs_fdb_key(mac, vid), where, old;
    __u32 now = now_tick();
    struct bvs_fdb_bucket *bucket;
    struct bvs_fdb_entry *e;

    if (mac & BVS_MAC_MULTICAST || !mac)
        return;
    bucket = fdb_bucket(port->bridge, key);
    if (!bucket)
        return;
    where = bvs_fdb_where(port->bridge, number, now);
    e = fdb_find(bucket, port->bridge, key);
    if (!e) {
        fdb_insert(port, number, key, where);
        return;
    }
    old = READ_ONCE(e->where);
    if (old == where || bvs_fdb_seen(old) == BVS_FDB_STATIC)
        return;
    if (bvs_fdb_port(old) == number)
        __sync_val_compare_and_swap(&e->where, old, where);
    else
        fdb_move(port, number, e, old, where);
}

#endif
