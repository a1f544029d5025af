/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * CRC32c (RFC 9260, appendix A) of a message of which four bytes change. The sum is linear: what it
 * changes by is the sum of the difference, and that is the difference times x^8 for each byte from
 * there on to the message's end. So nothing else of the message has to be read, however long it is.
 * Polynomials stand in a word with their lowest power in its highest bit.
 */
#ifndef BVS_BPF_CRC32C_H
#define BVS_BPF_CRC32C_H

#include <linux/types.h>

#define CRC32C_POLYNOMIAL 0x82f63b78U

/* x^8, squared again and again: a byte, two, four, ... of zeros. */
static const __u32 crc32c_bytes[16] = {
    0x00800000, 0x00008000, 0x82f63b78, 0x6ea2d55c, 0x18b8ea18, 0x510ac59a, 0xb82be955, 0xb8fdb1e7,
    0x88e56f72, 0x74c360a4, 0xe4172b16, 0x0d65762a, 0x35d73a62, 0x28461564, 0xbf455269, 0xe2ea32dc,
};

static __always_inline __u32 crc32c_product(__u32 a, __u32 b) {
    __u32 product = 0;

    for (int i = 0; i < 32; i++) {
        product ^= b & -(a >> 31);
        a <<= 1;
        b = b >> 1 ^ (CRC32C_POLYNOMIAL & -(b & 1));
    }
    return product;
}

struct crc32c {
    __u32 sum;
    __u32 bytes;
};

static long crc32c_step(__u32 index, struct crc32c *c) {
    if (index < 16 && c->bytes >> index & 1)
        c->sum = crc32c_product(crc32c_bytes[index], c->sum);
    return 0;
}

/* What the sum changes by, if the first four of so many bytes change by `difference`; both as
 * numbers whose first byte is the lowest. */
static __always_inline __u32 crc32c_change(__u32 difference, __u16 bytes) {
    struct crc32c c = {.sum = difference, .bytes = bytes};

    bpf_loop(16, crc32c_step, &c, 0);
    return c.sum;
}

#endif
