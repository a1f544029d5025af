// SPDX-License-Identifier: Apache-2.0
#include "maps/pipeline_maps.h"

namespace bvs::maps {

namespace {

// Opens what is named unless something failed before; the first error is the one that counts.
class Opener {
  public:
    explicit Opener(const std::function<Result<int>(std::string_view)> &fd_of) : fd_of_(fd_of) {}

    template <class Map, class... Shape>
    std::optional<Map> map(std::string_view name, Shape... shape) {
        const auto fd_there = fd(name);
        if (fd_there < 0)
            return std::nullopt;
        auto map = Map::open(fd_there, std::string(name), shape...);
        if (map)
            return std::move(*map);
        return note(map.error()), std::nullopt;
    }

    template <class Map, class... Shape>
    std::optional<Map> chunks(std::string_view name, Shape... shape) {
        const auto made_fd = fd(fmt::format("{}_made", name));
        return made_fd < 0 ? std::nullopt : map<Map>(name, made_fd, shape...);
    }

    int fd(std::string_view name) {
        const auto fd = fd_of_(name);
        if (fd)
            return *fd;
        return note(fd.error()), -1;
    }

    const std::optional<Error> &error() const { return error_; }

  private:
    void note(const Error &error) {
        if (!error_)
            error_ = error;
    }

    const std::function<Result<int>(std::string_view)> &fd_of_;
    std::optional<Error> error_;
};

} // namespace

struct PipelineMaps::Parts {
    explicit Parts(Opener &open)
        : classifier(open.map<Array<bvs_classifier>>("classifier")),
          rule_filters(open.map<Array<__u64>>("rule_filters")),
          pipelines(open.map<Array<bvs_pipeline>>("pipelines")),
          tables(open.map<Array<bvs_table>>("tables")),
          subtables(open.map<Array<bvs_subtable>>("subtables")),
          subtable_lists(open.map<Array<std::uint32_t>>("subtable_lists")),
          cache_masks(open.map<Array<bvs_cache_mask>>("cache_masks")),
          trajectory_pool(open.map<Array<bvs_trajectory_pool>>("trajectory_pool")),
          trace_filter(open.map<Array<bvs_trace_filter>>("trace_filter")),
          tlv_tables(open.map<Array<bvs_tlv_table>>("tlv_tables")),
          rules(open.chunks<RuleArray>("rule_chunks")),
          buckets(open.chunks<BucketArray>("bucket_chunks")),
          code(open.chunks<CodeArray>("code_chunks")),
          long_keys(open.chunks<LongKeyArray>("long_key_chunks")),
          groups(open.chunks<GroupArray>("group_chunks")),
          meters(open.chunks<MeterArray>("meter_chunks")),
          records(open.chunks<RecordArray>("record_chunks")),
          trajectories(open.chunks<TrajectoryArray>("trajectory_chunks")),
          tallies(open.chunks<TallyArray>("tallies")),
          cache(open.chunks<Chunks>("cache", sizeof(bvs_cache_set),
                                    static_cast<std::uint32_t>(BVS_CACHE_SETS))),
          interned_fd(open.fd("trajectories")), free_trajectories_fd(open.fd("free_trajectories")),
          ofports_fd(open.fd("ofports")), packet_ins_fd(open.fd("packet_ins")),
          traces_fd(open.fd("traces")) {}

    std::optional<Array<bvs_classifier>> classifier;
    std::optional<Array<__u64>> rule_filters;
    std::optional<Array<bvs_pipeline>> pipelines;
    std::optional<Array<bvs_table>> tables;
    std::optional<Array<bvs_subtable>> subtables;
    std::optional<Array<std::uint32_t>> subtable_lists;
    std::optional<Array<bvs_cache_mask>> cache_masks;
    std::optional<Array<bvs_trajectory_pool>> trajectory_pool;
    std::optional<Array<bvs_trace_filter>> trace_filter;
    std::optional<Array<bvs_tlv_table>> tlv_tables;
    std::optional<RuleArray> rules;
    std::optional<BucketArray> buckets;
    std::optional<CodeArray> code;
    std::optional<LongKeyArray> long_keys;
    std::optional<GroupArray> groups;
    std::optional<MeterArray> meters;
    std::optional<RecordArray> records;
    std::optional<TrajectoryArray> trajectories;
    std::optional<TallyArray> tallies;
    std::optional<Chunks> cache;
    int interned_fd;
    int free_trajectories_fd;
    int ofports_fd;
    int packet_ins_fd;
    int traces_fd;
};

Result<std::unique_ptr<PipelineMaps>>
PipelineMaps::open(const std::function<Result<int>(std::string_view)> &fd_of) {
    Opener opener(fd_of);
    Parts parts(opener);
    if (opener.error())
        return std::unexpected(*opener.error());
    return std::unique_ptr<PipelineMaps>(new PipelineMaps(std::move(parts)));
}

PipelineMaps::PipelineMaps(Parts parts)
    : classifier(std::move(*parts.classifier)), rule_filters(std::move(*parts.rule_filters)),
      pipelines(std::move(*parts.pipelines)), tables(std::move(*parts.tables)),
      subtables(std::move(*parts.subtables)), subtable_lists(std::move(*parts.subtable_lists)),
      cache_masks(std::move(*parts.cache_masks)),
      trajectory_pool(std::move(*parts.trajectory_pool)),
      trace_filter(std::move(*parts.trace_filter)), tlv_tables(std::move(*parts.tlv_tables)),
      rules(std::move(*parts.rules)), buckets(std::move(*parts.buckets)),
      code(std::move(*parts.code)), long_keys(std::move(*parts.long_keys)),
      groups(std::move(*parts.groups)), meters(std::move(*parts.meters)),
      records(std::move(*parts.records)), trajectories(std::move(*parts.trajectories)),
      tallies(std::move(*parts.tallies)), cache(std::move(*parts.cache)),
      interned_fd(parts.interned_fd), free_trajectories_fd(parts.free_trajectories_fd),
      ofports_fd(parts.ofports_fd), packet_ins_fd(parts.packet_ins_fd), traces_fd(parts.traces_fd) {
}

std::size_t PipelineMaps::bytes() const {
    return rules.chunks().bytes() + buckets.chunks().bytes() + code.chunks().bytes() +
           long_keys.chunks().bytes() + groups.chunks().bytes() + meters.chunks().bytes() +
           records.chunks().bytes() + trajectories.chunks().bytes() + tallies.chunks().bytes() +
           cache.bytes();
}

} // namespace bvs::maps
