// SPDX-License-Identifier: Apache-2.0
#include "switch/tunnel_commands.h"

#include "switch/unixctl.h"

#include <linux/if_ether.h>
#include <map>
#include <memory>
#include <netinet/in.h>
#include <nlohmann/json.hpp>

namespace bvs::daemon {

namespace {

using model::to_string;
using nlohmann::json;

// ---- Open vSwitch's texts -------------------------------------------------------------------

std::string key_text(const model::TunnelKey &key) {
    return key.flow ? "flow" : fmt::format("{:#x}", key.fixed);
}

// C's %#x has no prefix before a zero.
std::string ovs_key(const model::TunnelKey &key) {
    return !key.flow && !key.fixed ? "0" : key_text(key);
}

std::string tunnel_line(const TunnelView &view) {
    const auto &tunnel = view.tunnel();
    const auto end = [](const model::TunnelAddress &address) {
        return address.flow ? "flow" : to_string(address.fixed);
    };
    const auto number = view.port ? view.port->number() : 0;
    auto text = fmt::format("port {}: {} ({}: {}->{}, key={}, legacy_l2, dp port={}", number,
                            view.interface->name, to_string(tunnel.type), end(tunnel.local),
                            end(tunnel.remote), ovs_key(tunnel.in_key), number);
    if (tunnel.out_key != tunnel.in_key)
        text += ", out_key=" + (tunnel.out_key.given ? ovs_key(tunnel.out_key) : "none");
    text += tunnel.ttl_inherit ? ", ttl=inherit" : fmt::format(", ttl={}", tunnel.ttl);
    if (tunnel.tos_inherit)
        text += ", tos=inherit";
    else if (tunnel.tos)
        text += fmt::format(", tos={:#x}", tunnel.tos);
    if (!tunnel.dont_fragment)
        text += ", df=false";
    if (tunnel.checksum)
        text += ", csum=true";
    return text + ")\n";
}

// Tunnels that come in at the same UDP port, or by GRE, as one device of Open vSwitch's kernel
// module.
struct Listener {
    std::string name;
    std::uint32_t first_port = 0; // number of
    std::size_t tunnels = 0;
};

using Listeners = std::map<std::pair<bvs_tunnel_type, std::uint16_t>, Listener>;

std::string listener_name(const model::Tunnel &tunnel) {
    switch (tunnel.type) {
    case BVS_TUNNEL_VXLAN:
        return fmt::format("vxlan_sys_{}", tunnel.dst_port);
    case BVS_TUNNEL_GENEVE:
        return fmt::format("genev_sys_{}", tunnel.dst_port);
    case BVS_TUNNEL_ERSPAN:
        return "erspan_sys";
    case BVS_TUNNEL_GRE:
        break;
    }
    return "gre_sys";
}

Listeners listeners(const TunnelSources &sources) {
    Listeners all;
    for (const auto &[name, interface] : sources.config.interfaces()) {
        const auto *port = sources.table.port(name);
        if (!interface.tunnel || !port)
            continue;
        auto &listener = all[{interface.tunnel->type, interface.tunnel->dst_port}];
        if (!listener.tunnels++ || port->number() < listener.first_port)
            listener.first_port = port->number();
        listener.name = listener_name(*interface.tunnel);
    }
    return all;
}

// What comes in for the listener at an address of a netdev.
std::string listener_flow(std::uint16_t udp_port, const host::Link &link,
                          const model::IpAddress &address) {
    const bool v4 = address.is_v4();
    const int protocol = udp_port ? IPPROTO_UDP : IPPROTO_GRE;
    auto text = fmt::format("eth(dst={}),eth_type({:#06x}),{}(dst={},proto={},frag=no)",
                            to_string(link.mac), v4 ? ETH_P_IP : ETH_P_IPV6, v4 ? "ipv4" : "ipv6",
                            to_string(address), protocol);
    return udp_port ? text + fmt::format(",udp(dst={})", udp_port) : text;
}

std::string show_ports(const TunnelSources &sources, bool verbose) {
    std::string text = "Listening ports:\n";
    for (const auto &[key, listener] : listeners(sources)) {
        const auto head = fmt::format("{} ({})", listener.name, listener.first_port);
        if (!verbose) {
            text += fmt::format("{} ref_cnt={}\n", head, listener.tunnels);
            continue;
        }
        for (const auto &[ifindex, entries] : sources.addresses.entries()) {
            const auto *link = sources.links.find(ifindex);
            if (!link || link->loopback)
                continue;
            for (const auto &entry : entries)
                text += fmt::format("{} : {}\n", head,
                                    listener_flow(key.second, *link, entry.address.address));
        }
    }
    return text;
}

// ---- for programs ---------------------------------------------------------------------------

std::string plain_key(const model::TunnelKey &key) {
    return key.flow ? "flow" : key.given ? fmt::to_string(key.fixed) : "none";
}

std::string plain_address(bool flow, const model::IpAddress &address) {
    return flow ? "flow" : address.is_none() ? "" : to_string(address);
}

json describe(const TunnelView &view, std::uint32_t bridge_mtu) {
    const auto &interface = *view.interface;
    const auto &tunnel = view.tunnel();
    return {{"bridge", interface.bridge},
            {"port", interface.port},
            {"interface", interface.name},
            {"number", view.port ? view.port->number() : 0},
            {"type", to_string(tunnel.type)},
            {"local", plain_address(tunnel.local.flow, view.local)},
            {"remote", plain_address(tunnel.remote.flow, tunnel.remote.fixed)},
            {"in_key", plain_key(tunnel.in_key)},
            {"out_key", plain_key(tunnel.out_key)},
            {"dst_port", tunnel.dst_port},
            {"egress", view.egress ? view.egress->name : ""},
            {"carrier", view.egress && view.egress->up && view.egress->carrier},
            {"hook", view.aggregates ? "tc+xdp"
                     : view.egress   ? "tc"
                                     : ""},
            {"underlay_mtu", view.underlay_mtu},
            {"inner_mtu", view.inner_mtu()},
            {"hint", mtu_hint(view, bridge_mtu)},
            {"error", view.error}};
}

} // namespace

void add_tunnel_commands(Commands &commands, TunnelSources given) {
    const auto sources = std::make_shared<const TunnelSources>(given);
    commands.add("ofproto/list-tunnels", "", 0, 0, [sources](Arguments) {
        std::string text;
        for (const auto &view : list_tunnels(*sources))
            text += tunnel_line(view);
        return Result<std::string>(text);
    });
    commands.add("tnl/ports/show", "-v", 0, 1, [sources](Arguments arguments) {
        return Result<std::string>(
            show_ports(*sources, !arguments.empty() && arguments[0] == "-v"));
    });
    commands.add("bvs/tunnels", "", 0, 0, [sources](Arguments) {
        json all = json::array();
        auto mtus = largest_mtus(*sources);
        for (const auto &view : list_tunnels(*sources))
            all.push_back(describe(view, mtus[view.interface->bridge]));
        return Result<std::string>(all.dump());
    });
}

} // namespace bvs::daemon
