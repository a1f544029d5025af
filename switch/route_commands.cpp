// SPDX-License-Identifier: Apache-2.0
#include "switch/route_commands.h"

#include "switch/model/settings.h"
#include "switch/unixctl.h"

#include <charconv>

namespace bvs::daemon {

namespace {

using model::to_string;

std::string name_of(const RouteSources &sources, int ifindex) {
    const auto *link = sources.links.find(ifindex);
    return link ? link->name : fmt::to_string(ifindex);
}

Result<std::string> show_neighbours(const RouteSources &sources) {
    const auto all = sources.routing.neighbours();
    if (!all)
        return std::unexpected(all.error());
    auto text = fmt::format("{:<46}{:<20}{}\n{:=<74}\n", "IP", "MAC", "Bridge", "");
    for (const auto &neighbour : *all)
        text +=
            fmt::format("{:<46}{}   {}{}\n", to_string(neighbour.address), to_string(neighbour.mac),
                        name_of(sources, neighbour.ifindex), neighbour.stale ? " STALE" : "");
    return text;
}

Result<std::string> show_routes(const RouteSources &sources) {
    const auto all = sources.routing.routes();
    if (!all)
        return std::unexpected(all.error());
    std::string text = "Route Table:\n";
    for (const auto &route : *all) {
        const auto source = source_of(route, sources.addresses);
        if (source.is_none())
            continue; // nobody can send that way
        text += fmt::format("Cached: {}/{} dev {}", to_string(route.destination),
                            route.prefix_length, name_of(sources, route.ifindex));
        if (!route.gateway.is_none())
            text += " GW " + to_string(route.gateway);
        text += " SRC " + to_string(source) + (route.local ? " local\n" : "\n");
    }
    return text;
}

Result<std::uint32_t> parse_mark(std::string_view text) {
    constexpr std::string_view name = "pkt_mark=";
    std::uint32_t mark = 0;
    if (text.starts_with(name)) {
        const auto *end = text.data() + text.size();
        const auto [stop, problem] = std::from_chars(text.data() + name.size(), end, mark);
        if (stop == end && problem == std::errc())
            return mark;
    }
    return fail("Invalid pkt_mark: write pkt_mark=NUMBER");
}

Result<std::string> lookup(const RouteSources &sources, Arguments arguments) {
    const auto address = model::parse_ip_address(arguments[0]);
    if (!address)
        return fail("Invalid parameters");
    const auto mark = arguments.size() > 1 ? parse_mark(arguments[1]) : 0;
    if (!mark)
        return std::unexpected(mark.error());
    const auto route = sources.routing.lookup(*address, *mark);
    if (!route)
        return fail("Not found");
    return fmt::format("src {}\ngateway {}\ndev {}\n",
                       to_string(source_of(*route, sources.addresses)), to_string(route->gateway),
                       name_of(sources, route->ifindex));
}

} // namespace

void add_route_commands(Commands &commands, const RouteSources &sources) {
    for (const auto *name : {"tnl/neigh/show", "tnl/arp/show"})
        commands.add(name, "", 0, 0, [sources](Arguments) { return show_neighbours(sources); });
    commands.add("ovs/route/show", "", 0, 0, [sources](Arguments) { return show_routes(sources); });
    commands.add("ovs/route/lookup", "ip_addr [pkt_mark=mark]", 1, 2,
                 [sources](Arguments arguments) { return lookup(sources, arguments); });
}

model::IpAddress source_of(const host::Route &route, const host::AddressTable &addresses) {
    if (route.local)
        return route.source.is_none() ? route.destination : route.source;
    return addresses.source(route.ifindex, !route.destination.is_v4()).value_or(route.source);
}

} // namespace bvs::daemon
