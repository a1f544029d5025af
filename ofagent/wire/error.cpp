// SPDX-License-Identifier: Apache-2.0
#include "ofagent/wire/error.h"

#include "ofagent/wire/experimenter.h"

#include <algorithm>
#include <array>

namespace bvs::wire {
namespace {

using model::Refusal;

struct Row {
    Refusal refusal;
    Version first, last;
    ErrorNumber number;
};

// OpenFlow 1.5.1, 7.5.4, and the same of older versions.
constexpr Row k_rows[] = {
    // clang-format off
    // Hello failed
    {Refusal::hello_incompatible, Version::of10, Version::of15, {0, 0, 0}},
    {Refusal::hello_eperm, Version::of10, Version::of15, {0, 0, 1}},
    // Bad request
    {Refusal::bad_version, Version::of10, Version::of15, {0, 1, 0}},
    {Refusal::bad_type, Version::of10, Version::of15, {0, 1, 1}},
    {Refusal::bad_multipart, Version::of10, Version::of15, {0, 1, 2}},
    {Refusal::bad_experimenter, Version::of10, Version::of15, {0, 1, 3}},
    {Refusal::bad_experimenter_type, Version::of10, Version::of15, {0, 1, 4}},
    {Refusal::eperm, Version::of10, Version::of15, {0, 1, 5}},
    {Refusal::bad_length, Version::of10, Version::of15, {0, 1, 6}},
    {Refusal::buffer_empty, Version::of10, Version::of15, {0, 1, 7}},
    {Refusal::buffer_unknown, Version::of10, Version::of15, {0, 1, 8}},
    {Refusal::bad_table_id, Version::of10, Version::of10, {k_nicira, 1, 512}},
    {Refusal::bad_table_id, Version::of11, Version::of15, {0, 1, 9}},
    {Refusal::is_slave, Version::of10, Version::of11, {0, 1, 5}},
    {Refusal::is_slave, Version::of12, Version::of15, {0, 1, 10}},
    {Refusal::bad_port, Version::of10, Version::of11, {k_nicira, 1, 514}},
    {Refusal::bad_port, Version::of12, Version::of15, {0, 1, 11}},
    {Refusal::bad_packet, Version::of12, Version::of15, {0, 1, 12}},
    {Refusal::multipart_buffer_overflow, Version::of13, Version::of15, {0, 1, 13}},
    // Bad action
    {Refusal::action_bad_type, Version::of10, Version::of15, {0, 2, 0}},
    {Refusal::action_bad_length, Version::of10, Version::of15, {0, 2, 1}},
    {Refusal::action_bad_experimenter, Version::of10, Version::of15, {0, 2, 2}},
    {Refusal::action_bad_experimenter_type, Version::of10, Version::of15, {0, 2, 3}},
    {Refusal::action_bad_out_port, Version::of10, Version::of15, {0, 2, 4}},
    {Refusal::action_bad_argument, Version::of10, Version::of15, {0, 2, 5}},
    {Refusal::action_eperm, Version::of10, Version::of15, {0, 2, 6}},
    {Refusal::action_too_many, Version::of10, Version::of15, {0, 2, 7}},
    {Refusal::action_bad_queue, Version::of10, Version::of15, {0, 2, 8}},
    {Refusal::action_bad_out_group, Version::of11, Version::of15, {0, 2, 9}},
    {Refusal::action_match_inconsistent, Version::of10, Version::of10, {k_nicira, 1, 522}},
    {Refusal::action_match_inconsistent, Version::of11, Version::of15, {0, 2, 10}},
    {Refusal::action_unsupported_order, Version::of10, Version::of10, {0, 3, 5}},
    {Refusal::action_unsupported_order, Version::of11, Version::of15, {0, 2, 11}},
    {Refusal::action_bad_tag, Version::of11, Version::of15, {0, 2, 12}},
    {Refusal::action_bad_set_type, Version::of10, Version::of11, {k_nicira, 1, 523}},
    {Refusal::action_bad_set_type, Version::of12, Version::of15, {0, 2, 13}},
    {Refusal::action_bad_set_length, Version::of10, Version::of11, {k_nicira, 1, 524}},
    {Refusal::action_bad_set_length, Version::of12, Version::of15, {0, 2, 14}},
    {Refusal::action_bad_set_argument, Version::of10, Version::of11, {k_nicira, 1, 525}},
    {Refusal::action_bad_set_argument, Version::of12, Version::of15, {0, 2, 15}},
    {Refusal::action_bad_set_mask, Version::of13, Version::of14, {k_onf, 0, 4250}},
    {Refusal::action_bad_set_mask, Version::of15, Version::of15, {0, 2, 16}},
    {Refusal::action_bad_meter, Version::of15, Version::of15, {0, 2, 17}},
    // Bad instruction
    {Refusal::instruction_unknown, Version::of11, Version::of15, {0, 3, 0}},
    {Refusal::instruction_unsupported, Version::of10, Version::of10, {k_nicira, 2, 257}},
    {Refusal::instruction_unsupported, Version::of11, Version::of15, {0, 3, 1}},
    {Refusal::instruction_bad_table_id, Version::of11, Version::of15, {0, 3, 2}},
    {Refusal::instruction_unsupported_metadata, Version::of11, Version::of15, {0, 3, 3}},
    {Refusal::instruction_unsupported_metadata_mask, Version::of11, Version::of15, {0, 3, 4}},
    {Refusal::instruction_bad_experimenter, Version::of11, Version::of15, {0, 3, 5}},
    {Refusal::instruction_bad_length, Version::of12, Version::of15, {0, 3, 7}},
    {Refusal::instruction_eperm, Version::of12, Version::of15, {0, 3, 8}},
    {Refusal::instruction_duplicate, Version::of11, Version::of11, {k_nicira, 3, 256}},
    {Refusal::instruction_duplicate, Version::of12, Version::of13, {k_onf, 0, 2600}},
    {Refusal::instruction_duplicate, Version::of14, Version::of15, {0, 3, 9}},
    // Bad match
    {Refusal::match_bad_type, Version::of11, Version::of15, {0, 4, 0}},
    {Refusal::match_bad_length, Version::of11, Version::of15, {0, 4, 1}},
    {Refusal::match_bad_tag, Version::of11, Version::of15, {0, 4, 2}},
    {Refusal::match_bad_dl_addr_mask, Version::of11, Version::of15, {0, 4, 3}},
    {Refusal::match_bad_nw_addr_mask, Version::of11, Version::of15, {0, 4, 4}},
    {Refusal::match_bad_wildcards, Version::of10, Version::of10, {k_nicira, 1, 262}},
    {Refusal::match_bad_wildcards, Version::of11, Version::of15, {0, 4, 5}},
    {Refusal::match_bad_field, Version::of10, Version::of10, {k_nicira, 0, 263}},
    {Refusal::match_bad_field, Version::of11, Version::of15, {0, 4, 6}},
    {Refusal::match_bad_value, Version::of10, Version::of10, {k_nicira, 1, 258}},
    {Refusal::match_bad_value, Version::of11, Version::of15, {0, 4, 7}},
    {Refusal::match_bad_mask, Version::of10, Version::of11, {k_nicira, 1, 259}},
    {Refusal::match_bad_mask, Version::of12, Version::of15, {0, 4, 8}},
    {Refusal::match_bad_prerequisite, Version::of10, Version::of11, {k_nicira, 1, 260}},
    {Refusal::match_bad_prerequisite, Version::of12, Version::of15, {0, 4, 9}},
    {Refusal::match_duplicate, Version::of10, Version::of11, {k_nicira, 1, 261}},
    {Refusal::match_duplicate, Version::of12, Version::of15, {0, 4, 10}},
    // Flow mod failed
    {Refusal::flow_unknown, Version::of11, Version::of15, {0, 5, 0}},
    {Refusal::flow_table_full, Version::of10, Version::of10, {0, 3, 0}},
    {Refusal::flow_table_full, Version::of11, Version::of15, {0, 5, 1}},
    {Refusal::flow_bad_table_id, Version::of10, Version::of10, {k_nicira, 5, 257}},
    {Refusal::flow_bad_table_id, Version::of11, Version::of15, {0, 5, 2}},
    {Refusal::flow_overlap, Version::of10, Version::of10, {0, 3, 1}},
    {Refusal::flow_overlap, Version::of11, Version::of15, {0, 5, 3}},
    {Refusal::flow_eperm, Version::of10, Version::of10, {0, 3, 2}},
    {Refusal::flow_eperm, Version::of11, Version::of15, {0, 5, 4}},
    {Refusal::flow_bad_timeout, Version::of10, Version::of10, {0, 3, 3}},
    {Refusal::flow_bad_timeout, Version::of11, Version::of15, {0, 5, 5}},
    {Refusal::flow_bad_command, Version::of10, Version::of10, {0, 3, 4}},
    {Refusal::flow_bad_command, Version::of11, Version::of15, {0, 5, 6}},
    {Refusal::flow_bad_flags, Version::of10, Version::of10, {k_nicira, 3, 258}},
    {Refusal::flow_bad_flags, Version::of11, Version::of11, {k_nicira, 5, 258}},
    {Refusal::flow_bad_flags, Version::of12, Version::of15, {0, 5, 7}},
    {Refusal::flow_cannot_sync, Version::of14, Version::of15, {0, 5, 8}},
    {Refusal::flow_bad_priority, Version::of14, Version::of15, {0, 5, 9}},
    {Refusal::flow_is_sync, Version::of14, Version::of15, {0, 5, 10}},
    // Group mod failed
    {Refusal::group_exists, Version::of11, Version::of15, {0, 6, 0}},
    {Refusal::group_invalid, Version::of11, Version::of15, {0, 6, 1}},
    {Refusal::group_weight_unsupported, Version::of11, Version::of15, {0, 6, 2}},
    {Refusal::group_out_of_groups, Version::of11, Version::of15, {0, 6, 3}},
    {Refusal::group_out_of_buckets, Version::of11, Version::of15, {0, 6, 4}},
    {Refusal::group_chaining_unsupported, Version::of11, Version::of15, {0, 6, 5}},
    {Refusal::group_watch_unsupported, Version::of11, Version::of15, {0, 6, 6}},
    {Refusal::group_loop, Version::of11, Version::of15, {0, 6, 7}},
    {Refusal::group_unknown, Version::of11, Version::of15, {0, 6, 8}},
    {Refusal::group_chained, Version::of12, Version::of15, {0, 6, 9}},
    {Refusal::group_bad_type, Version::of12, Version::of15, {0, 6, 10}},
    {Refusal::group_bad_command, Version::of12, Version::of15, {0, 6, 11}},
    {Refusal::group_bad_bucket, Version::of12, Version::of15, {0, 6, 12}},
    {Refusal::group_bad_watch, Version::of12, Version::of15, {0, 6, 13}},
    {Refusal::group_eperm, Version::of12, Version::of15, {0, 6, 14}},
    {Refusal::group_unknown_bucket, Version::of15, Version::of15, {0, 6, 15}},
    {Refusal::group_bucket_exists, Version::of15, Version::of15, {0, 6, 16}},
    // Port mod failed
    {Refusal::port_bad_port, Version::of10, Version::of10, {0, 4, 0}},
    {Refusal::port_bad_port, Version::of11, Version::of15, {0, 7, 0}},
    {Refusal::port_bad_hw_addr, Version::of10, Version::of10, {0, 4, 1}},
    {Refusal::port_bad_hw_addr, Version::of11, Version::of15, {0, 7, 1}},
    {Refusal::port_bad_config, Version::of11, Version::of15, {0, 7, 2}},
    {Refusal::port_bad_advertise, Version::of11, Version::of15, {0, 7, 3}},
    {Refusal::port_eperm, Version::of12, Version::of15, {0, 7, 4}},
    // Table mod failed
    {Refusal::table_bad_table, Version::of11, Version::of15, {0, 8, 0}},
    {Refusal::table_bad_config, Version::of11, Version::of15, {0, 8, 1}},
    {Refusal::table_eperm, Version::of12, Version::of15, {0, 8, 2}},
    // Queue operation failed
    {Refusal::queue_bad_port, Version::of10, Version::of10, {0, 5, 0}},
    {Refusal::queue_bad_port, Version::of11, Version::of15, {0, 9, 0}},
    {Refusal::queue_bad_queue, Version::of10, Version::of10, {0, 5, 1}},
    {Refusal::queue_bad_queue, Version::of11, Version::of15, {0, 9, 1}},
    {Refusal::queue_eperm, Version::of10, Version::of10, {0, 5, 2}},
    {Refusal::queue_eperm, Version::of11, Version::of15, {0, 9, 2}},
    // Switch config failed
    {Refusal::config_bad_flags, Version::of11, Version::of15, {0, 10, 0}},
    {Refusal::config_bad_length, Version::of11, Version::of15, {0, 10, 1}},
    {Refusal::config_eperm, Version::of12, Version::of15, {0, 10, 2}},
    // Role request failed
    {Refusal::role_stale, Version::of12, Version::of15, {0, 11, 0}},
    {Refusal::role_unsupported, Version::of12, Version::of15, {0, 11, 1}},
    {Refusal::role_bad, Version::of10, Version::of11, {k_nicira, 1, 513}},
    {Refusal::role_bad, Version::of12, Version::of15, {0, 11, 2}},
    // Meter mod failed
    {Refusal::meter_unknown_error, Version::of13, Version::of15, {0, 12, 0}},
    {Refusal::meter_exists, Version::of13, Version::of15, {0, 12, 1}},
    {Refusal::meter_invalid, Version::of13, Version::of15, {0, 12, 2}},
    {Refusal::meter_unknown, Version::of13, Version::of15, {0, 12, 3}},
    {Refusal::meter_bad_command, Version::of13, Version::of15, {0, 12, 4}},
    {Refusal::meter_bad_flags, Version::of13, Version::of15, {0, 12, 5}},
    {Refusal::meter_bad_rate, Version::of13, Version::of15, {0, 12, 6}},
    {Refusal::meter_bad_burst, Version::of13, Version::of15, {0, 12, 7}},
    {Refusal::meter_bad_band, Version::of13, Version::of15, {0, 12, 8}},
    {Refusal::meter_bad_band_value, Version::of13, Version::of15, {0, 12, 9}},
    {Refusal::meter_out_of_meters, Version::of13, Version::of15, {0, 12, 10}},
    {Refusal::meter_out_of_bands, Version::of13, Version::of15, {0, 12, 11}},
    // Table features failed; since 1.4 its codes for properties are those of all properties
    {Refusal::features_bad_table, Version::of13, Version::of15, {0, 13, 0}},
    {Refusal::features_bad_metadata, Version::of13, Version::of15, {0, 13, 1}},
    {Refusal::features_bad_type, Version::of10, Version::of11, {k_nicira, 13, 2}},
    {Refusal::features_bad_type, Version::of12, Version::of12, {k_nicira, 0, 25}},
    {Refusal::features_bad_type, Version::of13, Version::of13, {0, 13, 2}},
    {Refusal::features_bad_type, Version::of14, Version::of15, {0, 14, 0}},
    {Refusal::features_bad_length, Version::of10, Version::of11, {k_nicira, 13, 3}},
    {Refusal::features_bad_length, Version::of12, Version::of12, {k_nicira, 0, 26}},
    {Refusal::features_bad_length, Version::of13, Version::of13, {0, 13, 3}},
    {Refusal::features_bad_length, Version::of14, Version::of15, {0, 14, 1}},
    {Refusal::features_bad_argument, Version::of10, Version::of11, {k_nicira, 13, 4}},
    {Refusal::features_bad_argument, Version::of12, Version::of12, {k_nicira, 0, 27}},
    {Refusal::features_bad_argument, Version::of13, Version::of13, {0, 13, 4}},
    {Refusal::features_bad_argument, Version::of14, Version::of15, {0, 14, 2}},
    {Refusal::features_eperm, Version::of13, Version::of15, {0, 13, 5}},
    // Asynchronous configuration failed
    {Refusal::async_invalid, Version::of14, Version::of15, {0, 15, 0}},
    {Refusal::async_unsupported, Version::of14, Version::of15, {0, 15, 1}},
    {Refusal::async_eperm, Version::of14, Version::of15, {0, 15, 2}},
    // Flow monitor failed
    {Refusal::monitor_unknown_error, Version::of14, Version::of15, {0, 16, 0}},
    {Refusal::monitor_exists, Version::of10, Version::of11, {k_nicira, 1, 517}},
    {Refusal::monitor_exists, Version::of12, Version::of13, {k_nicira, 0, 6}},
    {Refusal::monitor_exists, Version::of14, Version::of15, {0, 16, 1}},
    {Refusal::monitor_invalid, Version::of14, Version::of15, {0, 16, 2}},
    {Refusal::monitor_unknown, Version::of10, Version::of11, {k_nicira, 1, 519}},
    {Refusal::monitor_unknown, Version::of12, Version::of13, {k_nicira, 0, 8}},
    {Refusal::monitor_unknown, Version::of14, Version::of15, {0, 16, 3}},
    {Refusal::monitor_bad_command, Version::of14, Version::of15, {0, 16, 4}},
    {Refusal::monitor_bad_flags, Version::of10, Version::of11, {k_nicira, 1, 518}},
    {Refusal::monitor_bad_flags, Version::of12, Version::of13, {k_nicira, 0, 7}},
    {Refusal::monitor_bad_flags, Version::of14, Version::of15, {0, 16, 5}},
    {Refusal::monitor_bad_table_id, Version::of14, Version::of15, {0, 16, 6}},
    {Refusal::monitor_bad_out, Version::of14, Version::of15, {0, 16, 7}},
    // Bundle failed
    {Refusal::bundle_unknown_error, Version::of13, Version::of13, {k_onf, 0, 2300}},
    {Refusal::bundle_unknown_error, Version::of14, Version::of15, {0, 17, 0}},
    {Refusal::bundle_eperm, Version::of13, Version::of13, {k_onf, 0, 2301}},
    {Refusal::bundle_eperm, Version::of14, Version::of15, {0, 17, 1}},
    {Refusal::bundle_bad_id, Version::of13, Version::of13, {k_onf, 0, 2302}},
    {Refusal::bundle_bad_id, Version::of14, Version::of15, {0, 17, 2}},
    {Refusal::bundle_exists, Version::of13, Version::of13, {k_onf, 0, 2303}},
    {Refusal::bundle_exists, Version::of14, Version::of15, {0, 17, 3}},
    {Refusal::bundle_closed, Version::of13, Version::of13, {k_onf, 0, 2304}},
    {Refusal::bundle_closed, Version::of14, Version::of15, {0, 17, 4}},
    {Refusal::bundle_out_of_bundles, Version::of13, Version::of13, {k_onf, 0, 2305}},
    {Refusal::bundle_out_of_bundles, Version::of14, Version::of15, {0, 17, 5}},
    {Refusal::bundle_bad_type, Version::of13, Version::of13, {k_onf, 0, 2306}},
    {Refusal::bundle_bad_type, Version::of14, Version::of15, {0, 17, 6}},
    {Refusal::bundle_bad_flags, Version::of13, Version::of13, {k_onf, 0, 2307}},
    {Refusal::bundle_bad_flags, Version::of14, Version::of15, {0, 17, 7}},
    {Refusal::bundle_message_bad_length, Version::of13, Version::of13, {k_onf, 0, 2308}},
    {Refusal::bundle_message_bad_length, Version::of14, Version::of15, {0, 17, 8}},
    {Refusal::bundle_message_bad_xid, Version::of13, Version::of13, {k_onf, 0, 2309}},
    {Refusal::bundle_message_bad_xid, Version::of14, Version::of15, {0, 17, 9}},
    {Refusal::bundle_message_unsupported, Version::of13, Version::of13, {k_onf, 0, 2310}},
    {Refusal::bundle_message_unsupported, Version::of14, Version::of15, {0, 17, 10}},
    {Refusal::bundle_message_conflict, Version::of13, Version::of13, {k_onf, 0, 2311}},
    {Refusal::bundle_message_conflict, Version::of14, Version::of15, {0, 17, 11}},
    {Refusal::bundle_message_too_many, Version::of13, Version::of13, {k_onf, 0, 2312}},
    {Refusal::bundle_message_too_many, Version::of14, Version::of15, {0, 17, 12}},
    {Refusal::bundle_message_failed, Version::of13, Version::of13, {k_onf, 0, 2313}},
    {Refusal::bundle_message_failed, Version::of14, Version::of15, {0, 17, 13}},
    {Refusal::bundle_timeout, Version::of13, Version::of13, {k_onf, 0, 2314}},
    {Refusal::bundle_timeout, Version::of14, Version::of15, {0, 17, 14}},
    {Refusal::bundle_in_progress, Version::of13, Version::of13, {k_onf, 0, 2315}},
    {Refusal::bundle_in_progress, Version::of14, Version::of15, {0, 17, 15}},
    // Nicira's TLV table
    {Refusal::flow_bad_tlv_field, Version::of10, Version::of11, {k_nicira, 1, 536}},
    {Refusal::flow_bad_tlv_field, Version::of12, Version::of15, {k_nicira, 0, 37}},
    {Refusal::tlv_bad_command, Version::of10, Version::of11, {k_nicira, 1, 527}},
    {Refusal::tlv_bad_command, Version::of12, Version::of15, {k_nicira, 0, 16}},
    {Refusal::tlv_bad_length, Version::of10, Version::of11, {k_nicira, 1, 528}},
    {Refusal::tlv_bad_length, Version::of12, Version::of15, {k_nicira, 0, 17}},
    {Refusal::tlv_bad_index, Version::of10, Version::of11, {k_nicira, 1, 529}},
    {Refusal::tlv_bad_index, Version::of12, Version::of15, {k_nicira, 0, 18}},
    {Refusal::tlv_table_full, Version::of10, Version::of11, {k_nicira, 1, 530}},
    {Refusal::tlv_table_full, Version::of12, Version::of15, {k_nicira, 0, 19}},
    {Refusal::tlv_mapped, Version::of10, Version::of11, {k_nicira, 1, 531}},
    {Refusal::tlv_mapped, Version::of12, Version::of15, {k_nicira, 0, 20}},
    {Refusal::tlv_duplicate, Version::of10, Version::of11, {k_nicira, 1, 532}},
    {Refusal::tlv_duplicate, Version::of12, Version::of15, {k_nicira, 0, 21}},
    {Refusal::tlv_in_use, Version::of10, Version::of11, {k_nicira, 1, 537}},
    {Refusal::tlv_in_use, Version::of12, Version::of15, {k_nicira, 0, 38}},
    // clang-format on
};

constexpr ErrorNumber unencodable(Version version) {
    return version < Version::of12 ? ErrorNumber{k_nicira, 1, 521} : ErrorNumber{k_nicira, 0, 10};
}

bool holds(const Row &row, Version version) {
    return row.first <= version && version <= row.last;
}

} // namespace

ErrorNumber error_number(Refusal refusal, Version version) {
    const auto *row = std::ranges::find_if(
        k_rows, [&](const Row &one) { return one.refusal == refusal && holds(one, version); });
    return row == std::end(k_rows) ? unencodable(version) : row->number;
}

std::optional<Refusal> find_refusal(const ErrorNumber &number, Version version) {
    const auto *row = std::ranges::find_if(
        k_rows, [&](const Row &one) { return one.number == number && holds(one, version); });
    if (row == std::end(k_rows))
        return std::nullopt;
    return row->refusal;
}

} // namespace bvs::wire
