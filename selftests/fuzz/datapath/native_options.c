// SPDX-License-Identifier: Apache-2.0
#include "selftests/fuzz/datapath/native_options.h"

#include <linux/types.h>
#include <string.h>

// As the kernel's helper of this name, for callbacks with whatever context they have.
#define bpf_loop(times, step, context, flags)                                                      \
    do {                                                                                           \
        for (__u32 turn = 0; turn < (times) && !step(turn, context); turn++)                       \
            ;                                                                                      \
    } while (0)

#pragma GCC diagnostic ignored "-Wunused-parameter" // a callback has its turn's number
#include "bpf/options.h"

int bvs_native_read_options(const struct bvs_tlv_table *table, const __u8 *options, __u32 bytes,
                            struct bvs_flow *flow) {
    struct came_options came;

    memset(&came, 0xa5, sizeof came); // of the packet before
    memcpy(came.raw, options, bytes);
    if (!options_read(table, &came, bytes))
        return 0;
    memcpy(&flow->word[BVS_WORD_options_present], came.word, sizeof came.word);
    return 1;
}

__u32 bvs_native_write_options(const struct bvs_tlv_table *table, const struct bvs_flow *flow,
                               __u8 *options) {
    const __u32 begin = 70; // over IPv6
    struct option_header header;
    struct option_writer writer = {.table = table, .flow = flow, .header = &header};
    const __u32 bytes = options_write(&writer, begin);

    memcpy(options, header.byte + begin, bytes);
    return bytes;
}
