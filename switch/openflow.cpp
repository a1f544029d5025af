// SPDX-License-Identifier: Apache-2.0
#include "switch/openflow.h"

#include "ofagent/agent.h"
#include "ofagent/listener.h"
#include "switch/of_bridge.h"
#include "switch/of_packet_in.h"
#include "switch/of_record.h"
#include "switch/of_settings.h"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>
#include <malloc.h>
#include <random>
#include <thread>
#include <unistd.h>

namespace bvs::daemon {

namespace {

constexpr std::chrono::seconds k_management_probe{60};
constexpr std::chrono::seconds k_usual_probe{5};

// Reclaiming waits for a grace period, 8 ms in which nothing else is done: what is removed now and
// then is told of at once, and where much is removed this costs a twelfth of the time.
constexpr std::chrono::milliseconds k_reclaim_after{5}, k_reclaim_pause{100};
constexpr std::chrono::milliseconds k_expiry_pause{20};

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

unsigned possible_cpus() {
    return static_cast<unsigned>(::sysconf(_SC_NPROCESSORS_CONF));
}

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

class OpenFlow::House {
  public:
    House(OpenFlow &owner, const std::string &name, std::uint16_t number)
        : owner_(owner),
          ports_(name, owner.parts_.table, owner.parts_.link_control, owner.parts_.facts_of),
          short_way_(name, number, owner.parts_.table),
          bridge_(
              {.name = name,
               .number = number,
               .maps = *owner.parts_.datapath.maps().pipeline,
               .writer = *owner.writer_,
               .ports = ports_,
               .short_way = short_way_,
               .inject = [this](const Injection &injection) { return owner_.inject(injection); },
               .changed = [this] { owner_.reclaim_soon(); },
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
        bridge_.set_tables(settings.tables);
        settle_controllers(settings, tls);
        settings_ = settings;
        tls_ = tls;
        configured_ = true;
        settle_hidden();
    }

    void ports_changed(const std::set<std::string> &names) {
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

    void every_second() {
        const auto now = std::chrono::steady_clock::now();
        bridge_.tell_of_misses(agent_.wants_misses());
        bridge_.shorten_timeouts();
        if (management_)
            management_->tick(now);
        for (auto &[target, controller] : controllers_)
            controller->tick(now);
        settle_hidden();
    }

    void report(WriteBack &write_back) const;

    OfBridge &bridge() { return bridge_; }
    const OfPorts &ports() const { return ports_; }
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
    // controllers a bridge that may stand alone is a learning switch. Who only calls in, as
    // services do, is no controller here.
    void settle_flows(const OfSettings &settings) {
        const bool had = has_primary(settings_), has = has_primary(settings);
        const bool alone = !has && !settings.secure;
        const bool was_alone = configured_ && !had && !settings_.secure;
        if (!configured_) {
            const auto former = owner_.former_.extract(bridge_.name());
            if (!bridge_.adopt() && (former.empty() || !bridge_.restore(former.mapped())))
                bridge_.reset(alone);
        } else if (had != has)
            bridge_.reset(alone);
        else if (alone && !was_alone)
            (void)bridge_.flow_mod(OfBridge::normal_flow());
    }

    // A bridge that may stand alone does so when its controllers have been away for long enough to
    // be probed, to answer, and to come back.
    void settle_fail_open() {
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
        const bool open =
            may && !connected && (bridge_.failed_open() || now - last_led_ >= patience);
        if (open != bridge_.failed_open())
            owner_.parts_.log.warn("bridge {}: {}", bridge_.name(),
                                   open ? "no controller answers, so it switches by itself"
                                        : "it has a controller again, or is to do without");
        bridge_.set_fail_open(open);
    }

    void settle_in_band() {
        model::Mac local{};
        for (const auto &port : ports_.list())
            if (port.number == model::port::local)
                local = port.address;
        bridge_.set_in_band(in_band_flows(local, settings_.in_band));
    }

    void settle_hidden() {
        settle_fail_open();
        settle_in_band();
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
    ShortWay short_way_;
    bool needs_pipeline_ = false;
    OfBridge bridge_;
    ofagent::Agent agent_;
    std::unique_ptr<ofagent::Listener> management_;
    std::unique_ptr<ofagent::Broadcaster> snoop_;
    std::map<std::string, std::unique_ptr<ofagent::Controller>> controllers_; // by target
    net::TlsContext context_;
    OfSettings settings_;
    net::TlsFiles tls_;
    ofagent::Time last_led_ = std::chrono::steady_clock::now(); // by a controller
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
    bool bulk_change = false;
    for (auto &[name, house] : houses_) {
        house->every_second();
        bulk_change |= house->bridge().had_bulk_change();
    }
    expire();
    reclaim_soon();
    // What a large bundle's messages were in lies between what stays: 330 bytes a rule.
    if (bulk_change)
        ::malloc_trim(0);
}

// In slices, between which others have their turn.
void OpenFlow::expire() {
    const auto due = [](const auto &entry) { return entry.second->bridge().timeouts_due(); };
    if (std::ranges::none_of(houses_, due))
        return;
    writer_->harvest();
    for (auto &[name, house] : houses_)
        house->bridge().expire();
    if (std::ranges::any_of(houses_, due))
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
    for (auto &[name, house] : houses_) {
        if (house->bridge().number() != packet.bridge)
            continue;
        const auto packet_in = to_packet_in(packet, bytes, house->bridge().named(packet.rule));
        if (packet_in.reason != model::PacketInReason::no_match ||
            house->ports().wants_packet_ins(packet_in.in_port))
            house->agent().packet_in(packet_in);
    }
}

} // namespace bvs::daemon
