// SPDX-License-Identifier: Apache-2.0
//
// The parser alone, at the tc hook: the flow of a frame, in a map.
#include "bpf/packet_tc.h"

#include "bpf/read.h"

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct bvs_flow);
} parsed SEC(".maps");

SEC("tc")
int bvs_parse_probe(struct __sk_buff *skb) {
    __u32 first = 0;
    struct headers at = {};
    struct bvs_flow *flow = bpf_map_lookup_elem(&parsed, &first);

    if (!flow)
        return TC_ACT_SHOT;
    packet_pull(skb);
    read_flow(skb, flow, &at, 1);
    return TC_ACT_OK;
}

char _license[] SEC("license") = "Dual BSD/GPL";
