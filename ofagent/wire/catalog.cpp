// SPDX-License-Identifier: Apache-2.0
#include "ofagent/wire/catalog.h"

#include "ofagent/wire/async.h"
#include "ofagent/wire/bundle.h"
#include "ofagent/wire/experimenter.h"
#include "ofagent/wire/features.h"
#include "ofagent/wire/flow_mod.h"
#include "ofagent/wire/flow_monitor.h"
#include "ofagent/wire/flow_removed.h"
#include "ofagent/wire/flow_stats.h"
#include "ofagent/wire/flow_update.h"
#include "ofagent/wire/group.h"
#include "ofagent/wire/meter.h"
#include "ofagent/wire/packet_in.h"
#include "ofagent/wire/packet_out.h"
#include "ofagent/wire/port.h"
#include "ofagent/wire/queue.h"
#include "ofagent/wire/role.h"
#include "ofagent/wire/row.h"
#include "ofagent/wire/session.h"
#include "ofagent/wire/settings.h"
#include "ofagent/wire/table.h"
#include "ofagent/wire/table_features.h"
#include "ofagent/wire/tlv_table.h"

#include <algorithm>

namespace bvs::wire {
namespace {

constexpr Span k_any = {Version::of10, static_cast<Version>(0xff)}; // also versions to come
constexpr Span k_10 = {Version::of10, Version::of10};
constexpr Span k_10_to_12 = {Version::of10, Version::of12};
constexpr Span k_10_to_13 = {Version::of10, Version::of13};
constexpr Span k_all = {Version::of10, Version::of15};
constexpr Span k_11_to_13 = {Version::of11, Version::of13};
constexpr Span k_from_11 = {Version::of11, Version::of15};
constexpr Span k_from_12 = {Version::of12, Version::of15};
constexpr Span k_13 = {Version::of13, Version::of13};
constexpr Span k_from_13 = {Version::of13, Version::of15};
constexpr Span k_from_14 = {Version::of14, Version::of15};

constexpr Place message(std::uint32_t number) {
    return {Frame::message, 0, number};
}
constexpr Place request(std::uint32_t number) {
    return {Frame::request, 0, number};
}
constexpr Place reply(std::uint32_t number) {
    return {Frame::reply, 0, number};
}
constexpr Place nicira(std::uint32_t number, Frame frame = Frame::message) {
    return {frame, k_nicira, number};
}
constexpr Place onf(std::uint32_t number, Frame frame = Frame::message) {
    return {frame, k_onf, number};
}

bool in_nxm(const Body &, const Dialect &dialect) {
    return dialect.flow_format == FlowFormat::nxm;
}
template <PacketInFormat Format>
bool in_format(const Body &, const Dialect &dialect) {
    return dialect.packet_in_format == Format;
}
template <class T>
bool asked_as_nicira(const Body &body, const Dialect &) {
    return std::get_if<T>(&body)->nicira;
}
bool plain_async(const Body &body, const Dialect &) {
    return is_plain_async(*std::get_if<SetAsync>(&body));
}
// Nicira's requests have no generation, where the standard's have one.
bool role_without_generation(const Body &body, const Dialect &) {
    const auto &role = *std::get_if<RoleRequest>(&body);
    return (role.role == Role::master || role.role == Role::slave) && !role.generation;
}

template <bool Paused>
constexpr Row pause(Span versions, Place place) {
    return {
        versions.first,
        versions.last,
        place,
        alternative<FlowMonitorPause>(),
        [](Reader &, const Dialect &) -> model::Answer<Body> { return FlowMonitorPause{Paused}; },
        [](Writer &, const Body &, const Dialect &, Marks &) {},
        [](const Body &body, const Dialect &) {
            return std::get_if<FlowMonitorPause>(&body)->paused == Paused;
        }};
}

using model::FlowMod;
using model::FlowRemoved;
using model::GroupMod;
using model::MeterMod;
using model::PacketIn;
using model::PacketOut;
using model::PortMod;
using model::TlvMod;

constexpr Row k_rows[] = {
    one<Hello, read_hello, write_hello>(k_any, message(0)),
    one<ErrorMessage, read_error, write_error>(k_any, message(1)),
    one<EchoRequest, read_echo_request, write_echo_request>(k_any, message(2)),
    one<EchoReply, read_echo_reply, write_echo_reply>(k_any, message(3)),
    empty<FeaturesRequest>(k_all, message(5)),
    one<FeaturesReply, read_features, write_features>(k_all, message(6)),
    empty<GetConfigRequest>(k_all, message(7)),
    wrapped<GetConfigReply, &GetConfigReply::config, read_switch_config, write_switch_config>(
        k_all, message(8)),
    wrapped<SetConfig, &SetConfig::config, read_switch_config, write_switch_config>(k_all,
                                                                                    message(9)),
    one<PacketIn, read_nx_packet_in, write_nx_packet_in>(k_all, nicira(17),
                                                         in_format<PacketInFormat::nxt_packet_in>),
    one<PacketIn, read_nx_packet_in2, write_nx_packet_in2>(
        k_all, nicira(30), in_format<PacketInFormat::nxt_packet_in2>),
    one<PacketIn, read_packet_in, write_packet_in>(k_all, message(10)),
    one<FlowRemoved, read_nx_flow_removed, write_nx_flow_removed>(k_10, nicira(14), in_nxm),
    one<FlowRemoved, read_flow_removed, write_flow_removed>(k_all, message(11)),
    one<PacketOut, read_packet_out, write_packet_out>(k_all, message(13)),
    one<PortStatus, read_port_status, write_port_status>(k_all, message(12)),
    one<FlowMod, read_nx_flow_mod, write_nx_flow_mod>(k_10, nicira(13), in_nxm),
    one<FlowMod, read_flow_mod, write_flow_mod>(k_all, message(14)),
    one<GroupMod, read_group_mod, write_group_mod>(k_from_11, message(15)),
    one<GroupMod, read_group_mod, write_group_mod>(k_10, nicira(31)),
    one<PortMod, read_port_mod, write_port_mod>(k_10, message(15)),
    one<PortMod, read_port_mod, write_port_mod>(k_from_11, message(16)),
    one<TableMod, read_table_mod, write_table_mod>(k_from_11, message(17)),
    empty<BarrierRequest>(k_10, message(18)),
    empty<BarrierReply>(k_10, message(19)),
    empty<BarrierRequest>(k_from_11, message(20)),
    empty<BarrierReply>(k_from_11, message(21)),
    one<QueueGetConfigRequest, read_queue_config_request, write_queue_config_request>(k_10,
                                                                                      message(20)),
    one<QueueGetConfigReply, read_queue_config_reply, write_queue_config_reply>(k_10, message(21)),
    one<QueueGetConfigRequest, read_queue_config_request, write_queue_config_request>(k_11_to_13,
                                                                                      message(22)),
    one<QueueGetConfigReply, read_queue_config_reply, write_queue_config_reply>(k_11_to_13,
                                                                                message(23)),
    one<RoleRequest, read_nx_role_request, write_nx_role_request>(k_from_12, nicira(10),
                                                                  role_without_generation),
    one<RoleRequest, read_role_request, write_role_request>(k_from_12, message(24)),
    one<RoleReply, read_role_reply, write_role_reply>(k_from_12, message(25)),
    one<RoleRequest, read_nx_role_request, write_nx_role_request>(k_all, nicira(10)),
    one<RoleReply, read_nx_role_reply, write_nx_role_reply>(k_all, nicira(11)),
    one<RoleStatus, read_role_status, write_role_status>(k_from_14, message(30)),
    empty<GetAsyncRequest>(k_from_13, message(26)),
    one<GetAsyncReply, read_get_async_reply, write_get_async_reply>(k_from_13, message(27)),
    one<SetAsync, read_plain_async, write_plain_async>(k_13, message(28), plain_async),
    one<SetAsync, read_plain_async, write_plain_async>(k_10_to_13, nicira(19), plain_async),
    one<SetAsync, read_async_properties, write_async_properties>(k_10_to_13, nicira(27)),
    one<SetAsync, read_async_properties, write_async_properties>(k_from_14, message(28)),
    one<MeterMod, read_meter_mod, write_meter_mod>(k_from_13, message(29)),
    one<TableStatus, read_table_status, write_table_status>(k_from_14, message(31)),
    one<BundleControl, read_bundle_control, write_bundle_control>(k_from_14, message(33)),
    one<BundleControl, read_bundle_control, write_bundle_control>(k_13, onf(2300)),
    one<BundleAdd, read_bundle_add, write_bundle_add>(k_from_14, message(34)),
    one<BundleAdd, read_bundle_add, write_bundle_add>(k_13, onf(2301)),

    one<SetFlowFormat, read_flow_format, write_flow_format>(k_all, nicira(12)),
    one<SetTableIdInCommand, read_table_id_setting, write_table_id_setting>(k_all, nicira(15)),
    one<SetPacketInFormat, read_packet_in_format, write_packet_in_format>(k_all, nicira(16)),
    one<SetControllerId, read_controller_id, write_controller_id>(k_all, nicira(20)),
    one<TlvMod, read_tlv_mod, write_tlv_mod>(k_all, nicira(24)),
    empty<TlvTableRequest>(k_all, nicira(25)),
    one<TlvTableReply, read_tlv_table, write_tlv_table>(k_all, nicira(26)),
    one<FlowMonitorCancel, read_monitor_cancel, write_monitor_cancel>(k_13, onf(1870)),
    one<FlowMonitorCancel, read_monitor_cancel, write_monitor_cancel>(k_10_to_13, nicira(21)),
    pause<true>(k_10_to_12, nicira(22)),
    pause<false>(k_10_to_12, nicira(23)),
    pause<true>(k_13, onf(1871)),
    pause<false>(k_13, onf(1872)),

    empty<DescriptionRequest>(k_all, request(0)),
    one<Description, read_description, write_description>(k_all, reply(0)),
    one<FlowStatsRequest, read_nx_flow_stats_request, write_nx_flow_stats_request>(
        k_10, nicira(0, Frame::request), asked_as_nicira<FlowStatsRequest>),
    one<FlowStatsRequest, read_flow_stats_request, write_flow_stats_request>(k_all, request(1)),
    list<FlowStatsReply, &FlowStatsReply::flows, read_nx_flow_stats, write_nx_flow_stats, true>(
        k_10, nicira(0, Frame::reply), asked_as_nicira<FlowStatsReply>),
    list<FlowStatsReply, &FlowStatsReply::flows, read_flow_stats, write_flow_stats>(k_all,
                                                                                    reply(1)),
    one<AggregateRequest, read_nx_aggregate_request, write_nx_aggregate_request>(
        k_10, nicira(1, Frame::request), asked_as_nicira<AggregateRequest>),
    one<AggregateRequest, read_aggregate_request, write_aggregate_request>(k_all, request(2)),
    one<AggregateReply, read_nx_aggregate_reply, write_aggregate_reply>(
        k_10, nicira(1, Frame::reply), asked_as_nicira<AggregateReply>),
    one<AggregateReply, read_aggregate_reply, write_aggregate_reply>(k_all, reply(2)),
    empty<TableStatsRequest>(k_all, request(3)),
    list<TableStatsReply, &TableStatsReply::tables, read_table_stats, write_table_stats>(k_all,
                                                                                         reply(3)),
    one<PortStatsRequest, read_port_stats_request, write_port_stats_request>(k_all, request(4)),
    list<PortStatsReply, &PortStatsReply::ports, read_port_stats, write_port_stats>(k_all,
                                                                                    reply(4)),
    one<QueueStatsRequest, read_queue_stats_request, write_queue_stats_request>(k_all, request(5)),
    list<QueueStatsReply, &QueueStatsReply::queues, read_queue_stats, write_queue_stats>(k_all,
                                                                                         reply(5)),
    one<GroupStatsRequest, read_group_stats_request, write_group_stats_request>(k_from_11,
                                                                                request(6)),
    one<GroupStatsRequest, read_group_stats_request, write_group_stats_request>(
        k_10, nicira(7, Frame::request)),
    list<GroupStatsReply, &GroupStatsReply::groups, read_group_stats, write_group_stats>(k_from_11,
                                                                                         reply(6)),
    list<GroupStatsReply, &GroupStatsReply::groups, read_group_stats, write_group_stats>(
        k_10, nicira(7, Frame::reply)),
    one<GroupDescRequest, read_group_desc_request, write_group_desc_request>(k_from_11, request(7)),
    one<GroupDescRequest, read_group_desc_request, write_group_desc_request>(
        k_10, nicira(8, Frame::request)),
    list<GroupDescReply, &GroupDescReply::groups, read_group_desc, write_group_desc>(k_from_11,
                                                                                     reply(7)),
    list<GroupDescReply, &GroupDescReply::groups, read_group_desc, write_group_desc>(
        k_10, nicira(8, Frame::reply)),
    empty<GroupFeaturesRequest>(k_from_12, request(8)),
    empty<GroupFeaturesRequest>(k_10, nicira(9, Frame::request)),
    one<GroupFeatures, read_group_features, write_group_features>(k_from_12, reply(8)),
    one<GroupFeatures, read_group_features, write_group_features>(k_10, nicira(9, Frame::reply)),
    one<MeterStatsRequest, read_meter_stats_request, write_meter_stats_request>(k_from_13,
                                                                                request(9)),
    list<MeterStatsReply, &MeterStatsReply::meters, read_meter_stats, write_meter_stats>(k_from_13,
                                                                                         reply(9)),
    one<MeterConfigRequest, read_meter_config_request, write_meter_config_request>(k_from_13,
                                                                                   request(10)),
    list<MeterConfigReply, &MeterConfigReply::meters, read_meter_config, write_meter_config>(
        k_from_13, reply(10)),
    empty<MeterFeaturesRequest>(k_from_13, request(11)),
    one<MeterFeatures, read_meter_features, write_meter_features>(k_from_13, reply(11)),
    one<TableFeaturesRequest, read_table_features_request, write_table_features_request>(
        k_from_13, request(12)),
    list<TableFeaturesReply, &TableFeaturesReply::tables, read_table_features,
         write_table_features>(k_from_13, reply(12)),
    one<PortDescRequest, read_port_desc_request, write_port_desc_request>(k_all, request(13)),
    list<PortDescReply, &PortDescReply::ports, read_port_description, write_port_description>(
        k_all, reply(13)),
    empty<TableDescRequest>(k_from_14, request(14)),
    list<TableDescReply, &TableDescReply::tables, read_table_desc, write_table_desc>(k_from_14,
                                                                                     reply(14)),
    one<QueueDescRequest, read_queue_desc_request, write_queue_desc_request>(k_from_14,
                                                                             request(15)),
    list<QueueDescReply, &QueueDescReply::queues, read_queue_desc, write_queue_desc>(k_from_14,
                                                                                     reply(15)),
    list<FlowMonitorStart, &FlowMonitorStart::requests, read_flow_monitor, write_flow_monitor>(
        k_from_14, request(16)),
    list<FlowMonitorStart, &FlowMonitorStart::requests, read_onf_flow_monitor,
         write_onf_flow_monitor>(k_13, onf(1870, Frame::request)),
    list<FlowMonitorStart, &FlowMonitorStart::requests, read_nx_flow_monitor,
         write_nx_flow_monitor>(k_10, nicira(2, Frame::request)),
    list<FlowMonitorReply, &FlowMonitorReply::updates, read_flow_update, write_flow_update>(
        k_from_14, reply(16)),
    list<FlowMonitorReply, &FlowMonitorReply::updates, read_nx_flow_update, write_nx_flow_update>(
        k_13, onf(1870, Frame::reply)),
    list<FlowMonitorReply, &FlowMonitorReply::updates, read_nx_flow_update, write_nx_flow_update>(
        k_10, nicira(2, Frame::reply)),
    // Read as what they are sent as.
    written<FlowMonitorCancel, write_monitor_delete>(k_from_14, request(16)),
    written<FlowMonitorPause, write_monitor_pause>(k_from_14, reply(16)),
};

bool holds(const Row &row, Version version) {
    return row.first <= version && version <= row.last;
}

} // namespace

const Row *find_row(const Place &place, Version version) {
    const auto *row = std::ranges::find_if(k_rows, [&](const Row &one) {
        return one.read && one.place == place && holds(one, version);
    });
    return row == std::end(k_rows) ? nullptr : row;
}

const Row *find_row(const Body &body, const Dialect &dialect) {
    const auto *row = std::ranges::find_if(k_rows, [&](const Row &one) {
        return one.body == body.index() && holds(one, dialect.version) &&
               (!one.applies || one.applies(body, dialect));
    });
    return row == std::end(k_rows) ? nullptr : row;
}

bool knows_experimenter(Frame frame, std::uint32_t experimenter) {
    return std::ranges::any_of(k_rows, [&](const Row &row) {
        return row.place.frame == frame && row.place.experimenter == experimenter;
    });
}

} // namespace bvs::wire
