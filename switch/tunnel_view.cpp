// SPDX-License-Identifier: Apache-2.0
#include "switch/tunnel_view.h"

#include "switch/route_commands.h"

#include <algorithm>
#include <linux/if_ether.h>
#include <tuple>

namespace bvs::daemon {

namespace {

constexpr std::uint32_t k_ipv4 = 20, k_ipv6 = 40, k_udp = 8; // RFC 791, 8200, 768
constexpr std::uint32_t k_gre = 4, k_gre_field = 4; // RFC 2784, 2890: of checksum, key or number
constexpr std::uint32_t k_erspan_1 = 8, k_erspan_2 = 12; // draft-foschiano-erspan-03
constexpr std::uint32_t k_vxlan = 8, k_geneve = 8;       // RFC 7348, 8926 without options

std::uint32_t header_of(const model::Tunnel &tunnel) {
    switch (tunnel.type) {
    case BVS_TUNNEL_GRE:
        return k_gre + (tunnel.checksum ? k_gre_field : 0) +
               (tunnel.out_key.given ? k_gre_field : 0) + (tunnel.sequence ? k_gre_field : 0);
    case BVS_TUNNEL_ERSPAN:
        return k_gre + k_gre_field + (tunnel.erspan.version == 1 ? k_erspan_1 : k_erspan_2);
    case BVS_TUNNEL_VXLAN:
        return k_udp + k_vxlan;
    case BVS_TUNNEL_GENEVE:
        return k_udp + k_geneve;
    }
    return 0;
}

// Why nothing goes that way, though there is a route.
std::string obstacle(const TunnelSources &sources, const TunnelView &view,
                     const host::Route &route) {
    const auto remote = model::to_string(route.destination);
    if (route.local)
        return fmt::format("the remote address {} is one of this host's own", remote);
    const auto netdev = view.egress ? view.egress->name : fmt::to_string(route.ifindex);
    if (view.local.is_none())
        return fmt::format("{} has no {} address to send from; give it one, or set local_ip",
                           netdev, route.destination.is_v4() ? "IPv4" : "IPv6");
    if (const auto *port = sources.table.port_of_netdev(static_cast<std::uint32_t>(route.ifindex)))
        return fmt::format("{} leads to {}, but what comes in there is for bridge {}; give its "
                           "addresses and routes to an internal port of that bridge",
                           netdev, remote, port->bridge);
    return sources.underlay.error(route.ifindex);
}

} // namespace

// What is put in front of the packet: the inner Ethernet header and all outer ones but Ethernet's.
std::uint32_t TunnelView::inner_mtu() const {
    const auto outer = tunnel().remote.fixed.is_v4() ? k_ipv4 : k_ipv6;
    const auto overhead = outer + header_of(tunnel()) + ETH_HLEN;
    return underlay_mtu > overhead ? underlay_mtu - overhead : 0;
}

TunnelView view_of(const TunnelSources &sources, const model::Interface &interface) {
    TunnelView view{.interface = &interface,
                    .port = sources.table.port(interface.name),
                    .local = interface.tunnel->local.fixed,
                    .error = sources.reconciler.error(interface.name)};
    const auto &tunnel = view.tunnel();
    if (tunnel.remote.flow || !view.error.empty())
        return view;
    const auto route = sources.routing.lookup(tunnel.remote.fixed, tunnel.mark.value_or(0));
    if (!route) {
        view.error = route.error().message;
        return view;
    }
    view.egress = sources.links.find(route->ifindex);
    if (view.local.is_none())
        view.local = source_of(*route, sources.addresses);
    view.underlay_mtu = route->mtu ? route->mtu : view.egress ? view.egress->mtu : 0;
    view.aggregates = sources.underlay.aggregates(route->ifindex);
    view.error = obstacle(sources, view, *route);
    return view;
}

std::vector<TunnelView> list_tunnels(const TunnelSources &sources) {
    std::vector<TunnelView> views;
    for (const auto &[name, interface] : sources.config.interfaces())
        if (interface.tunnel)
            views.push_back(view_of(sources, interface));
    std::ranges::stable_sort(views, {}, [](const TunnelView &view) {
        return std::tie(view.interface->bridge, view.interface->name);
    });
    return views;
}

std::string mtu_hint(const TunnelView &view, std::uint32_t bridge_mtu) {
    const auto inner = view.inner_mtu();
    if (!inner || inner >= bridge_mtu)
        return {};
    return fmt::format("packets of {0} to {1} bytes do not fit: give what leads to {2} an MTU of "
                       "{3}, or the ports of {4} one of {5}",
                       inner + 1, bridge_mtu, model::to_string(view.tunnel().remote.fixed),
                       bridge_mtu + view.underlay_mtu - inner, view.interface->bridge, inner);
}

std::map<std::string, std::uint32_t> largest_mtus(const TunnelSources &sources) {
    std::map<std::string, std::uint32_t> mtus;
    for (const auto &[name, interface] : sources.config.interfaces())
        if (const auto *link =
                interface.has_netdev() ? sources.reconciler.visible_netdev(interface) : nullptr)
            mtus[interface.bridge] = std::max(mtus[interface.bridge], link->mtu);
    return mtus;
}

} // namespace bvs::daemon
