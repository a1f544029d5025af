/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* What a port is asked for before its bridge sees what came in there: policing and mirrors. */
#ifndef BVS_BPF_SERVE_H
#define BVS_BPF_SERVE_H

#include "bpf/mirror.h"
#include "bpf/police.h"

/* False: the packet ends here, and has been counted. */
__noinline int serve(packet_t *packet, __u32 in) {
    const struct bvs_port_entry *port = port_get(in);
    enum bvs_drop_reason why = BVS_DROP_N;

    if (!port)
        return false;
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
    return true;
}

#endif
