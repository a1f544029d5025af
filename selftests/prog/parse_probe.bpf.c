// SPDX-License-Identifier: Apache-2.0
//
// The parser alone, at the tc hook: the flow key of a frame, in a map.
#include "bpf/packet_tc.h"

#include "bpf/parse.h"

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct bvs_flow_key);
} parsed SEC(".maps");

SEC("tc")
int bvs_parse_probe(struct __sk_buff *skb) {
    __u32 first = 0;
    struct bvs_flow_key *key = bpf_map_lookup_elem(&parsed, &first);

    if (!key)
        return TC_ACT_SHOT;
    packet_pull(skb);
    __builtin_memset(key, 0, sizeof(*key));
    parse_flow(packet_data(skb), packet_end(skb), packet_tag(skb), 1, key);
    return TC_ACT_OK;
}

char _license[] SEC("license") = "Dual BSD/GPL";
