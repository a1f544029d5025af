// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/*
 * The switch at the XDP hook of physical ports, as an accelerator: a frame to a known address
 * behind another XDP port that leaves as it came is redirected here. Everything else, drops
 * included, is left to the tc program, so that each rule stands in one place and each packet is
 * counted once; bridges with OpenFlow rules as well.
 */
#include "bpf/packet_xdp.h"

#include "bpf/fdb.h"

SEC("xdp")
int bvs_switch_xdp(struct xdp_md *xdp) {
    __u32 in = port_of_netdev(packet_netdev(xdp)), to;
    __u64 bytes = packet_length(xdp);
    const struct bvs_port_entry *port = in ? port_get(in) : 0, *out;
    struct frame f = {};

    if (!port || !port->bridge || port->flags & BVS_PORT_TC_ONLY ||
        parse_ethernet(packet_data(xdp), packet_end(xdp), packet_tag(xdp), &f.eth) ||
        f.eth.dst & BVS_MAC_MULTICAST || !vlan_admit(port, in, &f) || fdb_is_off(port, f.vid))
        return XDP_PASS;
    to = fdb_lookup(port->bridge, f.eth.dst, f.vid);
    out = to && to != in ? port_get(to) : 0;
    if (!out ||
        (out->flags & (BVS_PORT_UP | BVS_PORT_XDP | BVS_PORT_NO_FORWARD | BVS_PORT_MIRRORED |
                       BVS_PORT_MIRROR)) != (BVS_PORT_UP | BVS_PORT_XDP) ||
        bytes > out->max_frame || !vlan_carries(out, to, &f) ||
        !same_tag(f.have, vlan_wanted(out, &f)))
        return XDP_PASS;
    fdb_learn(port, in, f.eth.src, f.vid);
    count_normal(in, bytes);
    count_tx(to, bytes);
    return bpf_redirect_map(&xdp_outputs, to, XDP_PASS);
}

char _license[] SEC("license") = "Dual BSD/GPL";
