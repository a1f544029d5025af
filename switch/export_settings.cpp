// SPDX-License-Identifier: Apache-2.0
#include "switch/export_settings.h"

#include "maps/account.h"

#include <algorithm>
#include <fmt/format.h>
#include <limits>

namespace bvs::daemon {

namespace {

constexpr std::int64_t k_active_seconds = 600;
constexpr std::uint32_t k_least_template_seconds = 1;
constexpr std::uint32_t k_most_template_seconds = 3600;
constexpr std::size_t k_most_observation = 254;

std::uint32_t number(const ovsdb::Row &row, std::string_view column, std::uint32_t otherwise) {
    return static_cast<std::uint32_t>(row[column].integer().value_or(otherwise));
}

// Integers without a range in the schema.
std::uint32_t bounded(const ovsdb::Row &row, std::string_view column, std::int64_t least,
                      std::int64_t most, std::uint32_t otherwise, const std::string &owner,
                      model::Warnings &warnings) {
    const auto asked = row[column].integer();
    if (!asked)
        return otherwise;
    const auto taken = std::clamp(*asked, least, most);
    if (taken != *asked)
        warnings.push_back(
            fmt::format("{}: {} {} is out of range, {} is used", owner, column, *asked, taken));
    return static_cast<std::uint32_t>(taken);
}

std::optional<netflow::Time> active_timeout(std::int64_t seconds) {
    if (seconds < 0)
        return std::nullopt;
    return std::chrono::seconds(seconds ? seconds : k_active_seconds);
}

} // namespace

NetflowSettings netflow_settings(const ovsdb::Row &row) {
    return {.targets = row["targets"].strings(),
            .version9 = row["external_ids"].get("bvs-version") == "9",
            .engine_type = static_cast<std::uint8_t>(number(row, "engine_type", 0)),
            .engine_id = static_cast<std::uint8_t>(number(row, "engine_id", 0)),
            .add_id_to_interface = row["add_id_to_interface"].boolean().value_or(false),
            .active = active_timeout(row["active_timeout"].integer().value_or(0))};
}

IpfixExport ipfix_settings(const ovsdb::Row &row, const std::string &owner,
                           model::Warnings &warnings) {
    const auto map = row["other_config"].smap();
    model::Settings other(map, owner, warnings);
    IpfixExport wanted{.targets = row["targets"].strings(),
                       .sampling = number(row, "sampling", 400),
                       .domain = number(row, "obs_domain_id", 0),
                       .point = number(row, "obs_point_id", 0),
                       .active = std::chrono::seconds(number(row, "cache_active_timeout", 0)),
                       .most_flows = number(row, "cache_max_flows", 0),
                       .input = other.text("enable-input-sampling") != "false",
                       .tunnels = other.text("enable-tunnel-sampling") != "false",
                       .virtual_observation = std::string(other.text("virtual_obs_id"))};
    wanted.sampling = std::max(wanted.sampling, 1U);
    if (const auto seconds =
            other.number("template-interval", k_least_template_seconds, k_most_template_seconds))
        wanted.templates = std::chrono::seconds(*seconds);
    if (wanted.virtual_observation.size() > k_most_observation) {
        other.warn("virtual_obs_id", "is longer than 254 bytes and is cut off");
        wanted.virtual_observation.resize(k_most_observation);
    }
    return wanted;
}

SflowExport sflow_settings(const ovsdb::Row &row, const std::string &bridge,
                           model::Warnings &warnings) {
    const auto owner = fmt::format("sFlow of bridge {}", bridge);
    constexpr auto most = std::numeric_limits<std::uint32_t>::max();
    SflowExport wanted{.targets = row["targets"].strings(), .agent = row["agent"].string()};
    wanted.header = bounded(row, "header", 14, BVS_SAMPLE_BYTES, wanted.header, owner, warnings);
    wanted.sampling = bounded(row, "sampling", 1, most, wanted.sampling, owner, warnings);
    wanted.polling = std::chrono::seconds(bounded(row, "polling", 0, 86400, 30, owner, warnings));
    return wanted;
}

namespace {

ovsdb::RowPtr referred(const ovsdb::Replica &replica, const ovsdb::Row &row,
                       std::string_view column, const char *table) {
    const auto other = row[column].uuid();
    return other ? replica.row(table, *other) : nullptr;
}

ExportWishes wishes_of(const ovsdb::Replica &replica, const ovsdb::Row &bridge,
                       const std::string &name, model::Warnings &warnings) {
    ExportWishes wishes;
    if (const auto netflow = referred(replica, bridge, "netflow", "NetFlow"))
        wishes.netflow = netflow_settings(*netflow);
    if (const auto ipfix = referred(replica, bridge, "ipfix", "IPFIX"))
        wishes.ipfix = ipfix_settings(*ipfix, fmt::format("IPFIX of bridge {}", name), warnings);
    if (const auto sflow = referred(replica, bridge, "sflow", "sFlow"))
        wishes.sflow = sflow_settings(*sflow, name, warnings);
    return wishes;
}

} // namespace

std::map<std::string, ExportWishes> export_wishes(const ovsdb::Replica &replica,
                                                  model::Warnings &warnings) {
    std::map<std::string, ExportWishes> all;
    for (const auto &[uuid, row] : replica.rows("Bridge")) {
        const auto name = (*row)["name"].string();
        if (auto wishes = wishes_of(replica, *row, name, warnings); wishes.any())
            all[name] = std::move(wishes);
    }
    for (const auto &[uuid, row] : replica.rows("Flow_Sample_Collector_Set")) {
        const auto bridge = referred(replica, *row, "bridge", "Bridge");
        const auto ipfix = referred(replica, *row, "ipfix", "IPFIX");
        if (!bridge || !ipfix)
            continue;
        const auto id = static_cast<std::uint32_t>((*row)["id"].integer().value_or(0));
        const auto name = (*bridge)["name"].string();
        all[name].sets[id] = ipfix_settings(
            *ipfix, fmt::format("IPFIX of collector set {} of bridge {}", id, name), warnings);
    }
    return all;
}

} // namespace bvs::daemon
