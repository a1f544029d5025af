// SPDX-License-Identifier: Apache-2.0
#include "switch/metrics.h"

#include <array>

namespace bvs::daemon {

namespace {

struct ExportFamily {
    MetricFamily family;
    std::uint64_t (*read)(const ExporterView &view);
};

constexpr std::array k_families{
    ExportFamily{{"bvs_exporter_records", MetricType::counter, "",
                  "Flow records, or samples, told to collectors."},
                 [](const ExporterView &view) { return view.records; }},
    ExportFamily{{"bvs_exporter_datagrams", MetricType::counter, "",
                  "Datagrams; each goes to all collectors of the exporter."},
                 [](const ExporterView &view) { return view.sent.datagrams; }},
    ExportFamily{{"bvs_exporter_send_errors", MetricType::counter, "",
                  "Datagrams that a collector did not get, as far as the host knows."},
                 [](const ExporterView &view) { return view.sent.errors; }},
};

} // namespace

void add_export_metrics(OpenMetrics &page, const FlowExport &exports) {
    const auto views = exports.views();
    for (const auto &[family, read] : k_families) {
        page.begin(family);
        for (const auto &view : views)
            page.add({{"bridge", view.bridge}, {"protocol", view.protocol}}, read(view));
    }
    const auto totals = exports.totals();
    page.add_single({"bvs_accounted_flows", MetricType::gauge, "",
                     "Places in use in the table of counted flows, of all CPUs."},
                    totals.flows);
    page.add_single({"bvs_accounted_flows_capacity", MetricType::gauge, "",
                     "Places in the table of counted flows, of all CPUs."},
                    totals.capacity);
    page.add_single({"bvs_accounted_alone_packets", MetricType::counter, "packets",
                     "Packets of flows without a place, which the daemon counts by itself."},
                    totals.alone);
    page.add_single({"bvs_accounted_lost_packets", MetricType::counter, "packets",
                     "Packets that no record has."},
                    totals.lost_packets);
    page.add_single({"bvs_accounted_lost_bytes", MetricType::counter, "bytes", "Their bytes."},
                    totals.lost_bytes);
    page.add_single({"bvs_flow_samples_lost", MetricType::counter, "",
                     "Sampled packets that the daemon did not get."},
                    totals.lost_samples);
}

} // namespace bvs::daemon
