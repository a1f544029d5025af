/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The header of ERSPAN behind GRE's (draft-foschiano-erspan-03): version 1, "type II", and version
 * 2, "type III". Which one it is, GRE's protocol tells, which stands for a UDP port's number.
 */
#ifndef BVS_BPF_ERSPAN_H
#define BVS_BPF_ERSPAN_H

#include "bpf/parse.h"

#define ERSPAN_SESSION 0x3ff /* bits of the key */
#define ERSPAN_TRUNCATED 0x400
#define ERSPAN_TAGGED 0x1800 /* version 1: the frame has its tag */
#define ERSPAN_CLOCK 100000U /* version 2: ns of a unit of its time */

static __always_inline bool is_erspan(__u16 protocol) {
    return protocol == BVS_ERSPAN_1 || protocol == BVS_ERSPAN_2;
}

static __always_inline __u32 erspan_bytes(__u16 protocol) {
    return protocol == BVS_ERSPAN_2 ? 12 : 8;
}

static __always_inline __u32 erspan_version(__u16 protocol) {
    return protocol == BVS_ERSPAN_2 ? 2 : 1;
}

/* `settings`: the header's last word. */
static __always_inline void erspan_put(__u8 *p, __u16 protocol, __u32 session, __u32 settings,
                                       struct bvs_vlan_tag tag, __u64 now) {
    __u32 word = erspan_version(protocol) << 28 | (session & (ERSPAN_SESSION | ERSPAN_TRUNCATED));

    if (tag.tpid) {
        word |= (__u32)(tag.tci & VID_MASK) << 16 | (__u32)tag.tci >> 13 << 13;
        if (protocol == BVS_ERSPAN_1)
            word |= ERSPAN_TAGGED;
    }
    store32(p, word);
    p += 4;
    if (protocol == BVS_ERSPAN_2) {
        store32(p, now / ERSPAN_CLOCK);
        p += 4;
    }
    store32(p, settings);
}

/* False: it is another version's, or cut off. */
static __always_inline bool erspan_read(const __u8 *p, const __u8 *end, __u16 protocol,
                                        __u64 *session) {
    if (p + 12 > end || p[0] >> 4 != erspan_version(protocol))
        return false;
    *session = load16(p + 2) & ERSPAN_SESSION;
    return true;
}

#endif
