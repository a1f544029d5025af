// SPDX-License-Identifier: Apache-2.0
#include "switch/compile/tunnel.h"

namespace bvs::compile {

namespace {

using model::Tunnel;

std::uint16_t flags_of(const Tunnel &tunnel) {
    const auto &known = tunnel.remote.flow ? tunnel.local.fixed : tunnel.remote.fixed;
    unsigned flags = 0;
    if (!known.is_none() && !known.is_v4())
        flags |= BVS_TUNNEL_IPV6;
    if (tunnel.sequence || tunnel.type == BVS_TUNNEL_ERSPAN)
        flags |= BVS_TUNNEL_SEQUENCE;
    if (tunnel.out_key.given || tunnel.type != BVS_TUNNEL_GRE)
        flags |= BVS_TUNNEL_KEY_OUT;
    if (tunnel.out_key.flow)
        flags |= BVS_TUNNEL_KEY_OUT_FLOW;
    if (tunnel.remote.flow)
        flags |= BVS_TUNNEL_REMOTE_FLOW;
    if (tunnel.local.flow)
        flags |= BVS_TUNNEL_LOCAL_FLOW;
    if (tunnel.dont_fragment)
        flags |= BVS_TUNNEL_DF;
    if (tunnel.checksum)
        flags |= BVS_TUNNEL_CSUM;
    if (tunnel.tos_inherit)
        flags |= BVS_TUNNEL_TOS_INHERIT;
    if (tunnel.ttl_inherit)
        flags |= BVS_TUNNEL_TTL_INHERIT;
    if (tunnel.group_policy)
        flags |= BVS_TUNNEL_GBP;
    return static_cast<std::uint16_t>(flags);
}

std::uint16_t port_of(const Tunnel &tunnel) {
    if (tunnel.type != BVS_TUNNEL_ERSPAN)
        return tunnel.dst_port;
    return tunnel.erspan.version == 1 ? BVS_ERSPAN_1 : BVS_ERSPAN_2;
}

// The header's last word: the index, or that what is mirrored is Ethernet, by which hardware and in
// which direction; the clock's unit is 0, 100 us.
std::uint32_t erspan_of(const Tunnel &tunnel) {
    constexpr std::uint32_t ethernet = 1U << 15;
    constexpr unsigned hardware_shift = 4, direction_shift = 3;
    if (tunnel.type != BVS_TUNNEL_ERSPAN)
        return 0;
    const auto &erspan = tunnel.erspan;
    if (erspan.version == 1)
        return erspan.index;
    return ethernet | std::uint32_t{erspan.hardware_id} << hardware_shift |
           std::uint32_t{erspan.direction} << direction_shift;
}

std::uint8_t precision_of(const Tunnel &tunnel) {
    unsigned precision = 0;
    if (tunnel.local.fixed.is_none())
        precision |= BVS_PRECISION_ANY_LOCAL;
    if (tunnel.remote.flow)
        precision |= BVS_PRECISION_ANY_REMOTE;
    if (tunnel.in_key.flow)
        precision |= BVS_PRECISION_ANY_KEY;
    return static_cast<std::uint8_t>(precision);
}

} // namespace

bvs_tunnel compile_tunnel(const Tunnel &tunnel) {
    return {.remote = tunnel.remote.fixed.bits(),
            .local = tunnel.local.fixed.bits(),
            .key = tunnel.out_key.fixed,
            .flags = flags_of(tunnel),
            .dst_port = port_of(tunnel),
            .type = static_cast<std::uint8_t>(tunnel.type),
            .tos = tunnel.tos,
            .ttl = tunnel.ttl,
            .reserved8 = 0,
            .mark = tunnel.mark.value_or(0),
            .erspan = erspan_of(tunnel),
            .reserved = {}};
}

bvs_tunnel_end compile_end(const Tunnel &tunnel) {
    return {.remote = tunnel.remote.fixed.bits(),
            .local = tunnel.local.fixed.bits(),
            .key = tunnel.in_key.fixed,
            .dst_port = port_of(tunnel),
            .type = static_cast<std::uint8_t>(tunnel.type),
            .precision = precision_of(tunnel),
            .reserved = 0};
}

} // namespace bvs::compile
