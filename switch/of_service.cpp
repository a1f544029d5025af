// SPDX-License-Identifier: Apache-2.0
#include "switch/of_service.h"

#include "switch/of_hidden.h"
#include "switch/of_packet_in.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace bvs::daemon {

namespace {

constexpr std::chrono::seconds k_management_probe{60};
constexpr std::chrono::seconds k_usual_probe{5};

std::string target_of(const OfController &controller) {
    return controller.settings.endpoint.to_string();
}

bool is_primary(const ofagent::ControllerSettings &settings) {
    return settings.session.kind == ofagent::SessionSettings::Kind::controller;
}

bool has_primary(const OfSettings &settings) {
    return std::ranges::any_of(settings.controllers,
                               [](const auto &one) { return is_primary(one.settings); });
}

} // namespace

const char *role_word(wire::Role role) {
    return role == wire::Role::master ? "master" : role == wire::Role::slave ? "slave" : "other";
}

OfService::OfService(OfServiceParts parts)
    : parts_(std::move(parts)),
      ports_(parts_.bridge, parts_.table, parts_.link_control, parts_.facts_of, parts_.queues_of),
      short_way_(parts_.bridge, parts_.number, parts_.table), bridge_(bridge_parts()),
      agent_(bridge_) {
    bridge_.tell_of_changes(agent_);
}

OfBridgeParts OfService::bridge_parts() {
    const auto need_pipeline = [this](bool needed) {
        needs_pipeline_ = needed;
        parts_.pipeline_changed();
    };
    return {.name = parts_.bridge,
            .number = parts_.number,
            .maps = parts_.maps,
            .writer = parts_.writer,
            .ports = ports_,
            .short_way = short_way_,
            .inject = parts_.inject,
            .changed = parts_.rules_changed,
            .need_pipeline = need_pipeline,
            .version = parts_.version};
}

void OfService::configure(const OfSettings &settings, const net::TlsFiles &tls) {
    if (management_ && settings == settings_ && tls == tls_)
        return;
    for (const auto &warning : settings.warnings)
        if (std::ranges::find(settings_.warnings, warning) == settings_.warnings.end())
            parts_.log.warn("{}", warning);
    if (!management_ || settings.versions != settings_.versions)
        open_sockets(settings.versions);
    settle_flows(settings);
    bridge_.set_tables(settings.tables);
    bridge_.set_quota(settings.quota);
    settle_controllers(settings, tls);
    settings_ = settings;
    tls_ = tls;
    configured_ = true;
    settle_hidden();
}

void OfService::ports_changed(const std::set<std::string> &names) {
    bool structure = false, state = false;
    for (const auto &change : ports_.changes(names)) {
        (change.kind == model::PortChange::modified ? state : structure) = true;
        agent_.port_changed(change.kind, change.port);
    }
    settle_hidden();
    if (structure)
        bridge_.ports_changed();
    else if (state)
        bridge_.liveness_changed();
}

void OfService::every_second() {
    const auto now = std::chrono::steady_clock::now();
    bridge_.tell_of_misses(agent_.wants_misses());
    bridge_.shorten_timeouts();
    if (management_)
        management_->tick(now);
    for (auto &[target, controller] : controllers_)
        controller->tick(now);
    settle_hidden();
}

void OfService::open_sockets(std::uint32_t versions) {
    const auto base = fmt::format("{}/{}", parts_.rundir, bridge_.name());
    management_.reset();
    auto management =
        ofagent::Listener::open(parts_.io, {.address = base + ".mgmt", .passive = true}, nullptr,
                                agent_, {.versions = versions, .probe = k_management_probe});
    if (management)
        management_ = std::move(*management);
    else
        parts_.log.err("{}", management.error().message);
    if (snoop_)
        return;
    auto snoop =
        ofagent::Broadcaster::open(parts_.io, {.address = base + ".snoop", .passive = true});
    if (snoop)
        snoop_ = std::move(*snoop);
    else
        parts_.log.err("{}", snoop.error().message);
}

// Who gets its first controller, or loses its last one, starts with empty tables; without
// controllers a bridge that may stand alone is a learning switch. Who only calls in, as
// services do, is no controller here.
void OfService::settle_flows(const OfSettings &settings) {
    const bool had = has_primary(settings_), has = has_primary(settings);
    const bool alone = !has && !settings.secure;
    const bool was_alone = configured_ && !had && !settings_.secure;
    if (!configured_) {
        const auto former = std::exchange(parts_.former, {});
        if (!bridge_.adopt() && (former.empty() || !bridge_.restore(former)))
            bridge_.reset(alone);
    } else if (had != has)
        bridge_.reset(alone);
    else if (alone && !was_alone)
        (void)bridge_.flow_mod(OfBridge::normal_flow());
}

// A bridge that may stand alone does so when its controllers have been away for long enough to
// be probed, to answer, and to come back.
void OfService::settle_fail_open() {
    const auto now = std::chrono::steady_clock::now();
    const bool may = !settings_.secure && has_primary(settings_);
    std::chrono::seconds patience{};
    bool connected = false;
    for (const auto &[target, controller] : controllers_) {
        if (!is_primary(controller->settings()))
            continue;
        connected |= controller->status(now).connected;
        const auto probe = controller->settings().session.probe;
        patience = std::max(patience, 3 * (probe.count() ? probe : k_usual_probe));
    }
    if (!may || connected)
        last_led_ = now;
    const bool open = may && !connected && (bridge_.failed_open() || now - last_led_ >= patience);
    if (open != bridge_.failed_open())
        parts_.log.warn("bridge {}: {}", bridge_.name(),
                        open ? "no controller answers, so it switches by itself"
                             : "it has a controller again, or is to do without");
    bridge_.set_fail_open(open);
}

void OfService::settle_in_band() {
    model::Mac local{};
    for (const auto &port : ports_.list())
        if (port.number == model::port::local)
            local = port.address;
    bridge_.set_in_band(in_band_flows(local, settings_.in_band));
}

void OfService::settle_hidden() {
    settle_fail_open();
    settle_in_band();
}

void OfService::settle_tls(const net::TlsFiles &tls) {
    if (tls == tls_ && (context_ || tls.private_key.empty()))
        return;
    context_ = nullptr;
    if (!tls.private_key.empty()) {
        if (auto context = net::load_tls(tls))
            context_ = *context;
        else
            parts_.log.err("{}", context.error().message);
    }
    std::erase_if(controllers_, [](const auto &entry) {
        return entry.second->settings().endpoint.kind == net::Endpoint::Kind::ssl;
    });
}

void OfService::settle_controllers(const OfSettings &settings, const net::TlsFiles &tls) {
    settle_tls(tls);
    std::erase_if(controllers_, [&](const auto &entry) {
        return std::ranges::none_of(settings.controllers, [&](const auto &wanted) {
            return target_of(wanted) == entry.first && wanted.settings == entry.second->settings();
        });
    });
    for (const auto &wanted : settings.controllers) {
        auto &controller = controllers_[target_of(wanted)];
        if (controller)
            continue;
        controller = std::make_unique<ofagent::Controller>(
            parts_.io, agent_, wanted.settings, context_, [this](const std::string &text) {
                parts_.log.info("bridge {}: controller {}", bridge_.name(), text);
            });
        controller->snoop([this](wire::ByteSpan bytes) {
            if (snoop_)
                snoop_->send(bytes);
        });
    }
}

void OfService::take(const bvs_packet_in &packet, std::span<const std::uint8_t> bytes) {
    ++packet_ins_;
    const auto packet_in =
        to_packet_in(packet, bytes, bridge_.named(packet.rule), bridge_.options().fields());
    if (packet_in.reason != model::PacketInReason::no_match ||
        ports_.wants_packet_ins(packet_in.in_port))
        agent_.packet_in(packet_in);
}

std::vector<ControllerReport> OfService::controllers() const {
    const auto now = std::chrono::steady_clock::now();
    std::vector<ControllerReport> reports;
    for (const auto &wanted : settings_.controllers)
        if (const auto place = controllers_.find(target_of(wanted)); place != controllers_.end())
            reports.push_back({wanted.row, place->first, place->second->status(now)});
    return reports;
}

void OfService::report(WriteBack &write_back) const {
    for (const auto &[row, target, status] : controllers()) {
        ovsdb::Smap words{{"state", status.state}};
        if (!status.last_error.empty())
            words["last_error"] = status.last_error;
        if (status.since_connect)
            words["sec_since_connect"] = std::to_string(status.since_connect->count());
        if (status.since_disconnect)
            words["sec_since_disconnect"] = std::to_string(status.since_disconnect->count());
        for (const auto &[key, packets] : status.packet_ins)
            words[key] = std::to_string(packets);
        write_back.set(
            "Controller", row,
            {{"is_connected", status.connected},
             {"role", status.connected ? ovsdb::Datum(role_word(status.role)) : ovsdb::Datum()},
             {"status", words}});
    }
}

} // namespace bvs::daemon
