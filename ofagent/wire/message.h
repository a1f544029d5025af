// SPDX-License-Identifier: Apache-2.0
//
// Every OpenFlow message that BVS knows, as a value that does not depend on the version it is sent
// in: OpenFlow 1.0.2 to 1.5.1, Nicira's extensions (0x2320) and the ONF's (0x4f4e4600) for bundles
// and flow monitoring. decode.h makes them of bytes, encode.h bytes of them.
//
// Both directions are here, as the switch, bvsctl and the tests' controllers share the codec.
#pragma once

#include "switch/model/flow.h"
#include "switch/model/group.h"
#include "switch/model/meter.h"
#include "switch/model/of_port.h"
#include "switch/model/openflow_error.h"
#include "switch/model/packet.h"
#include "switch/model/tlv_table.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace bvs::wire {

using model::Bytes;

enum class Version : std::uint8_t { of10 = 1, of11, of12, of13, of14, of15 };

// How OpenFlow 1.0 sends flows: NXT_SET_FLOW_FORMAT. Newer versions have one format only.
enum class FlowFormat : std::uint8_t { openflow10, nxm };

enum class PacketInFormat : std::uint8_t { standard = 0, nxt_packet_in = 1, nxt_packet_in2 = 2 };

// What a connection has settled; it is needed to read and to write.
struct Dialect {
    Version version = Version::of10;
    FlowFormat flow_format = FlowFormat::openflow10;
    PacketInFormat packet_in_format = PacketInFormat::standard;
    bool table_id_in_command = false; // NXT_FLOW_MOD_TABLE_ID
};

struct Hello {
    std::uint32_t versions = 0; // bit n: version n
    bool operator==(const Hello &) const = default;
};
struct ErrorMessage {
    std::optional<model::Refusal> refusal; // nothing: numbers that we do not know
    std::uint16_t type = 0;                // as they were sent
    std::uint16_t code = 0;
    Bytes data; // the beginning of the offending message
    bool operator==(const ErrorMessage &) const = default;
};
struct EchoRequest {
    Bytes data;
    bool operator==(const EchoRequest &) const = default;
};
struct EchoReply {
    Bytes data;
    bool operator==(const EchoReply &) const = default;
};

struct FeaturesRequest {
    bool operator==(const FeaturesRequest &) const = default;
};
struct FeaturesReply {
    std::uint64_t datapath_id = 0;
    std::uint32_t buffers = 0;
    std::uint8_t tables = 0;
    std::uint8_t auxiliary_id = 0;
    std::uint32_t capabilities = 0;            // OFPC_* of the version
    std::vector<model::PortDescription> ports; // 1.0 to 1.2
    bool operator==(const FeaturesReply &) const = default;
};

enum class Fragments : std::uint8_t { normal = 0, drop = 1, reassemble = 2, nx_match = 3 };
struct SwitchConfig {
    Fragments fragments = Fragments::normal;
    bool invalid_ttl_to_controller = false; // 1.1 and 1.2, Nicira's 1.0
    std::uint16_t miss_send_len = 128;
    bool operator==(const SwitchConfig &) const = default;
};
struct GetConfigRequest {
    bool operator==(const GetConfigRequest &) const = default;
};
struct GetConfigReply {
    SwitchConfig config;
    bool operator==(const GetConfigReply &) const = default;
};
struct SetConfig {
    SwitchConfig config;
    bool operator==(const SetConfig &) const = default;
};

struct PortStatus {
    model::PortChange change = model::PortChange::added;
    model::PortDescription port;
    bool operator==(const PortStatus &) const = default;
};
struct TableMod {
    model::TableConfig config; // table 255: all
    bool operator==(const TableMod &) const = default;
};
// 1.4 and newer.
struct TableStatus {
    model::TableConfig config;
    bool vacancy_up = false; // else down
    bool operator==(const TableStatus &) const = default;
};
struct BarrierRequest {
    bool operator==(const BarrierRequest &) const = default;
};
struct BarrierReply {
    bool operator==(const BarrierReply &) const = default;
};

// NXT_ROLE_REQUEST's "other" is `equal`.
enum class Role : std::uint8_t { no_change = 0, equal = 1, master = 2, slave = 3 };
struct RoleMessage {
    Role role = Role::no_change;
    std::optional<std::uint64_t> generation;
    bool operator==(const RoleMessage &) const = default;
};
struct RoleRequest : RoleMessage {};
struct RoleReply : RoleMessage {};
struct RoleStatus : RoleMessage { // 1.4 and newer
    std::uint8_t reason = 0;
};

// Which messages come unasked: bit n of a mask is reason n; [0] as master or equal, [1] as slave.
struct AsyncConfig {
    std::uint32_t packet_in[2] = {};
    std::uint32_t port_status[2] = {};
    std::uint32_t flow_removed[2] = {};
    std::uint32_t role_status[2] = {};
    std::uint32_t table_status[2] = {};
    std::uint32_t requestforward[2] = {};
    bool operator==(const AsyncConfig &) const = default;
};
struct GetAsyncRequest {
    bool operator==(const GetAsyncRequest &) const = default;
};
struct GetAsyncReply {
    AsyncConfig config;
    bool operator==(const GetAsyncReply &) const = default;
};
// Only what was sent is changed: in 1.4 and newer each property for itself.
struct SetAsync {
    std::vector<std::pair<std::uint16_t, std::uint32_t>> properties; // OFPACPT_* and its mask
    bool operator==(const SetAsync &) const = default;
};

struct Message;

// The numbers are OpenFlow 1.4's.
enum class BundleStep : std::uint16_t {
    open_request = 0,
    open_reply,
    close_request,
    close_reply,
    commit_request,
    commit_reply,
    discard_request,
    discard_reply,
};
struct BundleControl {
    std::uint32_t bundle = 0;
    BundleStep step = BundleStep::open_request;
    std::uint16_t flags = 0; // 1: atomic, 2: ordered
    bool operator==(const BundleControl &) const = default;
};
struct BundleAdd {
    std::uint32_t bundle = 0;
    std::uint16_t flags = 0;
    std::shared_ptr<const Message> message;
    Bytes raw; // the message's bytes, for an error about it
    bool operator==(const BundleAdd &) const;
};

struct FlowMonitorRequest {
    std::uint32_t monitor = 0;
    std::uint16_t flags = 0;  // OFPFMF_*, Nicira's translated to it
    std::uint8_t command = 0; // 0 add, 1 modify, 2 delete
    model::FlowFilter filter;
    bool operator==(const FlowMonitorRequest &) const = default;
};
struct FlowMonitorCancel {
    std::uint32_t monitor = 0;
    bool operator==(const FlowMonitorCancel &) const = default;
};
// OFPFME_*; the numbers are OpenFlow 1.4's. Nicira's are translated.
enum class FlowEvent : std::uint16_t {
    initial = 0,
    added = 1,
    removed = 2,
    modified = 3,
    abbreviated = 4,
    paused = 5,
    resumed = 6,
};
struct FlowUpdate {
    FlowEvent event = FlowEvent::initial;
    std::uint32_t xid = 0; // of abbreviated: whose change
    model::RemovedReason reason = model::RemovedReason::removed;
    model::FlowStats flow;
    bool operator==(const FlowUpdate &) const = default;
};
// NXT_FLOW_MONITOR_PAUSED and RESUMED.
struct FlowMonitorPause {
    bool paused = false;
    bool operator==(const FlowMonitorPause &) const = default;
};

// ---- Nicira's settings of a connection ----
struct SetFlowFormat {
    FlowFormat format = FlowFormat::openflow10;
    bool operator==(const SetFlowFormat &) const = default;
};
struct SetTableIdInCommand {
    bool on = false;
    bool operator==(const SetTableIdInCommand &) const = default;
};
struct SetPacketInFormat {
    PacketInFormat format = PacketInFormat::standard;
    bool operator==(const SetPacketInFormat &) const = default;
};
struct SetControllerId {
    std::uint16_t id = 0;
    bool operator==(const SetControllerId &) const = default;
};

// The body of model::TlvMod asks for changes of it.
struct TlvTableRequest {
    bool operator==(const TlvTableRequest &) const = default;
};
struct TlvTableReply {
    std::uint32_t max_space = 0; // bytes of options' data
    std::uint16_t max_fields = 0;
    std::vector<model::TlvMapping> mappings;
    bool operator==(const TlvTableReply &) const = default;
};

struct QueueConfig {
    std::uint32_t port = 0;
    std::uint32_t queue = 0;
    std::optional<std::uint16_t> min_rate; // in tenths of a percent
    std::optional<std::uint16_t> max_rate;
    bool operator==(const QueueConfig &) const = default;
};
// OFPT_QUEUE_GET_CONFIG_*, 1.0 to 1.3.
struct QueueGetConfigRequest {
    std::uint32_t port = model::port::any;
    bool operator==(const QueueGetConfigRequest &) const = default;
};
struct QueueGetConfigReply {
    std::uint32_t port = 0;
    std::vector<QueueConfig> queues;
    bool operator==(const QueueGetConfigReply &) const = default;
};

// ---- multipart: OpenFlow 1.5.1, 7.3.5; statistics in 1.0 to 1.2; Nicira's NXST ----
struct DescriptionRequest {
    bool operator==(const DescriptionRequest &) const = default;
};
struct Description {
    std::string manufacturer, hardware, software, serial, datapath;
    bool operator==(const Description &) const = default;
};
// OFPMP_FLOW in all versions and NXST_FLOW; in 1.5 the descriptions with their statistics.
struct FlowStatsRequest {
    model::FlowFilter filter;
    bool nicira = false; // asked as NXST_FLOW, to be answered so
    bool operator==(const FlowStatsRequest &) const = default;
};
struct FlowStatsReply {
    std::vector<model::FlowStats> flows;
    bool nicira = false;
    bool operator==(const FlowStatsReply &) const = default;
};
struct AggregateRequest {
    model::FlowFilter filter;
    bool nicira = false;
    bool operator==(const AggregateRequest &) const = default;
};
struct AggregateReply {
    model::AggregateStats stats;
    bool nicira = false;
    bool operator==(const AggregateReply &) const = default;
};
struct TableStatsRequest {
    bool operator==(const TableStatsRequest &) const = default;
};
struct TableStatsReply {
    std::vector<model::TableStats> tables;
    bool operator==(const TableStatsReply &) const = default;
};
// What a table can do; all of ours can do the same.
struct TableFeatures {
    std::uint8_t table = 0;
    std::string name;
    std::uint64_t metadata_match = ~0ULL;
    std::uint64_t metadata_write = ~0ULL;
    std::uint32_t max_entries = 0;
    model::TableConfig config;
    bool last = false; // no table to go to
    bool operator==(const TableFeatures &) const = default;
};
struct TableFeaturesRequest {
    bool set = false; // it had a body, and wants to change what cannot be changed
    bool operator==(const TableFeaturesRequest &) const = default;
};
struct TableFeaturesReply {
    std::vector<TableFeatures> tables;
    bool operator==(const TableFeaturesReply &) const = default;
};
struct TableDescRequest {
    bool operator==(const TableDescRequest &) const = default;
};
struct TableDescReply {
    std::vector<model::TableConfig> tables;
    bool operator==(const TableDescReply &) const = default;
};
struct PortStatsRequest {
    std::uint32_t port = model::port::any;
    bool operator==(const PortStatsRequest &) const = default;
};
struct PortStatsReply {
    std::vector<model::PortStats> ports;
    bool operator==(const PortStatsReply &) const = default;
};
struct PortDescRequest {
    std::uint32_t port = model::port::any; // 1.5 can ask for one
    bool operator==(const PortDescRequest &) const = default;
};
struct PortDescReply {
    std::vector<model::PortDescription> ports;
    bool operator==(const PortDescReply &) const = default;
};
struct QueueStatsRequest {
    std::uint32_t port = model::port::any;
    std::uint32_t queue = 0xffffffff;
    bool operator==(const QueueStatsRequest &) const = default;
};
struct QueueStatsReply {
    std::vector<model::QueueStats> queues;
    bool operator==(const QueueStatsReply &) const = default;
};
struct QueueDescRequest { // 1.4 and newer
    std::uint32_t port = model::port::any;
    std::uint32_t queue = 0xffffffff;
    bool operator==(const QueueDescRequest &) const = default;
};
struct QueueDescReply {
    std::vector<QueueConfig> queues;
    bool operator==(const QueueDescReply &) const = default;
};
struct GroupStatsRequest {
    std::uint32_t group = model::k_all_groups;
    bool operator==(const GroupStatsRequest &) const = default;
};
struct GroupStatsReply {
    std::vector<model::GroupStats> groups;
    bool operator==(const GroupStatsReply &) const = default;
};
struct GroupDescRequest {
    std::uint32_t group = model::k_all_groups; // 1.5 can ask for one
    bool operator==(const GroupDescRequest &) const = default;
};
struct GroupDescReply {
    std::vector<model::GroupDescription> groups;
    bool operator==(const GroupDescReply &) const = default;
};
struct GroupFeaturesRequest {
    bool operator==(const GroupFeaturesRequest &) const = default;
};
struct GroupFeatures {
    std::uint32_t types = 0;        // bit n: GroupType n
    std::uint32_t capabilities = 0; // OFPGFC_*
    std::uint32_t max_groups[4] = {};
    std::uint32_t actions[4] = {}; // bit n: OFPAT_n
    bool operator==(const GroupFeatures &) const = default;
};
struct MeterStatsRequest {
    std::uint32_t meter = model::k_all_meters;
    bool operator==(const MeterStatsRequest &) const = default;
};
struct MeterStatsReply {
    std::vector<model::MeterStats> meters;
    bool operator==(const MeterStatsReply &) const = default;
};
struct MeterConfigRequest {
    std::uint32_t meter = model::k_all_meters;
    bool operator==(const MeterConfigRequest &) const = default;
};
struct MeterConfigReply {
    std::vector<model::MeterConfig> meters;
    bool operator==(const MeterConfigReply &) const = default;
};
struct MeterFeaturesRequest {
    bool operator==(const MeterFeaturesRequest &) const = default;
};
struct MeterFeatures { // 16 bytes also in 1.5: clients refuse any other length
    std::uint32_t max_meters = 0;
    std::uint32_t band_types = 0;   // bit n: BandType n
    std::uint32_t capabilities = 0; // OFPMF_*
    std::uint8_t max_bands = 0;
    std::uint8_t max_color = 0;
    bool operator==(const MeterFeatures &) const = default;
};
struct FlowMonitorStart { // OFPMP_FLOW_MONITOR, NXST_FLOW_MONITOR, the ONF's 1870
    std::vector<FlowMonitorRequest> requests;
    bool operator==(const FlowMonitorStart &) const = default;
};
struct FlowMonitorReply {
    std::vector<FlowUpdate> updates;
    bool operator==(const FlowMonitorReply &) const = default;
};

using Body = std::variant<
    Hello, ErrorMessage, EchoRequest, EchoReply, FeaturesRequest, FeaturesReply, GetConfigRequest,
    GetConfigReply, SetConfig, model::PacketIn, model::FlowRemoved, PortStatus, model::PacketOut,
    model::FlowMod, model::GroupMod, model::PortMod, TableMod, model::MeterMod, BarrierRequest,
    BarrierReply, RoleRequest, RoleReply, RoleStatus, TableStatus, GetAsyncRequest, GetAsyncReply,
    SetAsync, BundleControl, BundleAdd, SetFlowFormat, SetTableIdInCommand, SetPacketInFormat,
    SetControllerId, QueueGetConfigRequest, QueueGetConfigReply, FlowMonitorCancel,
    FlowMonitorPause, DescriptionRequest, Description, FlowStatsRequest, FlowStatsReply,
    AggregateRequest, AggregateReply, TableStatsRequest, TableStatsReply, TableFeaturesRequest,
    TableFeaturesReply, TableDescRequest, TableDescReply, PortStatsRequest, PortStatsReply,
    PortDescRequest, PortDescReply, QueueStatsRequest, QueueStatsReply, QueueDescRequest,
    QueueDescReply, GroupStatsRequest, GroupStatsReply, GroupDescRequest, GroupDescReply,
    GroupFeaturesRequest, GroupFeatures, MeterStatsRequest, MeterStatsReply, MeterConfigRequest,
    MeterConfigReply, MeterFeaturesRequest, MeterFeatures, FlowMonitorStart, FlowMonitorReply,
    model::TlvMod, TlvTableRequest, TlvTableReply>;

struct Message {
    std::uint32_t xid = 0;
    Body body;
    bool more = false; // of a multipart message: others with this xid follow

    bool operator==(const Message &) const = default;
};

// The whole message begins with its header of 8 bytes; `length` of them in all.
struct Header {
    std::uint8_t version = 0;
    std::uint8_t type = 0;
    std::uint16_t length = 0;
    std::uint32_t xid = 0;
};

} // namespace bvs::wire
