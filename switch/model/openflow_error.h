// SPDX-License-Identifier: Apache-2.0
//
// Why an OpenFlow request was refused, independent of the version it is answered in.
// OpenFlow 1.5.1, 7.5.4, and Nicira's and the ONF's extensions; ofagent/wire/error.cpp knows the
// numbers.
#pragma once

#include <cstdint>
#include <expected>
#include <string>

namespace bvs::model {

enum class Refusal : std::uint8_t {
    // bad request
    bad_version,
    bad_type,
    bad_multipart,
    bad_experimenter,
    bad_experimenter_type,
    eperm,
    bad_length,
    buffer_empty,
    buffer_unknown,
    bad_table_id,
    is_slave,
    bad_port,
    bad_packet,
    multipart_buffer_overflow,
    // bad action
    action_bad_type,
    action_bad_length,
    action_bad_experimenter,
    action_bad_experimenter_type,
    action_bad_out_port,
    action_bad_argument,
    action_eperm,
    action_too_many,
    action_bad_queue,
    action_bad_out_group,
    action_match_inconsistent,
    action_unsupported_order,
    action_bad_tag,
    action_bad_set_type,
    action_bad_set_length,
    action_bad_set_argument,
    action_bad_set_mask,
    action_bad_meter,
    // bad instruction
    instruction_unknown,
    instruction_unsupported,
    instruction_bad_table_id,
    instruction_unsupported_metadata,
    instruction_unsupported_metadata_mask,
    instruction_bad_experimenter,
    instruction_bad_length,
    instruction_eperm,
    instruction_duplicate,
    // bad match
    match_bad_type,
    match_bad_length,
    match_bad_tag,
    match_bad_dl_addr_mask,
    match_bad_nw_addr_mask,
    match_bad_wildcards,
    match_bad_field,
    match_bad_value,
    match_bad_mask,
    match_bad_prerequisite,
    match_duplicate,
    // flow mod
    flow_unknown,
    flow_table_full,
    flow_bad_table_id,
    flow_overlap,
    flow_eperm,
    flow_bad_timeout,
    flow_bad_command,
    flow_bad_flags,
    flow_cannot_sync,
    flow_bad_priority,
    flow_is_sync,
    flow_bad_tlv_field, // Nicira's: a field that the TLV table does not have
    // group mod
    group_exists,
    group_invalid,
    group_weight_unsupported,
    group_out_of_groups,
    group_out_of_buckets,
    group_chaining_unsupported,
    group_watch_unsupported,
    group_loop,
    group_unknown,
    group_chained,
    group_bad_type,
    group_bad_command,
    group_bad_bucket,
    group_bad_watch,
    group_eperm,
    group_unknown_bucket,
    group_bucket_exists,
    // port mod
    port_bad_port,
    port_bad_hw_addr,
    port_bad_config,
    port_bad_advertise,
    port_eperm,
    // table mod
    table_bad_table,
    table_bad_config,
    table_eperm,
    // queue
    queue_bad_port,
    queue_bad_queue,
    queue_eperm,
    // switch config
    config_bad_flags,
    config_bad_length,
    config_eperm,
    // role
    role_stale,
    role_unsupported,
    role_bad,
    // meter mod
    meter_unknown_error,
    meter_exists,
    meter_invalid,
    meter_unknown,
    meter_bad_command,
    meter_bad_flags,
    meter_bad_rate,
    meter_bad_burst,
    meter_bad_band,
    meter_bad_band_value,
    meter_out_of_meters,
    meter_out_of_bands,
    // table features
    features_bad_table,
    features_bad_metadata,
    features_bad_type,
    features_bad_length,
    features_bad_argument,
    features_eperm,
    // asynchronous configuration
    async_invalid,
    async_unsupported,
    async_eperm,
    // flow monitor
    monitor_unknown_error,
    monitor_exists,
    monitor_invalid,
    monitor_unknown,
    monitor_bad_command,
    monitor_bad_flags,
    monitor_bad_table_id,
    monitor_bad_out,
    // bundle
    bundle_unknown_error,
    bundle_eperm,
    bundle_bad_id,
    bundle_exists,
    bundle_closed,
    bundle_out_of_bundles,
    bundle_bad_type,
    bundle_bad_flags,
    bundle_message_bad_length,
    bundle_message_bad_xid,
    bundle_message_unsupported,
    bundle_message_conflict,
    bundle_message_too_many,
    bundle_message_failed,
    bundle_timeout,
    bundle_in_progress,
    // Nicira's TLV table
    tlv_bad_command,
    tlv_bad_length,
    tlv_bad_index,
    tlv_table_full,
    tlv_mapped,
    tlv_duplicate,
    tlv_in_use,
    // hello
    hello_incompatible,
    hello_eperm,
};

struct OpenFlowError {
    Refusal refusal = Refusal::bad_type;
    std::string why; // a sentence for the log

    bool operator==(const OpenFlowError &) const = default;
};

template <class T = void>
using Answer = std::expected<T, OpenFlowError>;

inline std::unexpected<OpenFlowError> refuse(Refusal refusal, std::string why) {
    return std::unexpected(OpenFlowError{refusal, std::move(why)});
}

} // namespace bvs::model
