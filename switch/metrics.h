// SPDX-License-Identifier: Apache-2.0
//
// The page of metrics that docs/metrics.md describes, which bvs/metrics and the metrics socket
// answer with, and bvs/totals of docs/unixctl.md. Everything is read when somebody asks for it;
// nothing is kept for it meanwhile.
#pragma once

#include "maps/cache_use.h"
#include "switch/flow_export.h"
#include "switch/mirrors.h"
#include "switch/open_metrics.h"
#include "switch/openflow.h"
#include "switch/port_view.h"
#include "switch/shaping.h"
#include "switch/vswitch.h"

#include <functional>
#include <string>

namespace bvs::daemon {

class Bonds;
class Commands;

struct MetricsSources { // outlive the commands
    PortSources ports;
    const OpenFlow &openflow;
    Shaping &shaping;
    const Mirrors &mirrors;
    const Bonds &bonds;
    const FlowExport &exports;
    std::string version;
    std::function<DatabaseStatus()> database_status;
};

void add_metrics_commands(Commands &commands, MetricsSources sources);

class Metrics {
  public:
    explicit Metrics(MetricsSources sources);

    std::string page();
    std::string totals(); // of bvs/totals: a JSON document

  private:
    MetricsSources sources_;
    maps::CacheUse cache_;
};

// Parts of the page: each writes whole families.
void add_port_metrics(OpenMetrics &page, const PortSources &sources);
void add_bond_metrics(OpenMetrics &page, const Bonds &bonds);
void add_openflow_metrics(OpenMetrics &page, const OpenFlow &openflow);
void add_service_metrics(OpenMetrics &page, const MetricsSources &sources);
void add_map_metrics(OpenMetrics &page, const MetricsSources &sources,
                     const maps::CacheCounts &cache);
void add_export_metrics(OpenMetrics &page, const FlowExport &exports);

} // namespace bvs::daemon
