// SPDX-License-Identifier: Apache-2.0
#include "ofagent/of_switch.h"
#include "switch/metrics.h"
#include "switch/of_service.h"

#include <array>

namespace bvs::daemon {

namespace {

using Services = OpenFlow::Services;

void add_controllers(OpenMetrics &page, const Services &services) {
    struct Reported {
        const std::string &bridge;
        ControllerReport controller;
    };
    std::vector<Reported> all;
    for (const auto &[bridge, service] : services)
        for (auto &controller : service->controllers())
            all.push_back({bridge, std::move(controller)});
    page.begin({"bvs_controller_connected", MetricType::gauge, "",
                "Whether the bridge has a connection with the controller."});
    for (const auto &[bridge, controller] : all)
        page.add({{"bridge", bridge}, {"target", controller.target}},
                 std::uint64_t{controller.status.connected});
    page.begin({"bvs_controller", MetricType::info, "", "Role and state of the controllers."});
    for (const auto &[bridge, controller] : all)
        page.add_info({{"bridge", bridge},
                       {"target", controller.target},
                       {"role", role_word(controller.status.role)},
                       {"state", controller.status.state}});
}

struct BridgeFamily {
    MetricFamily family;
    std::uint64_t (*read)(const OfService &service);
};

constexpr std::array k_bridge_families{
    BridgeFamily{{"bvs_bridge_packet_ins", MetricType::counter, "",
                  "Frames that the datapath sent up for controllers, since the daemon started."},
                 [](const OfService &service) -> std::uint64_t { return service.packet_ins(); }},
    BridgeFamily{
        {"bvs_bridge_uses_tables", MetricType::gauge, "",
         "Whether frames go through the OpenFlow tables; if not, all that there is says "
         "NORMAL."},
        [](const OfService &service) -> std::uint64_t { return service.needs_pipeline(); }},
    BridgeFamily{
        {"bvs_bridge_groups", MetricType::gauge, "", "OpenFlow groups of the bridge."},
        [](const OfService &service) -> std::uint64_t { return service.bridge().groups_used(); }},
    BridgeFamily{
        {"bvs_bridge_meters", MetricType::gauge, "", "OpenFlow meters of the bridge."},
        [](const OfService &service) -> std::uint64_t { return service.bridge().meters_used(); }},
};

// Those that have rules, or had packets.
struct BridgeTable {
    const std::string &bridge;
    model::TableStats stats;
};

std::vector<BridgeTable> tables_in_use(const Services &services) {
    std::vector<BridgeTable> tables;
    for (const auto &[bridge, service] : services)
        for (const auto &stats : service->bridge().table_stats())
            if (stats.active || stats.lookups)
                tables.push_back({bridge, stats});
    return tables;
}

struct TableFamily {
    MetricFamily family;
    std::uint64_t (*read)(const model::TableStats &stats);
};

constexpr std::array k_table_families{
    TableFamily{{"bvs_table_rules", MetricType::gauge, "rules", "Rules of the table."},
                [](const model::TableStats &stats) -> std::uint64_t { return stats.active; }},
    TableFamily{{"bvs_table_lookups", MetricType::counter, "",
                 "Frames that came to the table, those that the cache knew the way of included."},
                [](const model::TableStats &stats) -> std::uint64_t { return stats.lookups; }},
    TableFamily{
        {"bvs_table_matches", MetricType::counter, "", "Frames that matched a rule of the table."},
        [](const model::TableStats &stats) -> std::uint64_t { return stats.matched; }},
};

struct BridgeMeter {
    const std::string &bridge;
    model::MeterStats stats;
};

std::vector<BridgeMeter> all_meters(const Services &services) {
    std::vector<BridgeMeter> meters;
    for (const auto &[bridge, service] : services)
        for (auto &stats : service->bridge().meter_stats(model::k_all_meters))
            meters.push_back({bridge, std::move(stats)});
    return meters;
}

struct MeterFamily {
    MetricFamily family;
    std::uint64_t (*read)(const model::FlowCounters &counters);
};

constexpr auto read_packets = [](const model::FlowCounters &counters) -> std::uint64_t {
    return counters.packets;
};
constexpr auto read_bytes = [](const model::FlowCounters &counters) -> std::uint64_t {
    return counters.bytes;
};

void add_meters(OpenMetrics &page, const Services &services) {
    constexpr std::array k_of_meter{
        MeterFamily{
            {"bvs_meter_packets", MetricType::counter, "packets", "Frames that came to the meter."},
            read_packets},
        MeterFamily{{"bvs_meter_bytes", MetricType::counter, "bytes",
                     "Bytes of the frames that came to the meter."},
                    read_bytes},
    };
    constexpr std::array k_of_band{
        MeterFamily{{"bvs_meter_band_packets", MetricType::counter, "packets",
                     "Frames above the band's rate: dropped, or remarked."},
                    read_packets},
        MeterFamily{{"bvs_meter_band_bytes", MetricType::counter, "bytes",
                     "Bytes of the frames above the band's rate."},
                    read_bytes},
    };
    const auto meters = all_meters(services);
    const auto labels = [](const BridgeMeter &meter) -> MetricLabels {
        return {{"bridge", meter.bridge}, {"meter", fmt::to_string(meter.stats.meter)}};
    };
    for (const auto &[family, read] : k_of_meter) {
        page.begin(family);
        for (const auto &meter : meters)
            page.add(labels(meter), read(meter.stats.counters));
    }
    for (const auto &[family, read] : k_of_band) {
        page.begin(family);
        for (const auto &meter : meters)
            for (std::size_t band = 0; band < meter.stats.bands.size(); ++band) {
                auto of_band = labels(meter);
                of_band.emplace_back("band", fmt::to_string(band));
                page.add(of_band, read(meter.stats.bands[band]));
            }
    }
}

} // namespace

void add_openflow_metrics(OpenMetrics &page, const OpenFlow &openflow) {
    const auto &services = openflow.services();
    for (const auto &[family, read] : k_bridge_families) {
        page.begin(family);
        for (const auto &[bridge, service] : services)
            page.add({{"bridge", bridge}}, read(*service));
    }
    const auto tables = tables_in_use(services);
    for (const auto &[family, read] : k_table_families) {
        page.begin(family);
        for (const auto &[bridge, stats] : tables)
            page.add({{"bridge", bridge}, {"table", fmt::to_string(stats.table)}}, read(stats));
    }
    add_meters(page, services);
    add_controllers(page, services);
}

} // namespace bvs::daemon
