/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Every map of the datapath. What the daemon writes while packets flow is mapped into its memory
 * (BPF_F_MMAPABLE): a change is a store, not a system call.
 */
#ifndef BVS_MAPS_BPF_H
#define BVS_MAPS_BPF_H

#include "maps/abi.h"
#include <bpf/bpf_helpers.h>

#define BVS_MAPPED_ARRAY(name, n, value_type)                                                      \
    struct {                                                                                       \
        __uint(type, BPF_MAP_TYPE_ARRAY);                                                          \
        __uint(max_entries, n);                                                                    \
        __uint(map_flags, BPF_F_MMAPABLE);                                                         \
        __type(key, __u32);                                                                        \
        __type(value, value_type);                                                                 \
    } name SEC(".maps")

/* Written by the daemon. */
BVS_MAPPED_ARRAY(datapath_info, 1, struct bvs_datapath_info);
BVS_MAPPED_ARRAY(port_index, BVS_PORT_INDEX_BUCKETS, struct bvs_port_bucket);
BVS_MAPPED_ARRAY(ports, BVS_MAX_PORTS, struct bvs_port_entry);
BVS_MAPPED_ARRAY(port_vlans, BVS_MAX_PORTS, struct bvs_vlan_bitmap);
BVS_MAPPED_ARRAY(bridges, BVS_MAX_BRIDGES, struct bvs_bridge_entry);

/* Written by both, see abi.h. */
BVS_MAPPED_ARRAY(fdb, BVS_FDB_BUCKETS, struct bvs_fdb_bucket);
BVS_MAPPED_ARRAY(port_learned, BVS_MAX_PORTS, struct bvs_learned);
BVS_MAPPED_ARRAY(bridge_learned, BVS_MAX_BRIDGES, struct bvs_learned);

/* Written by BPF. */
struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, BVS_MAX_PORTS);
    __type(key, __u32);
    __type(value, struct bvs_port_counters);
} port_counters SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, BVS_MAX_PORTS);
    __type(key, __u32);
    __type(value, struct bvs_sample_budget);
} sample_budgets SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, BVS_EVENT_RING_BYTES);
} events SEC(".maps");

/* Where XDP may send: port number -> netdev. */
struct {
    __uint(type, BPF_MAP_TYPE_DEVMAP);
    __uint(max_entries, BVS_MAX_PORTS);
    __type(key, __u32);
    __type(value, __u32);
} xdp_outputs SEC(".maps");

#endif
