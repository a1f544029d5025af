// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/*
 * At the XDP hook of netdevs where packets of tunnels come in one by one: in front of bvs_underlay,
 * which has what this leaves.
 */
#include "bpf/packet_xdp.h"

#include "bpf/gather.h"

SEC("xdp.frags")
int bvs_gather(struct xdp_md *xdp) {
    gather(xdp);
    return XDP_PASS;
}

char _license[] SEC("license") = "Dual BSD/GPL";
