/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Large frames from outside the ports: BPF_PROG_TEST_RUN takes no more than fits into a page, so
 * the daemon leaves the rest in a map.
 */
#ifndef BVS_BPF_LARGE_H
#define BVS_BPF_LARGE_H

#include "bpf/packet_tc.h"
#include "maps/maps.bpf.h"

#define LARGE_PIECE 1024

/* Makes the frame as long as it shall be; false if there is no memory. */
static __always_inline bool large_complete(packet_t *packet, __u32 length) {
    __u32 zero = 0, had = packet->len;
    const struct bvs_large_frame *rest = bpf_map_lookup_elem(&large_frame, &zero);

    if (!rest || bpf_skb_change_tail(packet, length, 0))
        return false;
    for (__u32 done = 0; done < sizeof(rest->byte) && had + done < length; done += LARGE_PIECE) {
        __u32 bytes = length - had - done;

        if (bytes > LARGE_PIECE)
            bytes = LARGE_PIECE;
        /* A power of two, and the mask keeps nothing away: it is what the verifier understands. */
        if (bpf_skb_store_bytes(packet, had + done, &rest->byte[done],
                                ((bytes - 1) & (LARGE_PIECE - 1)) + 1, 0))
            return false;
    }
    return true;
}

#endif
