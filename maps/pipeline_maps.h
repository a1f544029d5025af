// SPDX-License-Identifier: Apache-2.0
//
// The pipeline's maps as typed C++ (maps/pipeline.h has what they hold). Their addresses are kept
// by those who write them, so it stays in place.
#pragma once

#include "base/result.h"
#include "maps/abi.h"
#include "maps/array.h"
#include "maps/chunks.h"

#include <functional>
#include <memory>
#include <optional>
#include <string_view>

namespace bvs::maps {

using RuleArray = ChunkedArray<bvs_rule, BVS_RULE_SHIFT>;
using BucketArray = ChunkedArray<bvs_rule_bucket, BVS_BUCKET_SHIFT>;
using CodeArray = ChunkedArray<bvs_instruction, BVS_CODE_SHIFT>;
using LongKeyArray = ChunkedArray<bvs_long_key, BVS_LONG_KEY_SHIFT>;
using GroupArray = ChunkedArray<bvs_group, BVS_GROUP_SHIFT>;
using MeterArray = ChunkedArray<bvs_meter, BVS_METER_SHIFT>;
using RecordArray = ChunkedArray<bvs_record_cell, BVS_RECORD_SHIFT>;
using TrajectoryArray = ChunkedArray<bvs_trajectory, BVS_TRAJECTORY_SHIFT>;
using TallyArray = ChunkedArray<bvs_tally, BVS_TRAJECTORY_SHIFT>;

struct PipelineMaps {
    static Result<std::unique_ptr<PipelineMaps>>
    open(const std::function<Result<int>(std::string_view name)> &fd_of);
    PipelineMaps(const PipelineMaps &) = delete;
    PipelineMaps &operator=(const PipelineMaps &) = delete;

    // What the chunks take of the kernel's memory.
    std::size_t bytes() const;

    Array<bvs_classifier> classifier;
    Array<__u64> rule_filters;
    Array<bvs_pipeline> pipelines;
    Array<bvs_table> tables;
    Array<bvs_subtable> subtables;
    Array<std::uint32_t> subtable_lists;
    Array<bvs_cache_mask> cache_masks;
    Array<bvs_trajectory_pool> trajectory_pool;
    Array<bvs_trace_filter> trace_filter;
    Array<bvs_tlv_table> tlv_tables; // by bridge
    RuleArray rules;
    BucketArray buckets;
    CodeArray code;
    LongKeyArray long_keys;
    GroupArray groups;
    MeterArray meters;
    RecordArray records;
    TrajectoryArray trajectories;
    TallyArray tallies;
    Chunks cache;
    int interned_fd = -1;          // hash: bvs_identity -> trajectory
    int free_trajectories_fd = -1; // queue
    int ofports_fd = -1;           // hash: bvs_ofport -> port
    int packet_ins_fd = -1;        // ring buffer of bvs_packet_in
    int traces_fd = -1;            // ring buffer of bvs_trace_event

  private:
    struct Parts;
    explicit PipelineMaps(Parts parts);
};

} // namespace bvs::maps
