// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/*
 * The switch at the tc ingress hook of the far end of the onward device's pair: packets that only
 * lack the checksum of their tunnel's header, and go on to where that leads.
 */
#include "bpf/packet_tc.h"

#include "bpf/checksum.h"
#include "bpf/drop.h"

SEC("tc")
int bvs_checksum(struct __sk_buff *skb) {
    struct way way = {};
    __u32 port = 0;
    enum bvs_drop_reason why = checksum_fill(skb, &port, &way);

    if (why != BVS_DROP_N)
        return drop(skb, why, port, 0);
    return bpf_redirect_neigh(way.ifindex, &way.next, sizeof(way.next), 0);
}

char _license[] SEC("license") = "Dual BSD/GPL";
