/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Geneve's options (RFC 8926, 3.5): from a header into words of the flow and back, as a bridge's
 * bvs_tlv_table has them. Bytes and tables in, bytes and words out; `bpf_loop` is the only helper.
 */
#ifndef BVS_BPF_OPTIONS_H
#define BVS_BPF_OPTIONS_H

#include "bpf/bytes.h"
#include "bpf/once.h"
#include "maps/abi.h"
#include <stdbool.h>

#define OPTION_WORDS (BVS_FLOW_WORDS - BVS_WORD_options_present)
#define OPTION_AREA                                                                                \
    256 /* a power of two, for the verifier; BVS_GENEVE_OPTION_BYTES of it are used */
#define OPTION_UNIT 4
#define OPTION_HEADER_AREA 512 /* so too: a header with all in front of it */
#define OPTION_CUTS (BVS_GENEVE_OPTION_BYTES / OPTION_UNIT)

/* What came in one header. */
struct came_options {
    __u64 word[OPTION_WORDS]; /* of the flow, from options_present on */
    __u8 raw[OPTION_AREA + OPTION_UNIT];
    __u32 at; /* in a map, as the verifier would follow its every value on the stack */
};

struct option_reader {
    const struct bvs_tlv_table *table;
    struct came_options *came;
    __u32 end;
    __u32 wrong;
};

static __always_inline __u32 option_load(const struct came_options *came, __u32 at) {
    return load32(&came->raw[at & (OPTION_AREA - 1)]);
}

static __always_inline __u32 option_kind(const struct bvs_tlv_option *o) {
    return (__u32)o->option_class << 8 | o->type;
}

/* Its number; BVS_TLV_OPTIONS: nobody knows it. */
static __always_inline __u32 option_find(const struct bvs_tlv_table *table, __u32 kind) {
    __u32 n;

    for (n = 0; n < BVS_TLV_OPTIONS; n++) {
        if (n >= table->options)
            return BVS_TLV_OPTIONS;
        if (table->option[n].bytes && option_kind(&table->option[n]) == kind)
            break;
    }
    return n;
}

/* The last one, if it is there more than once. */
static __always_inline void option_keep(struct came_options *came, __u32 n,
                                        const struct bvs_tlv_option *known, __u32 at) {
    came->word[0] |= 1ULL << n;
    for (__u32 i = 0; i < BVS_MOST_OPTION_BYTES / OPTION_UNIT; i++) {
        __u32 slot = known->slot + i, shift = slot & 1 ? 0 : 32, word = 1 + slot / 2;

        if (i * OPTION_UNIT >= known->bytes || word >= OPTION_WORDS)
            break;
        came->word[word] = (came->word[word] & ~(0xffffffffULL << shift)) |
                           (__u64)option_load(came, at + i * OPTION_UNIT) << shift;
    }
}

/* One option. What is wrong ends the packet: a length that does not fit, be it in the header or to
 * what the table has, and an option that nobody knows and that must be understood. */
static long option_read(__u32 index, struct option_reader *r) {
    __u32 at = READ_ONCE(r->came->at), head = option_load(r->came, at);
    __u32 bytes = (head & 0x1f) * OPTION_UNIT, n;

    if (at >= r->end)
        return 1;
    n = option_find(r->table, head >> 8);
    at += OPTION_UNIT;
    if (bytes > r->end - at) {
        r->wrong = 1;
    } else if (n < BVS_TLV_OPTIONS) {
        r->wrong = r->table->option[n].bytes != bytes;
        option_keep(r->came, n, &r->table->option[n], at);
    } else {
        r->wrong = !!(head >> 8 & BVS_OPTION_CRITICAL);
    }
    WRITE_ONCE(r->came->at, at + bytes);
    return r->wrong != 0;
}

/* `bytes` of came->raw are a header's options. False: the packet has to be dropped. */
static __always_inline bool options_read(const struct bvs_tlv_table *table,
                                         struct came_options *came, __u32 bytes) {
    struct option_reader r = {.table = table, .came = came, .end = bytes};

    __builtin_memset(came->word, 0, sizeof(came->word));
    WRITE_ONCE(came->at, 0);
    bpf_loop(OPTION_CUTS, option_read, &r, 0);
    return !r.wrong;
}

/* A header in the making. */
struct option_header {
    __u8 byte[2 * OPTION_HEADER_AREA];
    __u32 at; /* as in came_options */
    __u32 critical;
};

struct option_writer {
    const struct bvs_tlv_table *table;
    const struct bvs_flow *flow;
    struct option_header *header;
    __u32 end;
};

static __always_inline void option_store(struct option_header *header, __u32 at, __u32 value) {
    store32(&header->byte[at & (OPTION_HEADER_AREA - 1)], value);
}

static long option_write(__u32 n, struct option_writer *w) {
    const struct bvs_tlv_option *known = &w->table->option[n & (BVS_TLV_OPTIONS - 1)];
    __u64 left = w->flow->word[BVS_WORD_options_present] >> (n & (BVS_TLV_OPTIONS - 1));
    __u32 at = READ_ONCE(w->header->at), bytes = known->bytes;

    if (!left)
        return 1;
    if (!(left & 1) || !bytes || at + OPTION_UNIT + bytes > w->end)
        return 0;
    if (known->type & BVS_OPTION_CRITICAL)
        w->header->critical = 1;
    option_store(w->header, at, option_kind(known) << 8 | bytes / OPTION_UNIT);
    for (__u32 i = 0; i < BVS_MOST_OPTION_BYTES / OPTION_UNIT; i++) {
        __u32 slot = known->slot + i, shift = slot & 1 ? 0 : 32, word = BVS_FLOW_OPTIONS + slot / 2;

        if (i * OPTION_UNIT >= bytes)
            break;
        option_store(w->header, at + (i + 1) * OPTION_UNIT,
                     w->flow->word[word & (BVS_FLOW_WORDS - 1)] >> shift);
    }
    WRITE_ONCE(w->header->at, at + OPTION_UNIT + bytes);
    return 0;
}

/* Those that the flow has, from header->byte[begin] on; how many bytes. */
static __always_inline __u32 options_write(struct option_writer *w, __u32 begin) {
    w->header->at = begin;
    w->header->critical = 0;
    w->end = begin + BVS_GENEVE_OPTION_BYTES;
    bpf_loop(BVS_TLV_OPTIONS, option_write, w, 0);
    return READ_ONCE(w->header->at) - begin;
}

#endif
