// SPDX-License-Identifier: Apache-2.0
#include "switch/drop_reasons.h"
#include "switch/metrics.h"
#include "switch/statistics.h"

#include <array>

namespace bvs::daemon {

namespace {

using Views = std::vector<PortView>;

MetricLabels labels_of(const PortView &view) {
    return {{"bridge", view.interface->bridge},
            {"port", view.interface->port},
            {"interface", view.interface->name}};
}

struct PortFamily {
    MetricFamily family;
    std::uint64_t (*read)(const PortView &view);
};

// Of what the datapath has.
constexpr std::array k_port_families{
    PortFamily{{"bvs_port_received_packets", MetricType::counter, "packets",
                "Frames that came in at the port."},
               [](const PortView &view) -> std::uint64_t { return view.counters.rx_packets; }},
    PortFamily{{"bvs_port_received_bytes", MetricType::counter, "bytes",
                "Bytes of the frames that came in."},
               [](const PortView &view) -> std::uint64_t { return view.counters.rx_bytes; }},
    PortFamily{{"bvs_port_transmitted_packets", MetricType::counter, "packets",
                "Frames that went out at the port."},
               [](const PortView &view) -> std::uint64_t { return view.counters.tx_packets; }},
    PortFamily{{"bvs_port_transmitted_bytes", MetricType::counter, "bytes",
                "Bytes of the frames that went out."},
               [](const PortView &view) -> std::uint64_t { return view.counters.tx_bytes; }},
    PortFamily{{"bvs_port_flooded_packets", MetricType::counter, "packets",
                "Received frames that were sent to more than one port."},
               [](const PortView &view) -> std::uint64_t { return view.counters.flooded; }},
    PortFamily{{"bvs_port_unclassified_packets", MetricType::counter, "packets",
                "Received frames that no rule was looked up for: all that there is says NORMAL."},
               [](const PortView &view) -> std::uint64_t { return view.counters.normal_packets; }},
    PortFamily{{"bvs_port_refused_addresses", MetricType::counter, "addresses",
                "Times that an address was not learned at the port, for a limit."},
               [](const PortView &view) -> std::uint64_t { return view.counters.learn_refused; }},
    PortFamily{{"bvs_port_learned_addresses", MetricType::gauge, "addresses",
                "Addresses learned at the port."},
               [](const PortView &view) -> std::uint64_t { return view.macs; }},
};

// Of every interface that is configured.
constexpr std::array k_interface_families{
    PortFamily{{"bvs_port_up", MetricType::gauge, "",
                "Whether the port's netdev is up and has a carrier."},
               [](const PortView &view) -> std::uint64_t { return view.up; }},
    PortFamily{{"bvs_port_in_error", MetricType::gauge, "",
                "Whether the interface is not in use; its row says why."},
               [](const PortView &view) -> std::uint64_t { return !view.error.empty(); }},
};

void add_family(OpenMetrics &page, const PortFamily &family, const Views &views, bool all) {
    page.begin(family.family);
    for (const auto &view : views)
        if (all || view.port)
            page.add(labels_of(view), family.read(view));
}

void add_identities(OpenMetrics &page, const Views &views) {
    page.begin({"bvs_port", MetricType::info, "", "What the ports of the datapath are."});
    for (const auto &view : views) {
        if (!view.port)
            continue;
        auto labels = labels_of(view);
        labels.emplace_back("type", model::type_of(*view.interface));
        labels.emplace_back("ofport", fmt::to_string(view.port->ofport));
        labels.emplace_back("ifindex", fmt::to_string(view.port->state.port.netdev()));
        labels.emplace_back("hook", view.hook);
        page.add_info(labels);
    }
}

void add_tunnels(OpenMetrics &page, const Views &views) {
    page.begin({"bvs_tunnel", MetricType::info, "",
                "Tunnel ports; an address or key that is each packet's own is \"flow\"."});
    const auto address = [](const model::TunnelAddress &one) {
        return one.flow              ? std::string("flow")
               : one.fixed.is_none() ? ""
                                     : model::to_string(one.fixed);
    };
    for (const auto &view : views) {
        if (!view.port || !view.interface->tunnel)
            continue;
        const auto &tunnel = *view.interface->tunnel;
        auto labels = labels_of(view);
        labels.emplace_back("type", model::to_string(tunnel.type));
        labels.emplace_back("remote", address(tunnel.remote));
        labels.emplace_back("local", address(tunnel.local));
        labels.emplace_back("key",
                            tunnel.out_key.flow ? "flow" : fmt::to_string(tunnel.out_key.fixed));
        page.add_info(labels);
    }
}

void add_drops_of(OpenMetrics &page, const MetricLabels &port, std::size_t reason,
                  const bvs_port_counters &counters) {
    if (!counters.drops[reason])
        return;
    auto labels = port;
    labels.emplace_back("side", k_drop_reasons[reason].side);
    labels.emplace_back("reason", k_drop_reasons[reason].name);
    page.add(labels, std::uint64_t{counters.drops[reason]});
}

// Only of those that there were: sixty reasons a port would be many lines of zeros.
void add_drops(OpenMetrics &page, const PortSources &sources, const Views &views) {
    const auto of_no_port = sources.table.maps().port_counters.get(0).value_or(bvs_port_counters());
    page.begin({"bvs_port_dropped_packets", MetricType::counter, "packets",
                "Frames dropped, by reason: came in at the port (side rx) or should have gone out "
                "there (tx)."});
    for (std::size_t reason = 0; reason < k_drop_reasons.size(); ++reason) {
        const std::string name(name_of_no_port(reason));
        add_drops_of(page, {{"bridge", ""}, {"port", name}, {"interface", name}}, reason,
                     of_no_port);
    }
    for (const auto &view : views)
        for (std::size_t reason = 0; reason < k_drop_reasons.size(); ++reason)
            add_drops_of(page, labels_of(view), reason, view.counters);
    for (const auto &[name, bond] : sources.table.bonds()) {
        const auto counters = sources.table.maps().port_counters.get(bond.number());
        for (std::size_t reason = 0; counters && reason < k_drop_reasons.size(); ++reason)
            add_drops_of(page, {{"bridge", bond.bridge}, {"port", name}, {"interface", name}},
                         reason, *counters);
    }
}

} // namespace

void add_port_metrics(OpenMetrics &page, const PortSources &sources) {
    const auto views = list_ports(sources);
    add_identities(page, views);
    for (const auto &family : k_interface_families)
        add_family(page, family, views, true);
    for (const auto &family : k_port_families)
        add_family(page, family, views, false);
    add_drops(page, sources, views);
    add_tunnels(page, views);
}

} // namespace bvs::daemon
