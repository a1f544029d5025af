// SPDX-License-Identifier: Apache-2.0
#include "switch/openflow.h"

#include "switch/cache_view.h"
#include "switch/of_record.h"
#include "switch/of_service.h"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>
#include <malloc.h>
#include <random>
#include <thread>

namespace bvs::daemon {

namespace {

// Reclaiming waits for a grace period, 8 ms in which nothing else is done: what is removed now and
// then is told of at once, and where much is removed this costs a twelfth of the time.
constexpr std::chrono::milliseconds k_reclaim_after{5}, k_reclaim_pause{100};
constexpr std::chrono::milliseconds k_expiry_pause{20};
// Trajectories that no packet took for so long make room for others, as Open vSwitch's flows do.
constexpr std::chrono::seconds k_idle{10};

} // namespace

// Does something a little later, once.
struct OpenFlow::Timer {
    explicit Timer(boost::asio::io_context &io) : timer(io) {}

    template <class Do>
    void at(ofagent::Time when, Do something) {
        if (armed)
            return;
        armed = true;
        timer.expires_at(when);
        timer.async_wait([this, something](const boost::system::error_code &error) {
            if (error)
                return;
            armed = false;
            something();
            last = std::chrono::steady_clock::now();
        });
    }

    boost::asio::steady_timer timer;
    bool armed = false;
    ofagent::Time last; // time that it was done
};

Result<std::unique_ptr<OpenFlow>> OpenFlow::create(OpenFlowParts parts) {
    auto &maps = *parts.datapath.maps().pipeline;
    auto writer = std::make_unique<maps::PipelineWriter>(maps, possible_cpus());
    std::random_device random;
    if (auto started = writer->start(static_cast<std::uint64_t>(random()) << 32 | random());
        !started)
        return std::unexpected(started.error());
    auto packet_ins = RecordRing<bvs_packet_in>::open(
        maps.packet_ins_fd, "cannot read the packets that the datapath sends up");
    if (!packet_ins)
        return std::unexpected(packet_ins.error());
    return std::unique_ptr<OpenFlow>(
        new OpenFlow(std::move(parts), std::move(writer), std::move(*packet_ins)));
}

OpenFlow::OpenFlow(OpenFlowParts parts, std::unique_ptr<maps::PipelineWriter> writer,
                   RecordRing<bvs_packet_in> packet_ins)
    : parts_(std::move(parts)), writer_(std::move(writer)), packet_ins_(std::move(packet_ins)),
      reclaiming_(std::make_unique<Timer>(parts_.io)),
      expiring_(std::make_unique<Timer>(parts_.io)) {
    if (parts_.datapath.adopted())
        return;
    auto former = parts_.datapath.former();
    for (auto &record : former.records)
        if (const auto about = recorded_about(record))
            if (const auto name = former.bridges.find(about->bridge); name != former.bridges.end())
                former_[name->second].push_back(std::move(record));
}

OpenFlow::~OpenFlow() = default;

void OpenFlow::follow(const ovsdb::Replica &replica,
                      const std::map<std::string, std::uint64_t> &bridges) {
    for (auto place = services_.begin(); place != services_.end();) {
        if (bridges.contains(place->first)) {
            ++place;
            continue;
        }
        place->second->bridge().dismantle();
        place = services_.erase(place);
    }
    const auto tls = of_tls(replica);
    for (const auto &[name, id] : bridges) {
        const auto *live = parts_.table.bridge(name);
        const auto row = replica.find("Bridge", "name", name);
        if (!live || !row)
            continue;
        auto &service = services_[name];
        if (!service)
            service = serve(name, live->number);
        service->bridge().set_datapath_id(id);
        service->configure(of_settings(replica, *row), tls);
    }
}

std::unique_ptr<OfService> OpenFlow::serve(const std::string &bridge, std::uint16_t number) {
    auto former = former_.extract(bridge);
    return std::make_unique<OfService>(OfServiceParts{
        .bridge = bridge,
        .number = number,
        .io = parts_.io,
        .maps = *parts_.datapath.maps().pipeline,
        .writer = *writer_,
        .table = parts_.table,
        .link_control = parts_.link_control,
        .facts_of = parts_.facts_of,
        .queues_of = parts_.queues_of,
        .rundir = parts_.rundir,
        .version = parts_.version,
        .log = parts_.log,
        .inject = [this](const Injection &injection) { return inject(injection); },
        .rules_changed = [this] { reclaim_soon(); },
        .pipeline_changed = [this, bridge] { parts_.pipeline_changed(bridge); },
        .former = former ? std::move(former.mapped()) : std::vector<std::vector<std::uint8_t>>()});
}

bool OpenFlow::needs_pipeline(const std::string &bridge) const {
    const auto place = services_.find(bridge);
    return place != services_.end() && place->second->needs_pipeline();
}

OfBridge *OpenFlow::bridge(const std::string &name) {
    const auto place = services_.find(name);
    return place == services_.end() ? nullptr : &place->second->bridge();
}

void OpenFlow::ports_changed(const std::set<std::string> &names) {
    for (auto &[name, service] : services_)
        service->ports_changed(names);
}

void OpenFlow::every_second() {
    bool bulk_change = false;
    for (auto &[name, service] : services_) {
        service->every_second();
        bulk_change |= service->bridge().had_bulk_change();
    }
    expire();
    if (writer_->crowded())
        reclaim();
    reclaim_soon();
    // What a large bundle's messages were in lies between what stays: 330 bytes a rule.
    if (bulk_change)
        ::malloc_trim(0);
}

// In slices, between which others have their turn.
void OpenFlow::expire() {
    const auto due = [](const auto &entry) { return entry.second->bridge().timeouts_due(); };
    if (std::ranges::none_of(services_, due))
        return;
    writer_->harvest();
    for (auto &[name, service] : services_)
        service->bridge().expire();
    if (std::ranges::any_of(services_, due))
        expiring_->at(std::chrono::steady_clock::now() + k_expiry_pause, [this] { expire(); });
}

void OpenFlow::reclaim_soon() {
    if (!writer_->reclaimable())
        return;
    const auto soon = std::chrono::steady_clock::now() + k_reclaim_after;
    reclaiming_->at(std::max(soon, reclaiming_->last + k_reclaim_pause), [this] {
        reclaim();
        reclaim_soon();
    });
}

// Rules that no packet can count for any more are told of to those who asked for it.
void OpenFlow::reclaim() {
    const auto oldest = std::max(monotonic_now() - k_idle, std::chrono::nanoseconds{});
    for (const auto &rule :
         writer_->reclaim(static_cast<std::uint32_t>(oldest.count() >> BVS_TICK_SHIFT)))
        for (auto &[name, service] : services_)
            service->bridge().gone(rule);
    if (!writer_->reclaimable())
        for (auto &[name, service] : services_)
            service->bridge().all_gone();
}

void OpenFlow::report(WriteBack &write_back) const {
    for (const auto &[name, service] : services_)
        service->report(write_back);
}

Result<> OpenFlow::inject(const Injection &injection) {
    const auto send = [&](std::uint32_t program) {
        return parts_.datapath.inject(injection.bridge, injection.in_port, program,
                                      injection.packet);
    };
    return injection.program.empty() ? send(0) : writer_->with_program(injection.program, send);
}

Result<> OpenFlow::send(const LivePort &port, const std::vector<std::uint8_t> &frame, bool oam) {
    const auto *home = parts_.table.bridge(port.bridge);
    std::vector<bvs_instruction> program;
    if (oam)
        program.push_back({.op = BVS_OP_LOAD,
                           .word = BVS_WORD_tunnel_flags,
                           .a = std::uint64_t{BVS_FLOW_TUNNEL_OAM} << BVS_LOWEST_tunnel_flags,
                           .b = std::uint64_t{BVS_FLOW_TUNNEL_OAM} << BVS_LOWEST_tunnel_flags});
    program.push_back({.op = BVS_OP_OUTPUT, .y = rule_number(port.ofport), .a = 0xffff});
    program.push_back({.op = BVS_OP_END});
    return inject({home->number, model::port::controller, program, frame});
}

Result<> OpenFlow::send_normal(std::uint16_t bridge, const std::vector<std::uint8_t> &frame) {
    const std::vector<bvs_instruction> program = {
        {.op = BVS_OP_OUTPUT, .y = model::port::normal, .a = 0xffff}, {.op = BVS_OP_END}};
    return inject({bridge, model::port::controller, program, frame});
}

int OpenFlow::packet_ins_fd() const {
    return packet_ins_.fd();
}

void OpenFlow::read_packet_ins() {
    packet_ins_.read([this](const bvs_packet_in &packet, std::span<const std::uint8_t> bytes) {
        take(packet, bytes);
    });
}

void OpenFlow::take(const bvs_packet_in &packet, std::span<const std::uint8_t> bytes) {
    for (auto &[name, service] : services_)
        if (service->bridge().number() == packet.bridge)
            service->take(packet, bytes);
}

} // namespace bvs::daemon
