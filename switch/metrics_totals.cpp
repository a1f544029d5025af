// SPDX-License-Identifier: Apache-2.0
#include "switch/cache_view.h"
#include "switch/metrics.h"
#include "switch/of_service.h"
#include "switch/process_figures.h"

#include <chrono>
#include <nlohmann/json.hpp>

namespace bvs::daemon {

using nlohmann::json;

namespace {

json bridge_totals(const MetricsSources &sources, const std::string &name, const OfService &service,
                   const CacheCount &cached) {
    const auto *live = sources.ports.table.bridge(name);
    return {{"bridge", name},
            {"rules", service.bridge().rules_used()},
            {"groups", service.bridge().groups_used()},
            {"meters", service.bridge().meters_used()},
            {"packet_ins", service.packet_ins()},
            {"fdb_entries",
             live ? sources.ports.table.maps().bridge_learned.get(live->number).macs : 0},
            {"cache_entries", cached.valid}};
}

json cache_totals(const maps::CacheCounts &use, const std::vector<CacheCount> &cached,
                  unsigned cpus) {
    std::uint64_t entries = 0;
    for (const auto &count : cached)
        entries += count.valid;
    return {{"hits", use.hits},
            {"misses", use.misses},
            {"unkept", use.unkept},
            {"entries", entries},
            {"capacity", std::uint64_t{cpus} * BVS_CACHE_SETS * BVS_CACHE_WAYS}};
}

} // namespace

std::string Metrics::totals() {
    const auto cpus = possible_cpus();
    const auto cached = count_cache_entries(*sources_.ports.table.maps().pipeline, cpus);
    const auto process = process_figures();
    const std::chrono::duration<double> now = std::chrono::system_clock::now().time_since_epoch();
    json bridges = json::array();
    for (const auto &[name, service] : sources_.openflow.services())
        bridges.push_back(
            bridge_totals(sources_, name, *service, cached[service->bridge().number()]));
    return json{{"version", sources_.version},
                {"uptime_seconds", now.count() - process.start_time},
                {"cpu_seconds", process.cpu_seconds},
                {"resident_bytes", process.resident_bytes},
                {"cache", cache_totals(cache_.read(), cached, cpus)},
                {"bridges", std::move(bridges)}}
        .dump();
}

} // namespace bvs::daemon
