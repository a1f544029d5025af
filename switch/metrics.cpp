// SPDX-License-Identifier: Apache-2.0
#include "switch/metrics.h"

#include "switch/cache_view.h"
#include "switch/process_figures.h"
#include "switch/unixctl.h"

#include <chrono>
#include <memory>

namespace bvs::daemon {

namespace {

void add_build(OpenMetrics &page, const MetricsSources &sources) {
    page.begin({"bvs_build", MetricType::info, "", "The daemon that answers."});
    page.add_info({{"version", sources.version}, {"abi", fmt::to_string(BVS_ABI_VERSION)}});
    const auto &datapath = sources.ports.table.datapath();
    page.begin({"bvs_datapath", MetricType::info, "", "The pinned datapath that it uses."});
    page.add_info({{"generation", fmt::to_string(datapath.generation())},
                   {"kernel", datapath.features().kernel}});
}

// Under the names that every exporter has.
void add_process(OpenMetrics &page) {
    const auto figures = process_figures();
    page.add_single({"process_cpu_seconds", MetricType::counter, "seconds",
                     "User and system time that the daemon has taken."},
                    figures.cpu_seconds);
    page.add_single({"process_resident_memory_bytes", MetricType::gauge, "bytes",
                     "The daemon's memory; maps that the kernel shares with it are in it."},
                    figures.resident_bytes);
    page.add_single(
        {"process_virtual_memory_bytes", MetricType::gauge, "bytes", "The daemon's address space."},
        figures.virtual_bytes);
    page.add_single({"process_start_time_seconds", MetricType::gauge, "seconds",
                     "Unix time at which the daemon started."},
                    figures.start_time);
    page.add_single({"process_open_fds", MetricType::gauge, "", "File descriptors in use."},
                    figures.open_files);
}

void add_database(OpenMetrics &page, const MetricsSources &sources) {
    const auto database = sources.database_status();
    page.add_single({"bvs_database_connected", MetricType::gauge, "",
                     "Whether the daemon has the database's content."},
                    std::uint64_t{database.connected});
    page.add_single({"bvs_database_locked", MetricType::gauge, "",
                     "Whether it holds the database's lock, and so may configure."},
                    std::uint64_t{database.locked});
}

} // namespace

Metrics::Metrics(MetricsSources sources)
    : sources_(std::move(sources)), cache_(*sources_.ports.table.maps().pipeline, possible_cpus()) {
}

std::string Metrics::page() {
    const auto start = std::chrono::steady_clock::now();
    OpenMetrics page;
    add_build(page, sources_);
    add_process(page);
    add_database(page, sources_);
    add_port_metrics(page, sources_.ports);
    add_bond_metrics(page, sources_.bonds);
    add_openflow_metrics(page, sources_.openflow);
    add_service_metrics(page, sources_);
    add_map_metrics(page, sources_, cache_.read());
    add_export_metrics(page, sources_.exports);
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
    page.add_single({"bvs_scrape_duration_seconds", MetricType::gauge, "seconds",
                     "What it took to make this page."},
                    spent.count());
    return std::move(page).finish();
}

void add_metrics_commands(Commands &commands, MetricsSources sources) {
    const auto metrics = std::make_shared<Metrics>(std::move(sources));
    commands.add("bvs/metrics", "", 0, 0,
                 [metrics](Arguments) { return Result<std::string>(metrics->page()); });
    commands.add("bvs/totals", "", 0, 0,
                 [metrics](Arguments) { return Result<std::string>(metrics->totals()); });
}

} // namespace bvs::daemon
