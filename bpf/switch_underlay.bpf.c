// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/*
 * The switch at the tc ingress hook of every netdev that has an address of ours: what comes for a
 * tunnel port comes in there, and everything else is the host's.
 */
#include "bpf/packet_tc.h"

#include "bpf/receive.h"
#include "bpf/unwrap.h"

SEC("tc")
int bvs_underlay(struct __sk_buff *skb) {
    struct arrival arrival = {};
    __u32 port = 0;
    int verdict = unwrap(skb, &port, &arrival);

    return port ? receive(skb, port, &arrival) : verdict;
}

char _license[] SEC("license") = "Dual BSD/GPL";
