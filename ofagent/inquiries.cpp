// SPDX-License-Identifier: Apache-2.0
//
// The messages that only ask: features, descriptions and statistics.
#include "ofagent/agent.h"
#include "ofagent/requests.h"
#include "switch/model/group_table.h"

#include <algorithm>
#include <fmt/format.h>

namespace bvs::ofagent {

using model::Refusal;

namespace {

// OFPC_*: flow, table, port and queue statistics in all versions.
constexpr std::uint32_t k_capabilities = 1 << 0 | 1 << 1 | 1 << 2 | 1 << 6;
constexpr std::uint32_t k_arp_match_ip = 1 << 7; // 1.0
constexpr std::uint32_t k_group_stats = 1 << 3;  // 1.1 and newer
constexpr std::uint32_t k_bundles = 1 << 9;      // 1.5
constexpr std::uint32_t k_flow_monitoring = 1 << 10;

std::uint32_t capabilities(wire::Version version) {
    if (version == wire::Version::of10)
        return k_capabilities | k_arp_match_ip;
    if (version < wire::Version::of14)
        return k_capabilities | k_group_stats;
    return k_capabilities | k_group_stats | k_bundles | k_flow_monitoring;
}

} // namespace

Answer<> Requests::operator()(const wire::FeaturesRequest &) {
    const auto version = session_.dialect_.version;
    wire::FeaturesReply features{.datapath_id = of_switch().datapath_id(),
                                 .buffers = PacketBuffers::k_size,
                                 .tables = model::k_tables,
                                 .capabilities = capabilities(version)};
    if (version < wire::Version::of13)
        features.ports = of_switch().ports();
    reply(std::move(features));
    return {};
}

Answer<> Requests::operator()(const wire::DescriptionRequest &) {
    const auto about = of_switch().description();
    reply(wire::Description{.manufacturer = about.manufacturer,
                            .hardware = about.hardware,
                            .software = about.software,
                            .serial = about.serial,
                            .datapath = about.datapath});
    return {};
}

// ---- flows and tables -------------------------------------------------------------------------

Answer<> Requests::operator()(const wire::FlowStatsRequest &request) {
    auto filter = request.filter;
    if (auto bound = of_switch().bind(filter.match); !bound)
        return bound;
    reply(wire::FlowStatsReply{.flows = of_switch().flow_stats(filter), .nicira = request.nicira});
    return {};
}

Answer<> Requests::operator()(const wire::AggregateRequest &request) {
    auto filter = request.filter;
    if (auto bound = of_switch().bind(filter.match); !bound)
        return bound;
    reply(wire::AggregateReply{.stats = of_switch().aggregate(filter), .nicira = request.nicira});
    return {};
}

Answer<> Requests::operator()(const wire::TlvTableRequest &) {
    reply(wire::TlvTableReply{.max_space = BVS_OPTION_SLOTS * 4,
                              .max_fields = BVS_TLV_OPTIONS,
                              .mappings = of_switch().tlv_mappings()});
    return {};
}

Answer<> Requests::operator()(const wire::TableStatsRequest &) {
    reply(wire::TableStatsReply{.tables = of_switch().table_stats()});
    return {};
}

Answer<> Requests::operator()(const wire::TableFeaturesRequest &request) {
    if (request.set)
        return model::refuse(Refusal::features_eperm, "what the tables can do cannot be changed");
    wire::TableFeaturesReply answer;
    for (const auto &stats : of_switch().table_stats())
        answer.tables.push_back({.table = stats.table,
                                 .name = of_switch().table_name(stats.table),
                                 .max_entries = stats.max_entries,
                                 .last = stats.table + 1 >= model::k_tables});
    for (const auto &config : of_switch().table_configs())
        if (config.table < answer.tables.size())
            answer.tables[config.table].config = config;
    reply(std::move(answer));
    return {};
}

Answer<> Requests::operator()(const wire::TableDescRequest &) {
    reply(wire::TableDescReply{.tables = of_switch().table_configs()});
    return {};
}

// ---- ports and queues -------------------------------------------------------------------------

Answer<> Requests::has_port(std::uint32_t port) const {
    const auto ports = of_switch().ports();
    if (port == model::port::any ||
        std::ranges::find(ports, port, &model::PortDescription::number) != ports.end())
        return {};
    return model::refuse(Refusal::bad_port, fmt::format("there is no port {}", port));
}

Answer<> Requests::operator()(const wire::PortStatsRequest &request) {
    if (auto there = has_port(request.port); !there)
        return there;
    reply(wire::PortStatsReply{.ports = of_switch().port_stats(request.port)});
    return {};
}

Answer<> Requests::operator()(const wire::PortDescRequest &request) {
    if (auto there = has_port(request.port); !there)
        return there;
    auto ports = of_switch().ports();
    if (request.port != model::port::any)
        std::erase_if(ports, [&](const auto &port) { return port.number != request.port; });
    reply(wire::PortDescReply{.ports = std::move(ports)});
    return {};
}

Answer<> Requests::operator()(const wire::QueueStatsRequest &request) {
    if (!has_port(request.port))
        return model::refuse(Refusal::queue_bad_port,
                             fmt::format("there is no port {}", request.port));
    auto queues = of_switch().queue_stats(request.port, request.queue);
    if (queues.empty() && request.queue != k_all_queues)
        return model::refuse(Refusal::queue_bad_queue,
                             fmt::format("there is no queue {}", request.queue));
    reply(wire::QueueStatsReply{.queues = std::move(queues)});
    return {};
}

Answer<> Requests::operator()(const wire::QueueDescRequest &request) {
    if (!has_port(request.port))
        return model::refuse(Refusal::queue_bad_port,
                             fmt::format("there is no port {}", request.port));
    reply(wire::QueueDescReply{of_switch().queue_configs(request.port, request.queue)});
    return {};
}

Answer<> Requests::operator()(const wire::QueueGetConfigRequest &request) {
    if (!has_port(request.port))
        return model::refuse(Refusal::queue_bad_port,
                             fmt::format("there is no port {}", request.port));
    reply(wire::QueueGetConfigReply{
        .port = request.port, .queues = of_switch().queue_configs(request.port, k_all_queues)});
    return {};
}

// ---- groups and meters ------------------------------------------------------------------------

Answer<> Requests::operator()(const wire::GroupStatsRequest &request) {
    reply(wire::GroupStatsReply{.groups = of_switch().group_stats(request.group)});
    return {};
}

Answer<> Requests::operator()(const wire::GroupDescRequest &request) {
    reply(wire::GroupDescReply{.groups = of_switch().groups(request.group)});
    return {};
}

Answer<> Requests::operator()(const wire::GroupFeaturesRequest &) {
    constexpr std::uint32_t all_types = 0xf;
    constexpr std::uint32_t weight_and_liveness = 1 << 0 | 1 << 1;
    constexpr std::uint32_t chaining = 1 << 2;
    // OFPAT_* that buckets may have: output, TTL, VLAN, queue, group, set_field; or all of 1.0's.
    constexpr std::uint32_t actions = 1 << 0 | 1 << 11 | 1 << 12 | 1 << 17 | 1 << 18 | 1 << 21 |
                                      1 << 22 | 1 << 23 | 1 << 24 | 1 << 25;
    constexpr std::uint32_t actions10 = 0xfff;
    wire::GroupFeatures features{.types = all_types,
                                 .capabilities = weight_and_liveness | chaining};
    for (auto &most : features.max_groups)
        most = static_cast<std::uint32_t>(of_switch().most_groups());
    for (auto &known : features.actions)
        known = session_.dialect_.version == wire::Version::of10 ? actions10 : actions;
    reply(features);
    return {};
}

Answer<> Requests::operator()(const wire::MeterStatsRequest &request) {
    auto meters = of_switch().meter_stats(request.meter);
    if (meters.empty() && request.meter != model::k_all_meters)
        return model::refuse(Refusal::meter_unknown,
                             fmt::format("there is no meter {}", request.meter));
    reply(wire::MeterStatsReply{.meters = std::move(meters)});
    return {};
}

Answer<> Requests::operator()(const wire::MeterConfigRequest &request) {
    auto meters = of_switch().meters(request.meter);
    if (meters.empty() && request.meter != model::k_all_meters)
        return model::refuse(Refusal::meter_unknown,
                             fmt::format("there is no meter {}", request.meter));
    reply(wire::MeterConfigReply{.meters = std::move(meters)});
    return {};
}

Answer<> Requests::operator()(const wire::MeterFeaturesRequest &) {
    constexpr std::uint32_t drop_and_remark = 1 << 1 | 1 << 2;
    constexpr std::uint32_t all_flags = 0xf;
    reply(wire::MeterFeatures{.max_meters = static_cast<std::uint32_t>(of_switch().most_meters()),
                              .band_types = drop_and_remark,
                              .capabilities = all_flags,
                              .max_bands = 8,
                              .max_color = 0});
    return {};
}

} // namespace bvs::ofagent
