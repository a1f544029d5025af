// SPDX-License-Identifier: Apache-2.0
#include "selftests/fuzz/datapath/native_parse.h"

#include "bpf/parse.h"

#include <string.h>

void bvs_native_parse(const void *begin, const void *end, struct bvs_vlan_tag accelerated,
                      struct bvs_flow *flow) {
    struct headers at;

    memset(flow, 0, sizeof *flow);
    parse_link(begin, end, accelerated, 1, flow, &at);
    if (has_shims(&at))
        parse_shims(begin, end, flow, &at);
    parse_network(begin, end, flow, &at);
}
