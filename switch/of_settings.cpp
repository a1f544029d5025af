// SPDX-License-Identifier: Apache-2.0
#include "switch/of_settings.h"

#include "switch/model/settings.h"

#include <algorithm>
#include <arpa/inet.h>
#include <fmt/format.h>
#include <optional>

namespace bvs::daemon {

namespace {

struct Protocol {
    std::string_view name;
    unsigned version;
};
constexpr Protocol k_protocols[] = {{"OpenFlow10", 1}, {"OpenFlow11", 2}, {"OpenFlow12", 3},
                                    {"OpenFlow13", 4}, {"OpenFlow14", 5}, {"OpenFlow15", 6}};
// Those that the codec speaks.
constexpr std::uint32_t k_spoken = 1U << 1 | 1U << 4 | 1U << 5 | 1U << 6;

std::uint32_t versions_of(const ovsdb::Row &bridge, std::vector<std::string> &warnings) {
    std::uint32_t versions = 0;
    for (const auto &name : bridge["protocols"].strings()) {
        const auto known = std::ranges::find(k_protocols, name, &Protocol::name);
        if (known == std::end(k_protocols) || !(k_spoken >> known->version & 1))
            warnings.push_back(
                fmt::format("bridge {}: protocol {} is not spoken", bridge["name"].string(), name));
        else
            versions |= 1U << known->version;
    }
    return versions ? versions : k_spoken;
}

std::optional<OfController> controller_of(const ovsdb::Row &row, std::uint32_t versions,
                                          std::vector<std::string> &warnings) {
    const auto target = row["target"].string();
    auto endpoint = net::parse_endpoint(target, ofagent::k_openflow_port);
    if (!endpoint) {
        warnings.push_back(fmt::format("controller {}", endpoint.error().message));
        return std::nullopt;
    }
    OfController controller{.row = row.uuid()};
    auto &settings = controller.settings;
    settings.endpoint = std::move(*endpoint);
    settings.session.versions = versions;
    const auto type = row["type"].optional_string();
    const bool service = type ? *type == "service" : settings.endpoint.passive;
    settings.session.kind = service ? ofagent::SessionSettings::Kind::service
                                    : ofagent::SessionSettings::Kind::controller;
    const auto number = [&](const char *column) { return row[column].integer(); };
    settings.session.asynchronous = row["enable_async_messages"].boolean().value_or(true);
    if (const auto probe = number("inactivity_probe")) // milliseconds; at least 5 s unless 0
        settings.session.probe =
            std::chrono::seconds(*probe ? std::max<std::int64_t>(*probe / 1000, 5) : 0);
    if (const auto backoff = number("max_backoff"))
        settings.max_backoff = std::chrono::seconds(std::max<std::int64_t>(*backoff / 1000, 1));
    if (const auto rate = number("controller_rate_limit")) {
        settings.session.packet_in_rate = static_cast<std::uint32_t>(*rate);
        settings.session.packet_in_burst =
            static_cast<std::uint32_t>(number("controller_burst_limit").value_or(*rate / 4));
    }
    return controller;
}

std::map<std::uint8_t, OfTable> tables_of(const ovsdb::Replica &replica, const ovsdb::Row &bridge) {
    std::map<std::uint8_t, OfTable> tables;
    for (const auto &[number, uuid] : bridge["flow_tables"].uuids_by_number()) {
        const auto row = replica.row("Flow_Table", uuid);
        if (!row || number < 0 || number >= model::k_tables)
            continue;
        OfTable table{.name = (*row)["name"].string(),
                      .evict = (*row)["overflow_policy"].optional_string() == "evict"};
        if (const auto limit = (*row)["flow_limit"].integer())
            table.limit = static_cast<std::uint32_t>(std::clamp<std::int64_t>(*limit, 0, 1 << 30));
        tables[static_cast<std::uint8_t>(number)] = std::move(table);
    }
    return tables;
}

OfQuota quota_of(const ovsdb::Row &bridge, std::vector<std::string> &warnings) {
    const auto map = bridge["other_config"].smap();
    model::Settings settings(map, "bridge " + bridge["name"].string(), warnings);
    OfQuota quota;
    quota.groups =
        settings.number("group-table-size", 0, model::k_most_groups).value_or(model::k_most_groups);
    quota.meters =
        settings.number("meter-table-size", 0, model::k_most_meters).value_or(model::k_most_meters);
    return quota;
}

// In-band is for controllers that the bridge itself calls, by IPv4.
std::optional<InBandRemote> in_band_remote(const ovsdb::Row &row, const net::Endpoint &endpoint) {
    in_addr address{};
    if (endpoint.passive || endpoint.kind == net::Endpoint::Kind::unix_socket ||
        row["connection_mode"].optional_string() == "out-of-band" ||
        inet_pton(AF_INET, endpoint.address.c_str(), &address) != 1)
        return std::nullopt;
    return InBandRemote{.address = ntohl(address.s_addr), .port = endpoint.port};
}

} // namespace

ovsdb::Selection of_selection() {
    return {
        {"Bridge", {"name", "controller", "fail_mode", "protocols", "other_config", "flow_tables"}},
        {"Controller",
         {"target", "type", "connection_mode", "inactivity_probe", "max_backoff",
          "controller_rate_limit", "controller_burst_limit", "enable_async_messages",
          "is_connected", "role", "status"}},
        {"Flow_Table", {"name", "flow_limit", "overflow_policy"}},
        {"SSL", {"private_key", "certificate", "ca_cert"}},
        {"Open_vSwitch", {"ssl"}}};
}

OfSettings of_settings(const ovsdb::Replica &replica, const ovsdb::Row &bridge) {
    OfSettings settings;
    settings.versions = versions_of(bridge, settings.warnings);
    settings.secure = bridge["fail_mode"].optional_string() == "secure";
    settings.tables = tables_of(replica, bridge);
    settings.quota = quota_of(bridge, settings.warnings);
    const bool in_band = bridge["other_config"].get("disable-in-band") != "true";
    for (const auto &uuid : bridge["controller"].uuids())
        if (const auto row = replica.row("Controller", uuid))
            if (auto controller = controller_of(*row, settings.versions, settings.warnings)) {
                const auto &endpoint = controller->settings.endpoint;
                if (const auto remote = in_band_remote(*row, endpoint); remote && in_band)
                    settings.in_band.push_back(*remote);
                settings.controllers.push_back(std::move(*controller));
            }
    return settings;
}

net::TlsFiles of_tls(const ovsdb::Replica &replica) {
    const auto row = replica.first("SSL");
    if (!row)
        return {};
    return {.private_key = (*row)["private_key"].string(),
            .certificate = (*row)["certificate"].string(),
            .ca_certificate = (*row)["ca_cert"].string()};
}

} // namespace bvs::daemon
