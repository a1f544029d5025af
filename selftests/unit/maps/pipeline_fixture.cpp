// SPDX-License-Identifier: Apache-2.0
#include "pipeline_fixture.h"

#include "maps/multicast.h"

#include <bpf/bpf.h>
#include <stdexcept>
#include <unistd.h>

namespace bvs::maps {

namespace {

int create(bpf_map_type type, const std::string &name, std::uint32_t key_size,
           std::uint32_t value_size, std::uint32_t entries, bpf_map_create_opts options) {
    options.sz = sizeof options;
    const int fd = bpf_map_create(type, name.substr(0, BPF_OBJ_NAME_LEN - 1).c_str(), key_size,
                                  value_size, entries, &options);
    if (fd < 0)
        throw std::runtime_error("cannot make map " + name + ": " + std::strerror(errno));
    return fd;
}

bpf_map_create_opts flags(std::uint32_t flags) {
    bpf_map_create_opts options = {};
    options.map_flags = flags;
    return options;
}

} // namespace

KernelMaps::KernelMaps() {
    plain("classifier", sizeof(bvs_classifier), 1);
    plain("rule_filters", sizeof(__u64), BVS_FILTER_WORDS);
    plain("pipelines", sizeof(bvs_pipeline), BVS_MAX_BRIDGES);
    plain("tables", sizeof(bvs_table), BVS_MAX_BRIDGES * BVS_TABLES);
    plain("subtables", sizeof(bvs_subtable), BVS_SUBTABLES);
    plain("subtable_lists", sizeof(std::uint32_t), BVS_SUBTABLE_LIST_ENTRIES);
    plain("cache_masks", sizeof(bvs_cache_mask), BVS_MAX_BRIDGES * BVS_KINDS);
    plain("trajectory_pool", sizeof(bvs_trajectory_pool), 1);
    plain("trace_filter", sizeof(bvs_trace_filter), 1);
    plain("tlv_tables", sizeof(bvs_tlv_table), BVS_MAX_BRIDGES);
    chunks("rule_chunks", sizeof(bvs_rule), 1 << BVS_RULE_SHIFT, BVS_RULE_CHUNKS);
    chunks("bucket_chunks", sizeof(bvs_rule_bucket), 1 << BVS_BUCKET_SHIFT, BVS_BUCKET_CHUNKS);
    chunks("code_chunks", sizeof(bvs_instruction), 1 << BVS_CODE_SHIFT, BVS_CODE_CHUNKS);
    chunks("long_key_chunks", sizeof(bvs_long_key), 1 << BVS_LONG_KEY_SHIFT, BVS_LONG_KEY_CHUNKS);
    chunks("group_chunks", sizeof(bvs_group), 1 << BVS_GROUP_SHIFT, BVS_GROUP_CHUNKS);
    chunks("meter_chunks", sizeof(bvs_meter), 1 << BVS_METER_SHIFT, BVS_METER_CHUNKS);
    chunks("record_chunks", sizeof(bvs_record_cell), 1 << BVS_RECORD_SHIFT, BVS_RECORD_CHUNKS);
    chunks("trajectory_chunks", sizeof(bvs_trajectory), 1 << BVS_TRAJECTORY_SHIFT,
           BVS_TRAJECTORY_CHUNKS);
    chunks("tallies", sizeof(bvs_tally), 1 << BVS_TRAJECTORY_SHIFT,
           BVS_TRAJECTORY_CHUNKS * BVS_MAX_CPUS);
    chunks("cache", sizeof(bvs_cache_set), BVS_CACHE_SETS, BVS_MAX_CPUS);
    hash("trajectories", sizeof(bvs_identity), sizeof(std::uint32_t),
         BVS_TRAJECTORY_CHUNKS << BVS_TRAJECTORY_SHIFT);
    fds_["free_trajectories"] =
        create(BPF_MAP_TYPE_QUEUE, "free_trajectories", 0, sizeof(std::uint32_t),
               BVS_TRAJECTORY_CHUNKS << BVS_TRAJECTORY_SHIFT, {});
    hash("ofports", sizeof(bvs_ofport), sizeof(std::uint32_t), BVS_MAX_PORTS);
    hash("tunnel_ends", sizeof(bvs_tunnel_end), sizeof(std::uint32_t), BVS_MAX_PORTS);
    hash("tunnel_listeners", sizeof(std::uint32_t), sizeof(bvs_listener), BVS_MAX_LISTENERS);
    hash("local_addresses", sizeof(bvs_address), sizeof(std::uint32_t), BVS_MAX_LOCAL_ADDRESSES);
    hash("multicast_lists", sizeof(bvs_multicast_key), sizeof(std::uint32_t), BVS_MULTICAST_KEYS);
    plain("receivers", sizeof(bvs_receiver), BVS_RECEIVERS);
    fds_["packet_ins"] = create(BPF_MAP_TYPE_RINGBUF, "packet_ins", 0, 0, 4096, {});
    fds_["traces"] = create(BPF_MAP_TYPE_RINGBUF, "traces", 0, 0, 4096, {});
}

KernelMaps::~KernelMaps() {
    for (const auto &[name, fd] : fds_)
        close(fd);
}

int KernelMaps::plain(const std::string &name, std::uint32_t value_size, std::uint32_t entries) {
    return fds_[name] = create(BPF_MAP_TYPE_ARRAY, name, sizeof(std::uint32_t), value_size, entries,
                               flags(BPF_F_MMAPABLE));
}

void KernelMaps::hash(const std::string &name, std::uint32_t key_size, std::uint32_t value_size,
                      std::uint32_t entries) {
    fds_[name] =
        create(BPF_MAP_TYPE_HASH, name, key_size, value_size, entries, flags(BPF_F_NO_PREALLOC));
}

void KernelMaps::chunks(const std::string &name, std::uint32_t value_size, std::uint32_t values,
                        std::uint32_t most) {
    const int inner = create(BPF_MAP_TYPE_ARRAY, name, sizeof(std::uint32_t), value_size, values,
                             flags(BPF_F_MMAPABLE));
    bpf_map_create_opts options = {};
    options.inner_map_fd = static_cast<std::uint32_t>(inner);
    fds_[name] = create(BPF_MAP_TYPE_ARRAY_OF_MAPS, name, sizeof(std::uint32_t),
                        sizeof(std::uint32_t), most, options);
    close(inner);
    plain(name + "_made", sizeof(std::uint64_t), most);
}

std::unique_ptr<PipelineMaps> KernelMaps::open() const {
    auto maps = PipelineMaps::open(
        [this](std::string_view name) -> Result<int> { return fds_.at(std::string(name)); });
    if (!maps)
        throw std::runtime_error(maps.error().message);
    return std::move(*maps);
}

namespace {

bool same(const PipelineMaps &maps, const bvs_rule &rule, std::uint32_t subtable,
          const bvs_flow &flow) {
    const auto &mask = maps.subtables.at(subtable);
    if (rule.subtable != subtable)
        return false;
    for (unsigned i = 0; i < mask.words; ++i)
        if (bvs_subtable_word(&mask, &flow, i) !=
            (i < BVS_RULE_WORDS ? rule.key[i]
                                : maps.long_keys[rule.long_key].key[i - BVS_RULE_WORDS]))
            return false;
    return true;
}

std::uint32_t in_bucket(const PipelineMaps &maps, std::uint32_t place, std::uint64_t hash,
                        std::uint32_t subtable, const bvs_flow &flow) {
    const auto &bucket = maps.buckets[place];
    for (unsigned i = 0; i < 8; ++i) {
        const auto tag = static_cast<std::uint16_t>(bucket.tags[i / 4] >> (i % 4 * 16));
        if (tag == bvs_rule_tag(hash) && same(maps, maps.rules[bucket.rule[i]], subtable, flow))
            return bucket.rule[i];
    }
    return 0;
}

std::uint32_t in_subtable(const PipelineMaps &maps, std::uint32_t subtable, const bvs_flow &flow,
                          std::uint64_t generation) {
    const auto classifier = maps.classifier.get(0);
    const auto hash = bvs_rule_hash(&maps.subtables.at(subtable), subtable, &flow, classifier.seed);
    const auto home = (static_cast<std::uint32_t>(classifier.index >> 32) << BVS_BUCKET_SHIFT) +
                      (bvs_rule_bucket_of(hash) & static_cast<std::uint32_t>(classifier.index));
    if (!(maps.rule_filters.at(bvs_filter_word(home)) & bvs_filter_bit(home, bvs_rule_tag(hash))))
        return 0;
    auto rule = in_bucket(maps, home, hash, subtable, flow);
    if (!rule && maps.buckets[home].overflowed)
        rule = in_bucket(maps, home ^ 1, hash, subtable, flow);
    while (rule && (maps.rules[rule].added > generation || maps.rules[rule].removed <= generation))
        rule = maps.rules[rule].next;
    return rule;
}

} // namespace

std::uint32_t look_up(const PipelineMaps &maps, std::uint32_t bridge, std::uint8_t table,
                      const bvs_flow &flow) {
    const auto generation = maps.pipelines.at(bridge).generation;
    const auto list = maps.tables.at(bridge * BVS_TABLES + table).list;
    std::uint32_t best = 0;
    for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(list); ++i) {
        const auto subtable = maps.subtable_lists.at((list >> 32) + i);
        if (best && maps.rules[best].priority >= maps.subtables.at(subtable).max_priority)
            break;
        const auto rule = in_subtable(maps, subtable, flow, generation);
        if (rule && (!best || maps.rules[rule].priority > maps.rules[best].priority))
            best = rule;
    }
    return best;
}

} // namespace bvs::maps
