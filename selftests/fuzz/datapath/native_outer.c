// SPDX-License-Identifier: Apache-2.0
#include "selftests/fuzz/datapath/native_outer.h"

#include "bpf/outer.h"

#include <string.h>

static void look_inside(const void *begin, const void *end, const struct outer *o,
                        struct bvs_native_outer *result) {
    struct inner inner = {0};

    parse_inner(begin, end, o, &inner);
    result->passes = merge_ecn(o, &inner);
    result->can_be_cut = can_be_cut(o, &inner);
    result->inner_ipv6 = inner.ipv6;
    result->inner_at = inner.at;
    result->inner_first = inner.first;
    result->inner_first_after = inner.first_after;
}

void bvs_native_parse_outer(const void *begin, const void *end, __u8 type, int super,
                            struct bvs_native_outer *result) {
    const __u32 length = (const char *)end - (const char *)begin;
    struct outer o = {0};

    memset(result, 0, sizeof *result);
    result->is_carrier = parse_carrier(begin, end, &o);
    if (result->is_carrier) {
        o.to.type = o.ip_proto != IPPROTO_GRE ? type
                    : o.to.dst_port           ? BVS_TUNNEL_ERSPAN
                                              : BVS_TUNNEL_GRE;
        result->is_martian = is_martian(&o.to.remote);
        result->is_tunnel = parse_tunnel(begin, end, length, super, &o);
    }
    if (result->is_tunnel)
        look_inside(begin, end, &o, result);
    result->to = o.to;
    result->flags_and_policy = o.flags_and_policy;
    result->l4 = o.l4;
    result->ip_end = o.ip_end;
    result->at = o.at;
    result->end = o.end;
    result->ip_proto = o.ip_proto;
    result->ecn = o.ecn;
    result->options = o.options;
}
