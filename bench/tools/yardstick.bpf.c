// SPDX-License-Identifier: Apache-2.0
/*
 * What the switch is measured against, and with: programs that do nothing, that do nothing but
 * redirect, that count what arrives, and that give each frame of a run other addresses, or make it
 * the first of a flow.
 */
#include "bench/tools/yardstick_abi.h"

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>
#include <linux/udp.h>

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, YARDSTICK_CPUS);
    __uint(map_flags, BPF_F_MMAPABLE);
    __type(key, __u32);
    __type(value, struct yardstick_arrivals);
} arrivals SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __uint(map_flags, BPF_F_MMAPABLE);
    __type(key, __u32);
    __type(value, struct yardstick_traffic);
} traffic SEC(".maps");

/* The program that bench_vary and bench_new_flow hand their frames to. */
struct {
    __uint(type, BPF_MAP_TYPE_PROG_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, __u32);
} measured SEC(".maps");

const volatile struct yardstick_route route SEC(".rodata.route") = {};

SEC("tc")
int bench_empty(struct __sk_buff *skb) {
    return TC_ACT_OK;
}

SEC("tc")
int bench_redirect(struct __sk_buff *skb) {
    if (!route.to_peer)
        return bpf_redirect(route.ifindex, 0);
    /* The type was set for the near end's address; the far end would refuse the frame. */
    if (skb->pkt_type == PACKET_OTHERHOST)
        bpf_skb_change_type(skb, PACKET_HOST);
    return bpf_redirect_peer(route.ifindex, 0);
}

SEC("tc")
int bench_sink(struct __sk_buff *skb) {
    __u32 cpu = bpf_get_smp_processor_id();
    struct yardstick_arrivals *here = bpf_map_lookup_elem(&arrivals, &cpu);

    if (here)
        here->packets++;
    return TC_ACT_SHOT;
}

/* For live frames: XDP_PASS makes the frame one that its netdev received. */
SEC("xdp")
int bench_inject(struct xdp_md *xdp) {
    return XDP_PASS;
}

static __always_inline void put_address(unsigned char *to, __u32 number) {
    __u32 low = bpf_htonl(number);

    to[0] = 0x02;
    to[1] = 0x00;
    __builtin_memcpy(to + 2, &low, sizeof(low));
}

/* Even spread without a division: the upper half of a 64-bit product. */
static __always_inline __u32 pick(__u32 random, __u32 n) {
    return (__u64)random * n >> 32;
}

SEC("tc")
int bench_vary(struct __sk_buff *skb) {
    struct ethhdr *eth = (void *)(long)skb->data;
    __u32 zero = 0, random, to;
    struct yardstick_traffic *t = bpf_map_lookup_elem(&traffic, &zero);

    if (!t || (void *)(eth + 1) > (void *)(long)skb->data_end)
        return TC_ACT_SHOT;
    random = t->frames++ * 0x9e3779b1U;
    random = (random ^ random >> 15) * 0x85ebca6bU;
    to = t->first_destination + pick(random, t->destinations);
    put_address(eth->h_dest, to < t->addresses ? to : to - t->addresses);
    put_address(eth->h_source, t->first_source + pick(random * 0xc2b2ae35U, t->sources));
    bpf_tail_call(skb, &measured, 0);
    return TC_ACT_SHOT;
}

/* Another source for each frame: 2^32 of them, as multiplying by an odd number maps them one to
 * one. The switch does not look at IP's checksum. */
static __always_inline int make_new_flow(void *data, void *end) {
    struct {
        struct ethhdr eth;
        struct iphdr ip;
        struct udphdr udp;
    } __attribute__((packed)) *frame = data;
    __u32 zero = 0, number;
    struct yardstick_traffic *t = bpf_map_lookup_elem(&traffic, &zero);

    if (!t || (void *)(frame + 1) > end)
        return 0;
    number = t->frames++ * 0x9e3779b1U;
    frame->ip.saddr = bpf_htonl(0x0a000000 | (number & 0xffffff));
    frame->udp.source = bpf_htons(1024 + (number >> 24));
    frame->udp.check = 0;
    return 1;
}

SEC("tc")
int bench_new_flow(struct __sk_buff *skb) {
    if (make_new_flow((void *)(long)skb->data, (void *)(long)skb->data_end))
        bpf_tail_call(skb, &measured, 0);
    return TC_ACT_SHOT;
}

SEC("xdp")
int bench_inject_new_flow(struct xdp_md *xdp) {
    return make_new_flow((void *)(long)xdp->data, (void *)(long)xdp->data_end) ? XDP_PASS
                                                                               : XDP_DROP;
}

char _license[] SEC("license") = "Apache-2.0";
