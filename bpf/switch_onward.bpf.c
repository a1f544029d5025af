// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/*
 * The switch at the tc egress hook of the onward device: copies of packets for ports without
 * netdev, on the CPU and within the redirect that sends them; and packets that leave by it.
 */
#define AT_EGRESS true
#include "bpf/packet_tc.h"

#include "bpf/mirror_deliver.h"

SEC("tc")
int bvs_onward(struct __sk_buff *skb) {
    struct bvs_onward *o = onward_slot();
    struct arrival none = {};

    if (o && o->mirror) {
        int verdict = mirror_deliver(skb);

        if (verdict != VERDICT_ONWARD)
            return verdict;
    }
    if (!o || !o->port)
        return drop(skb, BVS_DROP_ONWARD, 0, 0);
    if (o->port == ONWARD_PASS) {
        onward_take(o);
        return TC_ACT_UNSPEC; /* not TC_ACT_OK: see checksum_leave */
    }
    return receive(skb, 0, &none);
}

char _license[] SEC("license") = "Dual BSD/GPL";
