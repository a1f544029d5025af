/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The packet's control block, which is its own as long as a program has it: the mirrors that have a
 * copy (mirror.h), where it was sent to, and where it is counted (account.h).
 */
#ifndef BVS_BPF_OUTPUT_H
#define BVS_BPF_OUTPUT_H

#include "maps/maps.bpf.h"

#define CB_MIRRORS 0
#define CB_OUTPUT 1  /* OpenFlow port, or one of BVS_OUTPUT_ */
#define CB_ACCOUNT 2 /* place in this CPU's table, + 1; 0: it is not counted there */
#define CB_KNOWN 3   /* output that the place has */

static __always_inline void output_none(packet_t *packet) {
    packet->cb[CB_OUTPUT] = BVS_OUTPUT_NONE;
    packet->cb[CB_ACCOUNT] = 0;
}

static __always_inline void output_note(packet_t *packet, const struct bvs_port_entry *out) {
    packet->cb[CB_OUTPUT] = packet->cb[CB_OUTPUT] ? BVS_OUTPUT_SEVERAL : out->ofport;
}

static __always_inline void output_flooded(packet_t *packet) {
    packet->cb[CB_OUTPUT] = BVS_OUTPUT_FLOOD;
}

#endif
