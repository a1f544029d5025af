// SPDX-License-Identifier: Apache-2.0
#include "selftests/fuzz/datapath/native_outer.h"

#include "bpf/outer.h"

#include <string.h>

static void read_change(const void *begin, const void *end, const struct outer *o,
                        struct bvs_native_outer *result) {
    struct ecn_change change = {0};

    result->passes = parse_ecn(begin, end, o, &change);
    result->ecn_at = change.at;
    result->ecn_ipv6 = change.ipv6;
    result->ecn_from = change.from;
    result->ecn_to = change.to;
}

void bvs_native_parse_outer(const void *begin, const void *end, __u8 type, int super,
                            struct bvs_native_outer *result) {
    const __u32 length = (const char *)end - (const char *)begin;
    struct outer o = {0};

    memset(result, 0, sizeof *result);
    result->is_carrier = parse_carrier(begin, end, &o);
    if (result->is_carrier) {
        o.to.type = o.ip_proto == IPPROTO_GRE ? BVS_TUNNEL_GRE : type;
        result->is_martian = is_martian(&o.to.remote);
        result->is_tunnel = parse_tunnel(begin, end, length, super, &o);
    }
    if (result->is_tunnel)
        read_change(begin, end, &o, result);
    result->to = o.to;
    result->l4 = o.l4;
    result->ip_end = o.ip_end;
    result->at = o.at;
    result->end = o.end;
    result->ip_proto = o.ip_proto;
    result->ecn = o.ecn;
}
