// SPDX-License-Identifier: Apache-2.0
#include "switch/openflow.h"

#include "ofagent/agent.h"
#include "ofagent/listener.h"
#include "switch/of_bridge.h"
#include "switch/of_packet_in.h"
#include "switch/of_settings.h"

#include <algorithm>
#include <fmt/format.h>
#include <random>
#include <thread>
#include <unistd.h>

namespace bvs::daemon {

namespace {

constexpr std::chrono::seconds k_management_probe{60};

std::string target_of(const OfController &controller) {
    return controller.settings.endpoint.to_string();
}

unsigned possible_cpus() {
    return static_cast<unsigned>(::sysconf(_SC_NPROCESSORS_CONF));
}

} // namespace

class OpenFlow::House {
  public:
    House(OpenFlow &owner, std::string name, std::uint16_t number)
        : owner_(owner),
          ports_(name, owner.parts_.table, owner.parts_.link_control, owner.parts_.facts_of),
          bridge_(
              {.name = name,
               .number = number,
               .maps = *owner.parts_.datapath.maps().pipeline,
               .writer = *owner.writer_,
               .ports = ports_,
               .inject = [this](const Injection &injection) { return owner_.inject(injection); },
               .need_pipeline =
                   [this](bool needed) {
                       needs_pipeline_ = needed;
                       owner_.parts_.pipeline_changed(bridge_.name());
                   },
               .version = owner.parts_.version}),
          agent_(bridge_) {
        bridge_.tell_of_changes(agent_);
    }

    void configure(const OfSettings &settings, const net::TlsFiles &tls) {
        if (management_ && settings == settings_ && tls == tls_)
            return;
        for (const auto &warning : settings.warnings)
            if (std::ranges::find(settings_.warnings, warning) == settings_.warnings.end())
                owner_.parts_.log.warn("{}", warning);
        if (!management_ || settings.versions != settings_.versions)
            open_sockets(settings.versions);
        settle_flows(settings);
        settle_controllers(settings, tls);
        settings_ = settings;
        tls_ = tls;
        configured_ = true;
    }

    void ports_changed(const std::set<std::string> &names) {
        bool structure = false;
        for (const auto &change : ports_.changes(names)) {
            structure |= change.kind != model::PortChange::modified;
            agent_.port_changed(change.kind, change.port);
        }
        if (structure)
            bridge_.ports_changed();
    }

    void every_second() {
        const auto now = std::chrono::steady_clock::now();
        bridge_.every_second();
        if (management_)
            management_->tick(now);
        for (auto &[target, controller] : controllers_)
            controller->tick(now);
    }

    void report(WriteBack &write_back) const;

    OfBridge &bridge() { return bridge_; }
    ofagent::Agent &agent() { return agent_; }
    bool needs_pipeline() const { return needs_pipeline_; }

  private:
    void open_sockets(std::uint32_t versions) {
        const auto base = fmt::format("{}/{}", owner_.parts_.rundir, bridge_.name());
        management_.reset();
        auto management = ofagent::Listener::open(
            owner_.parts_.io, {.address = base + ".mgmt", .passive = true}, nullptr, agent_,
            {.versions = versions, .probe = k_management_probe});
        if (management)
            management_ = std::move(*management);
        else
            owner_.parts_.log.err("{}", management.error().message);
        if (snoop_)
            return;
        auto snoop = ofagent::Broadcaster::open(owner_.parts_.io,
                                                {.address = base + ".snoop", .passive = true});
        if (snoop)
            snoop_ = std::move(*snoop);
        else
            owner_.parts_.log.err("{}", snoop.error().message);
    }

    // Who gets its first controller, or loses its last one, starts with empty tables; without
    // controllers a bridge that may stand alone is a learning switch.
    void settle_flows(const OfSettings &settings) {
        const bool had = !settings_.controllers.empty(), has = !settings.controllers.empty();
        const bool alone = !has && !settings.secure;
        const bool was_alone = configured_ && !had && !settings_.secure;
        if (!configured_) {
            if (!bridge_.adopt())
                bridge_.reset(alone);
        } else if (had != has)
            bridge_.reset(alone);
        else if (alone && !was_alone)
            (void)bridge_.flow_mod(OfBridge::normal_flow());
    }

    void settle_controllers(const OfSettings &settings, const net::TlsFiles &tls) {
        if (tls != tls_ || (!context_ && !tls.private_key.empty())) {
            context_ = nullptr;
            if (!tls.private_key.empty()) {
                if (auto context = net::load_tls(tls))
                    context_ = *context;
                else
                    owner_.parts_.log.err("{}", context.error().message);
            }
            std::erase_if(controllers_, [](const auto &entry) {
                return entry.second->settings().endpoint.kind == net::Endpoint::Kind::ssl;
            });
        }
        std::erase_if(controllers_, [&](const auto &entry) {
            return std::ranges::none_of(settings.controllers, [&](const auto &wanted) {
                return target_of(wanted) == entry.first &&
                       wanted.settings == entry.second->settings();
            });
        });
        for (const auto &wanted : settings.controllers) {
            auto &controller = controllers_[target_of(wanted)];
            if (controller)
                continue;
            controller = std::make_unique<ofagent::Controller>(
                owner_.parts_.io, agent_, wanted.settings, context_,
                [this](const std::string &text) {
                    owner_.parts_.log.info("bridge {}: controller {}", bridge_.name(), text);
                });
            controller->snoop([this](wire::ByteSpan bytes) {
                if (snoop_)
                    snoop_->send(bytes);
            });
        }
    }

    OpenFlow &owner_;
    OfPorts ports_;
    bool needs_pipeline_ = false;
    OfBridge bridge_;
    ofagent::Agent agent_;
    std::unique_ptr<ofagent::Listener> management_;
    std::unique_ptr<ofagent::Broadcaster> snoop_;
    std::map<std::string, std::unique_ptr<ofagent::Controller>> controllers_; // by target
    net::TlsContext context_;
    OfSettings settings_;
    net::TlsFiles tls_;
    bool configured_ = false;
};

void OpenFlow::House::report(WriteBack &write_back) const {
    const auto now = std::chrono::steady_clock::now();
    for (const auto &wanted : settings_.controllers) {
        const auto place = controllers_.find(target_of(wanted));
        if (place == controllers_.end())
            continue;
        const auto status = place->second->status(now);
        ovsdb::Smap words{{"state", status.state}};
        if (!status.last_error.empty())
            words["last_error"] = status.last_error;
        if (status.since_connect)
            words["sec_since_connect"] = std::to_string(status.since_connect->count());
        if (status.since_disconnect)
            words["sec_since_disconnect"] = std::to_string(status.since_disconnect->count());
        const char *role = status.role == wire::Role::master  ? "master"
                           : status.role == wire::Role::slave ? "slave"
                                                              : "other";
        write_back.set("Controller", wanted.row,
                       {{"is_connected", status.connected},
                        {"role", status.connected ? ovsdb::Datum(role) : ovsdb::Datum()},
                        {"status", words}});
    }
}

Result<std::unique_ptr<OpenFlow>> OpenFlow::create(OpenFlowParts parts) {
    auto &maps = *parts.datapath.maps().pipeline;
    auto writer = std::make_unique<maps::PipelineWriter>(maps, possible_cpus());
    std::random_device random;
    if (auto started = writer->start(static_cast<std::uint64_t>(random()) << 32 | random());
        !started)
        return std::unexpected(started.error());
    auto packet_ins = PacketIns::open(maps.packet_ins_fd);
    if (!packet_ins)
        return std::unexpected(packet_ins.error());
    return std::unique_ptr<OpenFlow>(
        new OpenFlow(std::move(parts), std::move(writer), std::move(*packet_ins)));
}

OpenFlow::OpenFlow(OpenFlowParts parts, std::unique_ptr<maps::PipelineWriter> writer,
                   PacketIns packet_ins)
    : parts_(std::move(parts)), writer_(std::move(writer)), packet_ins_(std::move(packet_ins)) {}

OpenFlow::~OpenFlow() = default;

void OpenFlow::follow(const ovsdb::Replica &replica,
                      const std::map<std::string, std::uint64_t> &bridges) {
    for (auto place = houses_.begin(); place != houses_.end();) {
        if (bridges.contains(place->first)) {
            ++place;
            continue;
        }
        place->second->bridge().dismantle();
        place = houses_.erase(place);
    }
    const auto tls = of_tls(replica);
    for (const auto &[name, id] : bridges) {
        const auto *live = parts_.table.bridge(name);
        const auto row = replica.find("Bridge", "name", name);
        if (!live || !row)
            continue;
        auto &house = houses_[name];
        if (!house)
            house = std::make_unique<House>(*this, name, live->number);
        house->bridge().set_datapath_id(id);
        house->configure(of_settings(replica, *row), tls);
    }
}

bool OpenFlow::needs_pipeline(const std::string &bridge) const {
    const auto place = houses_.find(bridge);
    return place != houses_.end() && place->second->needs_pipeline();
}

OfBridge *OpenFlow::bridge(const std::string &name) {
    const auto place = houses_.find(name);
    return place == houses_.end() ? nullptr : &place->second->bridge();
}

void OpenFlow::ports_changed(const std::set<std::string> &names) {
    for (auto &[name, house] : houses_)
        house->ports_changed(names);
}

void OpenFlow::every_second() {
    for (auto &[name, house] : houses_)
        house->every_second();
    reclaim();
}

// Rules that no packet can count for any more are told of to those who asked for it.
void OpenFlow::reclaim() {
    if (!writer_->reclaimable())
        return;
    for (const auto &rule : writer_->reclaim())
        for (auto &[name, house] : houses_)
            house->bridge().gone(rule);
    if (!writer_->reclaimable())
        for (auto &[name, house] : houses_)
            house->bridge().all_gone();
}

void OpenFlow::report(WriteBack &write_back) const {
    for (const auto &[name, house] : houses_)
        house->report(write_back);
}

Result<> OpenFlow::inject(const Injection &injection) {
    const auto send = [&](std::uint32_t program) {
        return parts_.datapath.inject(injection.bridge, injection.in_port, program,
                                      injection.packet);
    };
    return injection.program.empty() ? send(0) : writer_->with_program(injection.program, send);
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
    for (auto &[name, house] : houses_)
        if (house->bridge().number() == packet.bridge)
            house->agent().packet_in(
                to_packet_in(packet, bytes, house->bridge().named(packet.rule)));
}

} // namespace bvs::daemon
