/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Addresses of protocols between neighbours, which a bridge must not forward. */
#ifndef BVS_BPF_RESERVED_H
#define BVS_BPF_RESERVED_H

#include "bpf/bytes.h"
#include <stdbool.h>

/*
 * IEEE 802.1D table 7-10 (01:80:c2:00:00:00 to 0f), and the vendors' neighbours' protocols that
 * Open vSwitch treats alike: CDP and VTP, PVST+, STP uplink fast, ISL, and 01:00:0c:cc:cc:c0 to c7.
 */
static __always_inline bool is_reserved_address(__u64 mac) {
    if (mac >> 4 == 0x0180c200000ULL)
        return true;
    if (mac >> 24 != 0x01000cULL)
        return false;
    return mac == 0x01000cccccccULL || mac == 0x01000ccccccdULL || mac == 0x01000ccdcdcdULL ||
           mac == 0x01000c000000ULL || mac >> 3 == 0x01000cccccc0ULL >> 3;
}

#endif
