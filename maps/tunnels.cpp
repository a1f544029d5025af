// SPDX-License-Identifier: Apache-2.0
#include "maps/tunnels.h"

#include <netinet/in.h>

namespace bvs::maps {

namespace {

std::uint32_t listener_of(const bvs_tunnel_end &end) {
    const bool gre = end.type == BVS_TUNNEL_GRE || end.type == BVS_TUNNEL_ERSPAN;
    return bvs_listener_key(gre ? IPPROTO_GRE : IPPROTO_UDP, end.dst_port);
}

const char *name_of(std::uint16_t type) {
    switch (type) {
    case BVS_TUNNEL_GRE:
        return "gre";
    case BVS_TUNNEL_VXLAN:
        return "vxlan";
    case BVS_TUNNEL_GENEVE:
        return "geneve";
    default:
        return "erspan";
    }
}

} // namespace

Result<TunnelEnds> TunnelEnds::open(int ends_fd, int listeners_fd) {
    auto ends = Ends::open(ends_fd, "tunnel_ends", "remove tunnel ports");
    if (!ends)
        return std::unexpected(ends.error());
    auto listeners =
        Listeners::open(listeners_fd, "tunnel_listeners", "let tunnels share a dst_port");
    if (!listeners)
        return std::unexpected(listeners.error());
    TunnelEnds both(std::move(*ends), std::move(*listeners));
    if (const auto adopted = both.adopt(); !adopted)
        return std::unexpected(adopted.error());
    return both;
}

Result<> TunnelEnds::adopt() {
    for (const auto &[end, port] : ends_.all()) {
        auto &count = counts_[listener_of(end)];
        count.type = end.type;
        ++count.ends[end.precision];
    }
    for (const auto &[listener, told] : listeners_.all())
        counts_.try_emplace(listener);
    for (auto next = counts_.begin(); next != counts_.end();)
        if (const auto done = tell((next++)->first); !done)
            return done;
    return {};
}

Result<> TunnelEnds::set(const bvs_tunnel_end &end, std::uint32_t port) {
    if (find(end))
        return ends_.set(end, port);
    const auto listener = listener_of(end);
    auto &count = counts_.try_emplace(listener, Count{.type = end.type, .ends = {}}).first->second;
    if (count.type != end.type)
        return std::unexpected(
            Error{fmt::format("UDP port {} is taken by tunnels of type {}; give this one another "
                              "dst_port",
                              end.dst_port, name_of(count.type)),
                  EADDRINUSE});
    ++count.ends[end.precision];
    auto done = ends_.set(end, port);
    if (done)
        done = tell(listener);
    if (!done) {
        --count.ends[end.precision];
        (void)tell(listener);
        (void)ends_.erase(end);
    }
    return done;
}

Result<> TunnelEnds::erase(const bvs_tunnel_end &end) {
    if (!find(end))
        return {};
    const auto listener = listener_of(end);
    --counts_.at(listener).ends[end.precision];
    const auto told = tell(listener);
    const auto erased = ends_.erase(end);
    return told ? erased : told;
}

Result<> TunnelEnds::tell(std::uint32_t listener) {
    const auto &count = counts_.at(listener);
    bvs_listener wanted = {.type = count.type, .precisions = 0};
    for (unsigned precision = 0; precision < BVS_PRECISIONS; ++precision)
        if (count.ends[precision])
            wanted.precisions |= static_cast<std::uint16_t>(1U << precision);
    if (wanted.precisions)
        return listeners_.set(listener, wanted);
    counts_.erase(listener);
    return listeners_.erase(listener);
}

} // namespace bvs::maps
