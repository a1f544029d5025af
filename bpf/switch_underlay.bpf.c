// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/* The switch at the tc ingress hook of netdevs that packets of tunnels come in at: all that comes
 * is the host's. */
#include "bpf/packet_tc.h"

#include "bpf/seed.h"

SEC("tc")
int bvs_underlay(struct __sk_buff *skb) {
    return identity_seed() ? TC_ACT_UNSPEC : TC_ACT_OK;
}

char _license[] SEC("license") = "Dual BSD/GPL";
