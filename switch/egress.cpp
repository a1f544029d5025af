// SPDX-License-Identifier: Apache-2.0
#include "switch/egress.h"

namespace bvs::daemon {

EgressOf egress_by(host::Routing &routing, const host::LinkTable &links, const Underlay &underlay) {
    return [&](const model::Tunnel &tunnel) -> std::optional<Egress> {
        if (tunnel.remote.flow)
            return std::nullopt;
        const auto route = routing.lookup(tunnel.remote.fixed, tunnel.mark.value_or(0));
        const auto *link = route ? links.find(route->ifindex) : nullptr;
        if (!link)
            return std::nullopt;
        return Egress{.netdev = link->name,
                      .carrier = link->carrier,
                      .hook_error = underlay.error(link->ifindex)};
    };
}

} // namespace bvs::daemon
