/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Numbers out of and into bytes of a frame, at any alignment. Nothing here is a helper call, so it
 * serves natively compiled tests as well.
 */
#ifndef BVS_BPF_BYTES_H
#define BVS_BPF_BYTES_H

#include <linux/types.h>

#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif

#define copy_bytes(to, from, n) __builtin_memcpy(to, from, n)

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define to_network16(x) ((__u16)__builtin_bswap16((__u16)(x)))
#define to_network32(x) ((__u32)__builtin_bswap32((__u32)(x)))
#define to_network64(x) ((__u64)__builtin_bswap64((__u64)(x)))
#else
#define to_network16(x) ((__u16)(x))
#define to_network32(x) ((__u32)(x))
#define to_network64(x) ((__u64)(x))
#endif

/* One load in BPF, whose machines take any address; clang makes a copy of so many bytes of it. */
#ifdef __bpf__
#define load_unaligned(type, p)                                                                    \
    ({                                                                                             \
        typedef type __attribute__((may_alias)) any;                                               \
        *(const any *)(p);                                                                         \
    })
#else
#define load_unaligned(type, p)                                                                    \
    ({                                                                                             \
        type value;                                                                                \
        copy_bytes(&value, p, sizeof(value));                                                      \
        value;                                                                                     \
    })
#endif

static __always_inline __u16 load16(const __u8 *p) {
    return to_network16(load_unaligned(__u16, p));
}

static __always_inline __u32 load32(const __u8 *p) {
    return to_network32(load_unaligned(__u32, p));
}

static __always_inline __u64 load64(const __u8 *p) {
    return to_network64(load_unaligned(__u64, p));
}

static __always_inline __u64 load48(const __u8 *p) {
    return (__u64)load16(p) << 32 | load32(p + 2);
}

static __always_inline void store16(__u8 *p, __u16 v) {
    __u16 n = to_network16(v);

    copy_bytes(p, &n, 2);
}

static __always_inline void store32(__u8 *p, __u32 v) {
    __u32 n = to_network32(v);

    copy_bytes(p, &n, 4);
}

static __always_inline void store48(__u8 *p, __u64 v) {
    __u16 high = to_network16(v >> 32);
    __u32 low = to_network32(v);

    copy_bytes(p, &high, 2);
    copy_bytes(p + 2, &low, 4);
}

#endif
