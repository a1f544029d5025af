// SPDX-License-Identifier: Apache-2.0
#include "switch/port_view.h"

#include <algorithm>
#include <tuple>

namespace bvs::daemon {

namespace {

bool is_up(const PortSources &sources, const LivePort &port) {
    if (!port.has_netdev())
        return port.in_service();
    const auto *link = sources.reconciler.netdev(port);
    return link && link->up && link->carrier;
}

PortView view_of(const PortSources &sources, const model::Interface &interface) {
    PortView view{.interface = &interface,
                  .port = sources.table.port(interface.name),
                  .error = sources.reconciler.error(interface.name)};
    if (!view.port)
        return view;
    view.up = is_up(sources, *view.port);
    view.hook = hook_kind(sources, *view.port);
    const auto &maps = sources.table.maps();
    view.macs = maps.port_learned.get(view.port->number()).macs;
    view.counters = maps.port_counters.get(view.port->number()).value_or(bvs_port_counters());
    return view;
}

} // namespace

std::vector<PortView> list_ports(const PortSources &sources) {
    std::vector<PortView> views;
    for (const auto &[name, interface] : sources.config.interfaces())
        views.push_back(view_of(sources, interface));
    std::ranges::sort(views, {}, [](const PortView &view) {
        const auto &interface = *view.interface;
        return std::tie(interface.bridge, interface.port, interface.name);
    });
    return views;
}

std::string hook_kind(const PortSources &sources, const LivePort &port) {
    return port.state.port.xdp ? "xdp" : sources.reporter.hook(port);
}

std::string port_name(const PortSources &sources, const LivePort &port) {
    const auto *interface = sources.config.interface(port.name);
    return interface ? interface->port : port.name;
}

} // namespace bvs::daemon
