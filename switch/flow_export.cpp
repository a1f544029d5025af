// SPDX-License-Identifier: Apache-2.0
#include "switch/flow_export.h"

#include "maps/grace.h"
#include "switch/cache_view.h"

#include <algorithm>
#include <random>
#include <set>

namespace bvs::daemon {

namespace asio = boost::asio;
using maps::AccountSum;
using netflow::FlowEnd;
using Fate = maps::Accounts::Fate;

namespace {

constexpr unsigned k_slices = 10; // of the table, in a second
constexpr std::chrono::milliseconds k_tick{100};
constexpr std::chrono::milliseconds k_pump{5};
constexpr std::size_t k_pump_datagrams = 32; // to each exporter's collectors
constexpr std::size_t k_most_waiting = 1024; // datagrams
constexpr auto k_nanosecond = std::nano::den;
constexpr std::uint64_t k_inactive = 15ULL * k_nanosecond;
constexpr std::uint64_t k_ended = 1ULL * k_nanosecond; // after a FIN or RST

netflow::TunnelType tunnel_type(std::uint8_t type) {
    switch (type) {
    case BVS_TUNNEL_GRE:
        return netflow::TunnelType::gre;
    case BVS_TUNNEL_VXLAN:
        return netflow::TunnelType::vxlan;
    case BVS_TUNNEL_GENEVE:
        return netflow::TunnelType::geneve;
    default:
        return netflow::TunnelType::none;
    }
}

bool has_ended(const AccountSum &sum) {
    return sum.tcp_flags & (netflow::k_tcp_fin | netflow::k_tcp_rst);
}

std::uint64_t since(std::uint64_t then, std::uint64_t now) {
    return now > then ? now - then : 0;
}

std::uint64_t now_ns() {
    return static_cast<std::uint64_t>(
        std::chrono::nanoseconds(moment_now().now + netflow::Time(1)).count());
}

} // namespace

FlowExport::FlowExport(FlowExportParts parts)
    : parts_(std::move(parts)), accounts_(parts_.table.maps(), possible_cpus()),
      seed_(std::random_device()() | std::uint64_t{std::random_device()()} << 32),
      by_number_(BVS_MAX_BRIDGES), ticks_(parts_.io), pump_(parts_.io) {}

FlowExport::~FlowExport() = default;

// ---- configuration --------------------------------------------------------------------------

void FlowExport::follow(const ovsdb::Replica &replica) {
    model::Warnings warnings;
    const auto wanted = export_wishes(replica, warnings);
    warn(warnings);
    std::vector<std::string> gone;
    for (const auto &[name, exports] : bridges_)
        if (!wanted.contains(name) || !parts_.table.bridge(name))
            gone.push_back(name);
    for (const auto &name : gone)
        forget_bridge(name);
    for (const auto &[name, wishes] : wanted)
        follow_bridge(name, wishes);
    for (const auto &[name, bridge] : parts_.table.bridges())
        if (!bridges_.contains(name))
            flag(name, 0); // a former daemon's
    index_ports();
    if (!bridges_.empty() && !ticking_)
        wait();
}

void FlowExport::warn(const std::vector<std::string> &warnings) {
    for (const auto &warning : warnings)
        if (std::ranges::find(warned_, warning) == warned_.end())
            parts_.log.warn("{}", warning);
    warned_ = warnings;
}

// Exporters are there before packets are counted for them, and longer.
void FlowExport::follow_bridge(const std::string &name, const ExportWishes &wishes) {
    const auto *live = parts_.table.bridge(name);
    if (!live)
        return;
    auto &exports = bridges_[name];
    if (!exports)
        exports = std::make_unique<BridgeExport>(
            parts_.io, name, seed_,
            [this](const std::string &netdev) { return address_of(netdev); }, parts_.log);
    by_number_[live->number] = exports.get();
    if (exports->wishes().exact() && !wishes.exact())
        settle(name);
    if (exports->wishes() != wishes)
        exports->follow(wishes);
    if (wishes.exact())
        make_table();
    const auto sampler = exports->sampler();
    parts_.table.maps().samplers.set(live->number, sampler);
    std::uint32_t flags = wishes.exact() ? BVS_PORT_ACCOUNTED : 0;
    if (sampler.sflow || sampler.ipfix)
        flags |= BVS_PORT_SAMPLED;
    flag(name, flags);
}

void FlowExport::forget_bridge(const std::string &name) {
    if (bridges_[name]->wishes().exact())
        settle(name);
    flag(name, 0);
    std::ranges::replace(by_number_, bridges_[name].get(), nullptr);
    bridges_.erase(name);
}

// Counts no more, and reports what was counted.
void FlowExport::settle(const std::string &bridge) {
    flag(bridge, 0);
    harvest([this, ours = bridges_[bridge].get()](const AccountSum &sum) {
        return exports_of(bridge_of(sum.key)) == ours ? Fate::end : Fate::stay;
    });
    bridges_[bridge]->encode(moment_now());
}

void FlowExport::flag(const std::string &bridge, std::uint32_t flags) {
    for (const auto &[name, port] : parts_.table.ports())
        if (port.bridge == bridge && port.exports != flags)
            parts_.table.show(*parts_.table.port(name), flags);
}

void FlowExport::make_table() {
    if (auto made = accounts_.start(); !made)
        parts_.log.warn(limit_, "each packet is exported by itself, as flows cannot be counted: {}",
                        made.error().message);
}

// ---- what was counted -----------------------------------------------------------------------

void FlowExport::wait() {
    ticking_ = true;
    ticks_.expires_after(k_tick);
    ticks_.async_wait([this](const auto &error) {
        if (error)
            return;
        ticking_ = false;
        tick();
        if (!bridges_.empty())
            wait();
    });
}

void FlowExport::tick() {
    read_events();
    const auto crowded = [](const auto &bridge) {
        return bridge.second->waiting() > k_most_waiting;
    };
    if (std::ranges::any_of(bridges_, crowded))
        return;
    const auto sets = accounts_.sets();
    const auto now = now_ns();
    accounts_.sweep(
        sets / k_slices * slice_, slice_ + 1 == k_slices ? sets : sets / k_slices * (slice_ + 1),
        [this, now](const AccountSum &sum) { return fate(sum, now); },
        [this](const AccountSum &sum, bool) { report(sum, FlowEnd::active); });
    if (++slice_ == k_slices)
        finish_round();
    encode();
}

void FlowExport::finish_round() {
    slice_ = 0;
    index_ports();
    accounts_.finish(maps::grace_period, [this](const AccountSum &sum, bool) {
        report(sum, has_ended(sum) ? FlowEnd::detected : FlowEnd::idle);
    });
    alone_before_ = alone_;
    if (accounts_.crowded())
        grow();
    for (const auto &[name, exports] : bridges_)
        if (exports->polls(moment_now().now))
            poll_counters(*exports, name);
}

void FlowExport::grow() {
    if (full_ || !accounts_.sets())
        return;
    if (auto grown = accounts_.grow(); !grown) {
        full_ = true;
        parts_.log.warn("packets of further flows are exported by themselves: {}",
                        grown.error().message);
    }
}

Fate FlowExport::fate(const AccountSum &sum, std::uint64_t now) {
    const auto *exports = exports_of(bridge_of(sum.key));
    if (!sum.last)
        return Fate::stay; // its first packet is being counted
    if (!exports || !exports->wishes().exact() || since(sum.last, now) >= k_inactive ||
        (has_ended(sum) && since(sum.last, now) >= k_ended))
        return Fate::end;
    const auto active = exports->active();
    if (!active || !sum.counts.packets)
        return Fate::stay;
    const auto unreported = since(sum.first ? sum.first : sum.last, now);
    return std::chrono::nanoseconds(unreported) >= *active ? Fate::report : Fate::stay;
}

void FlowExport::report(const AccountSum &sum, FlowEnd end) {
    auto *exports = exports_of(bridge_of(sum.key));
    if (!exports)
        return;
    const auto traffic = traffic_of(sum.counts, sum.first, sum.last, sum.tcp_flags);
    exports->add({.key = flow_key(sum.key, sum.output, port_of()),
                  .traffic = traffic,
                  .started = sum.started ? flow_time(sum.started) : traffic.first,
                  .end = end});
}

void FlowExport::harvest(const maps::Accounts::Decide &decide) {
    const auto report = [this](const AccountSum &sum, bool) { this->report(sum, FlowEnd::forced); };
    read_events();
    accounts_.sweep(0, accounts_.sets(), decide, report);
    accounts_.finish(maps::grace_period, report);
    slice_ = 0;
}

void FlowExport::dismantle() {
    harvest([](const AccountSum &) { return Fate::end; });
    bridges_.clear(); // which sends it
    std::ranges::fill(by_number_, nullptr);
}

void FlowExport::encode() {
    const auto now = moment_now();
    for (const auto &[name, exports] : bridges_)
        exports->encode(now);
    if (!pumping_)
        pump();
}

void FlowExport::pump() {
    pumping_ = false;
    for (const auto &[name, exports] : bridges_) {
        exports->pump(k_pump_datagrams);
        pumping_ = pumping_ || exports->waiting();
    }
    if (!pumping_)
        return;
    pump_.expires_after(k_pump);
    pump_.async_wait([this](const auto &error) {
        if (!error)
            pump();
    });
}

// ---- ports ----------------------------------------------------------------------------------

BridgeExport *FlowExport::exports_of(std::uint16_t bridge) {
    return bridge < by_number_.size() ? by_number_[bridge] : nullptr;
}

void FlowExport::index_ports() {
    ports_.clear();
    for (const auto &[name, port] : parts_.table.ports()) {
        FlowPort known{.ifindex = port.state.port.netdev()};
        if (port.entry().flags & BVS_PORT_TUNNEL) {
            const auto &tunnel = port.state.port.tunnel;
            known.tunnel = tunnel_type(tunnel.type);
            known.tunnel_port = tunnel.dst_port;
        }
        ports_[std::uint32_t{port.entry().bridge} << 16 | (port.ofport & 0xffff)] = known;
    }
}

FlowPortOf FlowExport::port_of() const {
    return [this](std::uint16_t bridge, std::uint32_t ofport) {
        const auto place = ports_.find(std::uint32_t{bridge} << 16 | (ofport & 0xffff));
        return place == ports_.end() ? FlowPort() : place->second;
    };
}

model::IpAddress FlowExport::address_of(const std::string &netdev) const {
    const auto *link = parts_.links.find(netdev);
    if (!link)
        return {};
    const auto v4 = parts_.addresses.source(link->ifindex, false);
    return v4 ? *v4 : parts_.addresses.source(link->ifindex, true).value_or(model::IpAddress());
}

FlowExport::Totals FlowExport::totals() const {
    const auto info = parts_.table.maps().account_info.get(0);
    return {.flows = accounts_.used(),
            .capacity = accounts_.capacity(),
            .alone = alone_,
            .lost_packets = info.lost_packets,
            .lost_bytes = info.lost_bytes,
            .lost_samples = info.lost_samples};
}

std::vector<ExporterView> FlowExport::views() const {
    std::vector<ExporterView> views;
    for (const auto &[name, exports] : bridges_)
        for (auto &view : exports->views())
            views.push_back(std::move(view));
    return views;
}

} // namespace bvs::daemon
