/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* What a port is asked for before its bridge sees what came in there: samples, policing, mirrors,
 * and protocols between neighbours, which no bridge sees. */
#ifndef BVS_BPF_SERVE_H
#define BVS_BPF_SERVE_H

#include "bpf/mirror.h"
#include "bpf/police.h"
#include "bpf/protocol.h"
#include "bpf/sample.h"

/* False: the packet ends here, and has been counted; or the daemon has it. */
__noinline int serve(packet_t *packet, __u32 in) {
    const struct bvs_port_entry *port = port_get(in);
    enum bvs_drop_reason why = BVS_DROP_N;

    if (!port)
        return false;
    if (port->flags & BVS_PORT_SAMPLED)
        sample(packet, in);
    if (port->flags & BVS_PORT_MIRROR)
        why = BVS_DROP_MIRROR_INPUT;
    else if (port->flags & BVS_PORT_POLICED && !police(packet, in))
        why = BVS_DROP_POLICED;
    if (why != BVS_DROP_N) {
        count_rx(in, packet_length(packet));
        drop(packet, why, in, in);
        return false;
    }
    if (port->flags & BVS_PORT_MIRRORED)
        mirror(packet, in, MIRROR_RECEIVED);
    if (port->flags & (BVS_PORT_LACP | BVS_PORT_BFD) && protocol_take(packet, in)) {
        count_rx(in, packet_length(packet));
        return false;
    }
    return true;
}

#endif
