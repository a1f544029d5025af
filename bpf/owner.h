/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Whose a packet is that comes to an address of ours in a tunnel, as its outer header says, and
 * what of that header the port that it is for understands. At both hooks.
 */
#ifndef BVS_BPF_OWNER_H
#define BVS_BPF_OWNER_H

#include "bpf/carrier.h"
#include "bpf/outer.h"
#include "bpf/recall.h"

static __always_inline bool is_local(const struct bvs_address *address) {
    return bpf_map_lookup_elem(&local_addresses, address);
}

/* What may be for a tunnel; null: this is for none. */
static __always_inline const struct bvs_listener *listener_of(const struct outer *o) {
    __u32 key = bvs_listener_key(o->ip_proto, o->to.dst_port);

    return bpf_map_lookup_elem(&tunnel_listeners, &key);
}

/* The port of the end that fits best; 0: there is none. */
static __always_inline __u32 find_end(const struct bvs_tunnel_end *to, __u32 precisions) {
    struct bvs_address none = {};

    for (__u32 precision = 0; precision < BVS_PRECISIONS; precision++) {
        struct bvs_tunnel_end end = *to;
        const __u32 *port;

        if (!(precisions >> precision & 1))
            continue;
        end.precision = precision;
        if (precision & BVS_PRECISION_ANY_KEY)
            end.key = 0;
        if (precision & BVS_PRECISION_ANY_REMOTE)
            end.remote = none;
        if (precision & BVS_PRECISION_ANY_LOCAL)
            end.local = none;
        port = bpf_map_lookup_elem(&tunnel_ends, &end);
        if (port)
            return *port;
    }
    return 0;
}

/* False: it is not to an address of ours. */
static __always_inline bool find_owner(const struct bvs_tunnel_end *to, __u32 precisions,
                                       struct owner *owner) {
    if (!is_local(&to->local))
        return false;
    owner->martian = is_martian(&to->remote) || is_local(&to->remote);
    owner->port = find_end(to, precisions);
    return true;
}

/* The same, asked only if it is worth it. */
static __always_inline bool recall_owner(const struct bvs_tunnel_end *to, __u32 precisions,
                                         struct owner *owner) {
    __u32 first = 0, slot, version;
    const struct bvs_onward_info *info = bpf_map_lookup_elem(&onward_info, &first);
    struct carrier *known;

    slot = recall_slot(to->remote.low ^ to->key << 32, to->local.low) & (CARRIERS - 1);
    known = bpf_map_lookup_elem(&carriers, &slot);
    version = info ? info->version : 0;
    if (known && recall_equal(&known->to, to, sizeof(*to)) && known->version == version) {
        *owner = known->owner;
        return true;
    }
    if (!find_owner(to, precisions, owner))
        return false;
    if (known) {
        known->to = *to;
        known->version = version;
        known->owner = *owner;
    }
    return true;
}

/* VXLAN's group policy is an extension, which a port may not have. */
static __always_inline bool knows_policy(__u32 port) {
    const struct bvs_tunnel *t = bpf_map_lookup_elem(&tunnels, &port);

    return t && t->flags & BVS_TUNNEL_GBP;
}

/* As the flow's word has it. */
static __always_inline __u64 understood(const struct outer *o, __u32 port) {
    if (o->flags_and_policy && o->to.type == BVS_TUNNEL_VXLAN && !knows_policy(port))
        return 0;
    return o->flags_and_policy;
}

#endif
