/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Every map of the datapath. What the daemon writes while packets flow is mapped into its memory
 * (BPF_F_MMAPABLE): a change is a store, not a system call. Only the scratch area, which lives as
 * long as a packet, is in bpf/scratch.h.
 */
#ifndef BVS_MAPS_BPF_H
#define BVS_MAPS_BPF_H

#include "maps/abi.h"
#include "maps/account.h"
#include "maps/bond.h"
#include "maps/multicast.h"
#include "maps/protocol.h"
#include <bpf/bpf_helpers.h>

#define BVS_MAPPED_ARRAY(name, n, value_type)                                                      \
    struct {                                                                                       \
        __uint(type, BPF_MAP_TYPE_ARRAY);                                                          \
        __uint(max_entries, n);                                                                    \
        __uint(map_flags, BPF_F_MMAPABLE);                                                         \
        __type(key, __u32);                                                                        \
        __type(value, value_type);                                                                 \
    } name SEC(".maps")

/* An array of `chunks` mapped arrays of `n` values, which the daemon makes when they are needed,
 * and a list of those that it has made: a word each, the map's id above its place, up to the first
 * 0. Sizes instead of types: clang leaves out types that a program reaches by pointers only. */
#define BVS_CHUNKS(name, chunks, n, value_type)                                                    \
    struct name##_inner {                                                                          \
        __uint(type, BPF_MAP_TYPE_ARRAY);                                                          \
        __uint(max_entries, n);                                                                    \
        __uint(map_flags, BPF_F_MMAPABLE);                                                         \
        __uint(key_size, sizeof(__u32));                                                           \
        __uint(value_size, sizeof(value_type));                                                    \
    };                                                                                             \
    struct {                                                                                       \
        __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);                                                  \
        __uint(max_entries, chunks);                                                               \
        __type(key, __u32);                                                                        \
        __array(values, struct name##_inner);                                                      \
    } name SEC(".maps");                                                                           \
    BVS_MAPPED_ARRAY(name##_made, chunks, __u64)

/* Written by the daemon. */
BVS_MAPPED_ARRAY(datapath_info, 1, struct bvs_datapath_info);
BVS_MAPPED_ARRAY(port_index, BVS_PORT_INDEX_BUCKETS, struct bvs_port_bucket);
BVS_MAPPED_ARRAY(ports, BVS_MAX_PORTS, struct bvs_port_entry);
BVS_MAPPED_ARRAY(port_vlans, BVS_MAX_PORTS, struct bvs_vlan_bitmap);
BVS_MAPPED_ARRAY(bridges, BVS_MAX_BRIDGES, struct bvs_bridge_entry);

BVS_MAPPED_ARRAY(classifier, 1, struct bvs_classifier);
BVS_MAPPED_ARRAY(rule_filters, BVS_FILTER_WORDS, __u64);
BVS_MAPPED_ARRAY(pipelines, BVS_MAX_BRIDGES, struct bvs_pipeline);
BVS_MAPPED_ARRAY(tables, BVS_MAX_BRIDGES *BVS_TABLES, struct bvs_table);
BVS_MAPPED_ARRAY(subtables, BVS_SUBTABLES, struct bvs_subtable);
BVS_MAPPED_ARRAY(subtable_lists, BVS_SUBTABLE_LIST_ENTRIES, __u32);
BVS_MAPPED_ARRAY(cache_masks, BVS_MAX_BRIDGES *BVS_KINDS, struct bvs_cache_mask);
BVS_MAPPED_ARRAY(trace_filter, 1, struct bvs_trace_filter);
BVS_CHUNKS(bucket_chunks, BVS_BUCKET_CHUNKS, 1 << BVS_BUCKET_SHIFT, struct bvs_rule_bucket);
BVS_CHUNKS(code_chunks, BVS_CODE_CHUNKS, 1 << BVS_CODE_SHIFT, struct bvs_instruction);
BVS_CHUNKS(long_key_chunks, BVS_LONG_KEY_CHUNKS, 1 << BVS_LONG_KEY_SHIFT, struct bvs_long_key);
BVS_CHUNKS(record_chunks, BVS_RECORD_CHUNKS, 1 << BVS_RECORD_SHIFT, struct bvs_record_cell);

/* Port of an OpenFlow port number. */
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, BVS_MAX_PORTS);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, struct bvs_ofport);
    __type(value, __u32);
} ofports SEC(".maps");

/* Written by the daemon but for their counters, and meters' clocks, which BPF adds to. */
BVS_CHUNKS(rule_chunks, BVS_RULE_CHUNKS, 1 << BVS_RULE_SHIFT, struct bvs_rule);
BVS_CHUNKS(group_chunks, BVS_GROUP_CHUNKS, 1 << BVS_GROUP_SHIFT, struct bvs_group);
BVS_CHUNKS(meter_chunks, BVS_METER_CHUNKS, 1 << BVS_METER_SHIFT, struct bvs_meter);

/*
 * Trajectories. BPF takes a place (one from free_trajectories, or trajectory_pool.next below the
 * `capacity` that the daemon raises as it adds chunks), fills it and enters it in `trajectories`.
 * The daemon takes it out there, and puts its place into free_trajectories a grace period later.
 * Tallies are BPF's, each CPU's its own; the daemon zeroes them while the place is nobody's.
 */
BVS_CHUNKS(trajectory_chunks, BVS_TRAJECTORY_CHUNKS, 1 << BVS_TRAJECTORY_SHIFT,
           struct bvs_trajectory);
BVS_CHUNKS(tallies, BVS_TRAJECTORY_CHUNKS *BVS_MAX_CPUS, 1 << BVS_TRAJECTORY_SHIFT,
           struct bvs_tally);
BVS_MAPPED_ARRAY(trajectory_pool, 1, struct bvs_trajectory_pool);

struct {
    __uint(type, BPF_MAP_TYPE_QUEUE);
    __uint(max_entries, BVS_TRAJECTORY_CHUNKS << BVS_TRAJECTORY_SHIFT);
    __type(value, __u32);
} free_trajectories SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, BVS_TRAJECTORY_CHUNKS << BVS_TRAJECTORY_SHIFT);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, struct bvs_identity);
    __type(value, __u32);
} trajectories SEC(".maps");

/* Mirrors, policing and queues, see maps/service.h; BPF adds to counts and to what is paid. */
BVS_MAPPED_ARRAY(mirrors, BVS_MAX_BRIDGES *BVS_BRIDGE_MIRRORS, struct bvs_mirror);
BVS_MAPPED_ARRAY(mirror_counts, BVS_MAX_BRIDGES *BVS_BRIDGE_MIRRORS, struct bvs_mirror_counts);
BVS_MAPPED_ARRAY(port_mirrors, BVS_MAX_PORTS, struct bvs_port_mirrors);
BVS_MAPPED_ARRAY(policers, BVS_MAX_PORTS, struct bvs_policer);

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, BVS_MAX_MIRROR_VLANS);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, __u32);   /* bvs_mirror_vlan() */
    __type(value, __u32); /* 1 */
} mirror_vlans SEC(".maps");

/* With which DSCP IP packets leave a port that rules have put into one of its queues. */
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, BVS_MAX_QUEUE_DSCP);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, struct bvs_port_queue);
    __type(value, __u32);
} queue_dscp SEC(".maps");

/* Bonds, see maps/bond.h. What their buckets have carried, by place and bucket, is BPF's, as are
 * locks, which are forgotten from the oldest on. */
BVS_MAPPED_ARRAY(bonds, BVS_MAX_BONDS, struct bvs_bond);
BVS_MAPPED_ARRAY(bond_members, BVS_MAX_PORTS, struct bvs_bond_member);

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, BVS_MAX_BONDS *BVS_BOND_BUCKETS);
    __type(key, __u32);
    __type(value, __u64);
} bond_bytes SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, BVS_MAX_ARP_LOCKS);
    __type(key, struct bvs_arp_lock);
    __type(value, __u64); /* when: coarse nanoseconds */
} arp_locks SEC(".maps");

/* Snooping, see maps/multicast.h. */
BVS_MAPPED_ARRAY(receivers, BVS_RECEIVERS, struct bvs_receiver);

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, BVS_MULTICAST_KEYS);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, struct bvs_multicast_key);
    __type(value, __u32); /* place of its list */
} multicast_lists SEC(".maps");

/* Tunnels, see maps/tunnel.h. */
BVS_MAPPED_ARRAY(tunnels, BVS_MAX_PORTS, struct bvs_tunnel);
BVS_MAPPED_ARRAY(tlv_tables, BVS_MAX_BRIDGES, struct bvs_tlv_table);

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, BVS_MAX_PORTS);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, struct bvs_tunnel_end);
    __type(value, __u32); /* port */
} tunnel_ends SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, BVS_MAX_LISTENERS);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, __u32); /* bvs_listener_key() */
    __type(value, struct bvs_listener);
} tunnel_listeners SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, BVS_MAX_LOCAL_ADDRESSES);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, struct bvs_address);
    __type(value, __u32); /* 1 */
} local_addresses SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, BVS_MAX_LOCAL_ADDRESSES);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, struct bvs_source_key);
    __type(value, struct bvs_address);
} source_addresses SEC(".maps");

/* Where XDP takes packets out of tunnels, so that the kernel puts together what was in them. */
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, BVS_MAX_GATHERERS);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, __u32);   /* ifindex */
    __type(value, __u64); /* its MAC */
} gatherers SEC(".maps");

BVS_MAPPED_ARRAY(onward_info, 1, struct bvs_onward_info);

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
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct bvs_onward);
} onward SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, BVS_EVENT_RING_BYTES);
} events SEC(".maps");

/* Each CPU writes its own; the daemon makes one for every possible CPU. */
BVS_CHUNKS(cache, BVS_MAX_CPUS, BVS_CACHE_SETS, struct bvs_cache_set);

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, BVS_PACKET_IN_RING_BYTES);
} packet_ins SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, BVS_TRACE_RING_BYTES);
} traces SEC(".maps");

/* The end of a frame that the daemon sends. */
struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct bvs_large_frame);
} large_frame SEC(".maps");

/* What tunnel a frame is to have come out of that the daemon sends to be traced: words that come in
 * with it. */
struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct bvs_flow);
} traced_tunnel SEC(".maps");

/* What ports have used up: of the rates of packets for the daemon, as `paid` of a meter's band; and
 * how many of the tunnel's frames were numbered. */
struct bvs_port_spent {
    __u64 packet_ins;
    __u64 protocols;
    __u32 sequence;
    __u32 reserved;
};
struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, BVS_MAX_PORTS);
    __type(key, __u32);
    __type(value, struct bvs_port_spent);
} port_spent SEC(".maps");

/* Frames of the daemon's own protocols, see maps/protocol.h. */
struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, BVS_PROTOCOL_RING_BYTES);
} protocol_frames SEC(".maps");

/* Flows for collectors, see maps/account.h. */
BVS_CHUNKS(accounts, BVS_MAX_CPUS *BVS_ACCOUNT_CHUNKS, 1 << BVS_ACCOUNT_SHIFT,
           struct bvs_account_set);
BVS_MAPPED_ARRAY(account_info, 1, struct bvs_account_info);
BVS_MAPPED_ARRAY(samplers, BVS_MAX_BRIDGES, struct bvs_sampler);

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, BVS_FLOW_RING_BYTES);
} flow_events SEC(".maps");

/* Where XDP may send: port number -> netdev. */
struct {
    __uint(type, BPF_MAP_TYPE_DEVMAP);
    __uint(max_entries, BVS_MAX_PORTS);
    __type(key, __u32);
    __type(value, __u32);
} xdp_outputs SEC(".maps");

#endif
