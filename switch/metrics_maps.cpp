// SPDX-License-Identifier: Apache-2.0
#include "switch/cache_view.h"
#include "switch/metrics.h"

#include <array>

namespace bvs::daemon {

namespace {

// ---- learned addresses ----------------------------------------------------------------------

struct FdbFamily {
    MetricFamily family;
    std::uint64_t (*read)(const bvs_learned &learned);
};

constexpr std::array k_fdb_families{
    FdbFamily{{"bvs_bridge_fdb_entries", MetricType::gauge, "entries",
               "Addresses that the bridge has learned; static ones do not count."},
              [](const bvs_learned &learned) -> std::uint64_t { return learned.macs; }},
    FdbFamily{{"bvs_bridge_fdb_moves", MetricType::counter, "",
               "Times that an address was seen behind another port than before."},
              [](const bvs_learned &learned) -> std::uint64_t { return learned.moved; }},
    FdbFamily{{"bvs_bridge_fdb_expirations", MetricType::counter, "",
               "Learned addresses forgotten because nobody used them."},
              [](const bvs_learned &learned) -> std::uint64_t { return learned.expired; }},
};

void add_fdb(OpenMetrics &page, const PortSources &sources) {
    const auto &bridges = sources.table.bridges();
    for (const auto &[family, read] : k_fdb_families) {
        page.begin(family);
        for (const auto &[name, bridge] : bridges)
            page.add({{"bridge", name}},
                     read(sources.table.maps().bridge_learned.get(bridge.number)));
    }
    page.begin({"bvs_bridge_fdb_capacity_entries", MetricType::gauge, "entries",
                "Addresses that the bridge may learn: other_config:mac-table-size."});
    for (const auto &[name, bridge] : bridges)
        if (const auto *wanted = sources.config.bridge(name))
            page.add({{"bridge", name}}, std::uint64_t{wanted->mac_table_size});
}

// ---- the cache ------------------------------------------------------------------------------

void add_cache_use(OpenMetrics &page, const maps::CacheCounts &use) {
    page.add_single({"bvs_cache_hits", MetricType::counter, "",
                     "Frames whose way the cache knew; of bridges that use their tables."},
                    use.hits);
    page.add_single({"bvs_cache_misses", MetricType::counter, "",
                     "Frames that the OpenFlow tables were run for."},
                    use.misses);
    page.add_single({"bvs_cache_unkept", MetricType::counter, "",
                     "Of the misses, those whose way there was no room to keep."},
                    use.unkept);
}

void add_cache_entries(OpenMetrics &page, PortTable &table) {
    const auto &maps = *table.maps().pipeline;
    const auto cpus = possible_cpus();
    const auto counts = count_cache_entries(maps, cpus);
    const auto add = [&](const MetricFamily &family, std::uint64_t CacheCount::*member) {
        page.begin(family);
        for (const auto &[name, bridge] : table.bridges())
            page.add({{"bridge", name}}, counts[bridge.number].*member);
    };
    add({"bvs_cache_entries", MetricType::gauge, "entries",
         "Entries of the cache, of all CPUs, that are known to hold."},
        &CacheCount::valid);
    add({"bvs_cache_unverified_entries", MetricType::gauge, "entries",
         "Entries not looked at since the bridge's rules changed last."},
        &CacheCount::stale);
    page.add_single({"bvs_cache_capacity_entries", MetricType::gauge, "entries",
                     "Entries that the caches of all CPUs have room for."},
                    std::uint64_t{cpus} * BVS_CACHE_SETS * BVS_CACHE_WAYS);
}

// ---- how full they are ----------------------------------------------------------------------

struct Fill {
    std::string_view map;
    std::uint64_t entries;
    std::uint64_t capacity;
};

std::uint64_t meters_of(const maps::PipelineWriter &writer) {
    std::uint64_t meters = 0;
    writer.for_each_meter([&](std::uint32_t) { ++meters; });
    return meters;
}

void add_fill(OpenMetrics &page, PortTable &table, const maps::PipelineWriter &writer) {
    constexpr auto k_room = [](std::uint64_t chunks, unsigned shift) { return chunks << shift; };
    const std::array all{
        Fill{"ports", table.ports().size(), BVS_MAX_PORTS - 1},
        Fill{"bridges", table.bridges().size(), BVS_MAX_BRIDGES - 1},
        Fill{"fdb", table.maps().fdb.size(), std::uint64_t{BVS_FDB_BUCKETS} * BVS_FDB_WAYS},
        Fill{"rules", writer.rules(), k_room(BVS_RULE_CHUNKS, BVS_RULE_SHIFT)},
        Fill{"instructions", writer.instructions(), k_room(BVS_CODE_CHUNKS, BVS_CODE_SHIFT)},
        Fill{"records", writer.record_cells(), k_room(BVS_RECORD_CHUNKS, BVS_RECORD_SHIFT)},
        Fill{"groups", writer.groups(), k_room(BVS_GROUP_CHUNKS, BVS_GROUP_SHIFT)},
        Fill{"meters", meters_of(writer), k_room(BVS_METER_CHUNKS, BVS_METER_SHIFT)},
        Fill{"trajectories", writer.trajectories().used(),
             k_room(BVS_TRAJECTORY_CHUNKS, BVS_TRAJECTORY_SHIFT)},
    };
    page.begin({"bvs_map_entries", MetricType::gauge, "entries", "Entries of the map in use."});
    for (const auto &[map, entries, capacity] : all)
        page.add({{"map", std::string(map)}}, entries);
    page.begin({"bvs_map_capacity_entries", MetricType::gauge, "entries",
                "Entries that the map may have."});
    for (const auto &[map, entries, capacity] : all)
        page.add({{"map", std::string(map)}}, capacity);
}

} // namespace

void add_map_metrics(OpenMetrics &page, const MetricsSources &sources,
                     const maps::CacheCounts &cache) {
    auto &table = sources.ports.table;
    add_fdb(page, sources.ports);
    add_cache_use(page, cache);
    add_cache_entries(page, table);
    add_fill(page, table, sources.openflow.writer());
    page.add_single({"bvs_pipeline_memory_bytes", MetricType::gauge, "bytes",
                     "Kernel memory of rules, actions, groups, meters, trajectories and caches."},
                    std::uint64_t{table.maps().pipeline->bytes()});
}

} // namespace bvs::daemon
