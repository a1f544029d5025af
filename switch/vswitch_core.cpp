// SPDX-License-Identifier: Apache-2.0
#include "switch/vswitch_core.h"

#include "switch/bfd_commands.h"
#include "switch/bond_commands.h"
#include "switch/cache_commands.h"
#include "switch/egress.h"
#include "switch/export_commands.h"
#include "switch/fdb_commands.h"
#include "switch/global_settings.h"
#include "switch/host/address_monitor.h"
#include "switch/host/ethtool.h"
#include "switch/host/link_control.h"
#include "switch/host/link_monitor.h"
#include "switch/json_commands.h"
#include "switch/metrics.h"
#include "switch/mirror_commands.h"
#include "switch/multicast_commands.h"
#include "switch/of_commands.h"
#include "switch/of_settings.h"
#include "switch/port_state_commands.h"
#include "switch/qos_commands.h"
#include "switch/route_commands.h"
#include "switch/show_commands.h"
#include "switch/trace_commands.h"
#include "switch/tunnel_commands.h"
#include "switch/unixctl.h"

#include <algorithm>
#include <array>

namespace bvs::daemon {

namespace {

constexpr std::chrono::milliseconds k_statistics_interval{5000}; // the default, and the least

// Links that appear because of what was done just now; more rounds than this would be a quarrel
// with somebody, to be taken up with the next event.
constexpr int k_most_rounds = 4;

void add(Touched &all, const Touched &more) {
    all.bridges.insert(more.bridges.begin(), more.bridges.end());
    all.interfaces.insert(more.interfaces.begin(), more.interfaces.end());
}

} // namespace

Vswitch::Core::Core(VswitchParts parts, DropSamples drops, ProtocolFrames frames)
    : parts_(std::move(parts)), log_(parts_.log.logger("bridge")), table_(parts_.datapath),
      internal_(parts_.links.links(), parts_.link_control, parts_.rundir),
      onward_device_(parts_.datapath, parts_.links.links(), parts_.link_control, parts_.ethtool,
                     parts_.rundir, log_),
      vlan_parsing_(parts_.datapath.pin_dir(), parts_.links.links(), parts_.ethtool),
      shaping_(parts_.datapath.pin_dir(), parts_.queueing, parts_.ethtool, log_),
      reconciler_(table_, internal_, onward_device_, parts_.links.links(), parts_.link_control,
                  vlan_parsing_, shaping_, log_),
      underlay_(table_, parts_.addresses.addresses(), parts_.links.links(), vlan_parsing_, log_),
      mirrors_(table_, reconciler_, log_), multicast_(multicast_parts()),
      bonds_(config_, table_, reconciler_, parts_.ethtool, parts_.frames,
             parts_.log.logger("bond")),
      bond_timer_(parts_.io),
      flow_export_({parts_.io, table_, parts_.links.links(), parts_.addresses.addresses(),
                    parts_.log.logger("netflow")}),
      reporter_(config_, table_, reconciler_, internal_, parts_.ethtool,
                egress_by(parts_.routing, parts_.links.links(), underlay_), write_back_, log_,
                parts_.version),
      bfd_(bfd_parts()), drops_(std::move(drops)), protocol_frames_(std::move(frames)) {
    table_.adopt();
    serve_protocols();
}

std::vector<Vswitch::Ring> Vswitch::Core::rings() {
    return {{drops_.fd(), [this] { drops_.read(); }},
            {openflow_->packet_ins_fd(), [this] { openflow_->read_packet_ins(); }},
            {tracer_->fd(), [this] { tracer_->read(); }},
            {protocol_frames_.fd(), [this] { read_protocol_frames(); }}};
}

void Vswitch::Core::serve_protocols() {
    protocol_frames_.serve(BVS_PROTOCOL_LACP, [this](const auto &frame, auto bytes) {
        if (!may_act())
            return;
        bonds_.receive(frame.port, bytes, protocol::Time::clock::now());
        run_bonds();
        send();
    });
    for (const auto protocol : {BVS_PROTOCOL_IGMP, BVS_PROTOCOL_MLD})
        protocol_frames_.serve(
            protocol, [this](const auto &frame, auto bytes) { multicast_.receive(frame, bytes); });
    protocol_frames_.serve(BVS_PROTOCOL_BFD,
                           [this](const auto &frame, auto bytes) { bfd_.receive(frame, bytes); });
}

void Vswitch::Core::read_protocol_frames() {
    protocol_frames_.read();
    multicast_.write();
}

void Vswitch::Core::database_ready(const ovsdb::Replica &replica) {
    replica_ = &replica;
    connected_ = true;
    write_back_.forget_all();
    statistics_.forget_all();
    if (locked_)
        configure_all();
}

void Vswitch::Core::lock_changed(bool held) {
    const bool news = held && !locked_;
    locked_ = held;
    if (news && connected_)
        configure_all();
}

void Vswitch::Core::configure_all() {
    poll_links();
    auto touched = config_.load(*replica_);
    for (const auto &[name, interface] : config_.interfaces())
        table_.recognise(name);
    add(touched, reconciler_.everything());
    if (!configured_)
        fill_new_generation(touched);
    follow(touched);
    reconciler_.remove_orphans(config_);
    configured_now();
    if (configured_)
        return;
    if (auto finished = parts_.datapath.finish(); !finished)
        log_.warn("{}", finished.error().message);
    configured_ = true;
    parts_.configured();
}

// A port that is switched to the new programs must find all the others and the rules in the new
// maps.
void Vswitch::Core::fill_new_generation(Touched &touched) {
    if (parts_.datapath.adopted())
        return;
    table_.hold_attachments(true);
    reconciler_.apply(config_, touched);
    bonds_.follow(*replica_, touched);
    bonds_.run(protocol::Time::clock::now());
    underlay_.follow(false);
    follow_openflow(touched);
    table_.hold_attachments(false);
    add(touched, poll_links()); // netdevs that were made
}

void Vswitch::Core::database_changed(const ovsdb::Changes &changes) {
    if (!may_act())
        return;
    // A link made before the change was made is to be known when the change is acted upon.
    auto touched = poll_links();
    add(touched, config_.update(*replica_, changes));
    for (const auto &change : changes)
        if (!change.after)
            write_back_.forget(change.uuid());
    follow(touched);
    configured_now();
}

// Does what the names want, and what their netdevs' appearance wants in turn.
void Vswitch::Core::follow(Touched touched) {
    Touched all;
    for (int round = 0; round < k_most_rounds && !touched.empty(); ++round) {
        reconciler_.apply(config_, touched);
        add(all, touched);
        touched = poll_links();
    }
    reconciler_.apply(config_, touched);
    add(all, touched);
    if (connected_)
        bonds_.follow(*replica_, all);
    run_bonds();
    if (connected_)
        follow_services();
    underlay_.aggregate(other_config(replica_).text("tunnel-aggregation"));
    underlay_.follow();
    reconciler_.restore_vlan_parsing();
    if (connected_)
        follow_bfd(all);
    if (connected_)
        reporter_.report(*replica_, all);
    follow_openflow(all);
}

// Of what they do the database is told with the next that it is told.
void Vswitch::Core::run_bonds() {
    bonds_.run(protocol::Time::clock::now());
    if (connected_)
        bonds_.report(*replica_, write_back_);
    const auto next = bonds_.next();
    if (!next)
        return (void)bond_timer_.cancel();
    bond_timer_.expires_at(*next);
    bond_timer_.async_wait([this](const auto &error) {
        if (error || !may_act())
            return;
        run_bonds();
        send();
    });
}

// Of ports as they are now.
void Vswitch::Core::follow_services() {
    mirrors_.follow(*replica_);
    multicast_.follow(*replica_);
    flow_export_.follow(*replica_);
}

model::Mac Vswitch::Core::mac_of(const LivePort &port) const {
    const auto facts = facts_of(port);
    return facts.link ? facts.link->mac : model::made_up_mac(port.name);
}

MulticastParts Vswitch::Core::multicast_parts() {
    return {
        .table = table_,
        .log = log_,
        .mac_of =
            [this](const std::string &bridge) {
                const auto *local = table_.port(bridge);
                return local ? mac_of(*local) : model::made_up_mac(bridge);
            },
        .send =
            [this](std::uint16_t bridge, const protocol::Bytes &frame) {
                return openflow_->send_normal(bridge, frame);
            },
    };
}

BfdParts Vswitch::Core::bfd_parts() {
    return {
        .io = parts_.io,
        .table = table_,
        .write_back = write_back_,
        .log = parts_.log.logger("bfd"),
        .mac_of = [this](const LivePort &port) { return mac_of(port); },
        .send = [this](const LivePort &port, const protocol::Bytes &frame,
                       bool oam) { return openflow_->send(port, frame, oam); },
        .may_act = [this] { return may_act(); },
        .changed = [this](const Names &interfaces) { bfd_changed(interfaces); },
    };
}

// A new session has heard nothing yet, and one that ended says nothing any more.
void Vswitch::Core::follow_bfd(const Touched &touched) {
    if (auto changed = bfd_.follow(*replica_, touched.interfaces); !changed.empty())
        reconciler_.apply(config_, {.bridges = {}, .interfaces = std::move(changed)});
}

void Vswitch::Core::bfd_changed(const Names &interfaces) {
    reconciler_.apply(config_, {.bridges = {}, .interfaces = interfaces});
    openflow_->ports_changed(interfaces);
    send();
}

// Bridges have their agents, and agents know what became of their ports.
void Vswitch::Core::follow_openflow(const Touched &touched) {
    if (connected_) {
        std::map<std::string, std::uint64_t> bridges;
        for (const auto &[name, bridge] : table_.bridges())
            bridges[name] = reporter_.datapath_id(name);
        openflow_->follow(*replica_, bridges);
    }
    openflow_->ports_changed(touched.interfaces);
}

// Its ports are written anew, with the flag that says so.
void Vswitch::Core::pipeline_changed(const std::string &bridge) {
    auto *live = table_.bridge(bridge);
    if (!live)
        return;
    live->pipeline = openflow_->needs_pipeline(bridge) || (tracer_ && tracer_->follows(bridge));
    Touched ports;
    for (const auto &[name, port] : table_.ports())
        if (port.bridge == bridge)
            ports.interfaces.insert(name);
    reconciler_.apply(config_, ports);
}

PortFacts Vswitch::Core::facts_of(const LivePort &port) const {
    PortFacts facts{.speed = reporter_.speed(port.name)};
    if (const auto *interface = config_.interface(port.name))
        facts.link = reconciler_.visible_netdev(*interface);
    if (!facts.link)
        facts.link = reconciler_.netdev(port);
    facts.netdev = parts_.links.links().statistics(static_cast<int>(port.state.port.netdev()));
    return facts;
}

Result<> Vswitch::Core::start_openflow() {
    auto openflow = OpenFlow::create({
        .io = parts_.io,
        .datapath = parts_.datapath,
        .table = table_,
        .link_control = parts_.link_control,
        .facts_of = [this](const LivePort &port) { return facts_of(port); },
        .queues_of = [this](const LivePort &port) { return shaping_.queues(port.name); },
        .rundir = parts_.rundir,
        .version = parts_.version,
        .log = parts_.log.logger("ofproto"),
        .pipeline_changed = [this](const std::string &bridge) { pipeline_changed(bridge); },
    });
    if (!openflow)
        return std::unexpected(openflow.error());
    openflow_ = std::move(*openflow);
    auto tracer = Tracer::create(
        {.datapath = parts_.datapath,
         .table = table_,
         .openflow = *openflow_,
         .pipeline_changed = [this](const std::string &bridge) { pipeline_changed(bridge); }});
    if (!tracer)
        return std::unexpected(tracer.error());
    tracer_ = std::move(*tracer);
    return {};
}

Touched Vswitch::Core::poll_links() {
    auto changes = parts_.links.poll();
    if (!changes) {
        links_error_ = changes.error();
        return {};
    }
    underlay_.note(*changes);
    if (!may_act())
        return {};
    auto touched = reconciler_.note(*changes);
    if (changes->resynced) {
        table_.verify_attachments();
        add(touched, reconciler_.everything());
    }
    return touched;
}

Result<> Vswitch::Core::links_readable() {
    const auto touched = poll_links();
    if (links_error_)
        return std::unexpected(*links_error_);
    if (touched.empty())
        return {};
    follow(touched);
    send();
    return {};
}

Result<> Vswitch::Core::addresses_readable() {
    const auto changed = parts_.addresses.poll();
    if (!changed)
        return std::unexpected(changed.error());
    if (*changed && configured_ && may_act())
        underlay_.follow();
    return {};
}

void Vswitch::Core::dismantle() {
    flow_export_.dismantle();
    underlay_.dismantle();
    bonds_.dismantle();
    reconciler_.dismantle();
}

void Vswitch::Core::configured_now() {
    last_change_ = std::chrono::system_clock::now();
    reporter_.report_switch(*replica_);
    openflow_->report(write_back_);
    send();
}

void Vswitch::Core::send() {
    if (!connected_ || !locked_)
        return;
    if (const auto transaction = write_back_.take())
        transact(*transaction);
}

void Vswitch::Core::transact(const ovsdb::Transaction &transaction) {
    parts_.transact(transaction, [this](const Result<ovsdb::Outcome> &outcome) {
        if (outcome)
            return;
        write_back_.forget_all();
        statistics_.forget_all();
        if (connected_)
            log_.warn("cannot write to the database: {}", outcome.error().message);
    });
}

void Vswitch::Core::every_second() {
    if (!may_act())
        return;
    std::array<std::uint32_t, BVS_MAX_BRIDGES> ticks{};
    for (const auto &[name, bridge] : table_.bridges())
        if (const auto *wanted = config_.bridge(name))
            ticks[bridge.number] = static_cast<std::uint32_t>(
                std::chrono::nanoseconds(wanted->mac_aging_time).count() >> BVS_TICK_SHIFT);
    table_.maps().fdb.sweep([&ticks](std::uint16_t bridge) { return ticks[bridge]; });
    table_.every_second();
    multicast_.every_second();
    openflow_->every_second();
    tracer_->every_second();
    if (!connected_)
        return;
    openflow_->report(write_back_);
    send();
}

// Also the time to look at what nobody tells us of: the far ends of veths, netdevs that another
// daemon may have given up, and routes.
void Vswitch::Core::write_statistics() {
    if (!may_act())
        return;
    Touched unheard{.bridges = {}, .interfaces = reconciler_.in_error()};
    for (const auto &[name, port] : table_.ports())
        if (const auto *link = reconciler_.netdev(port);
            port.entry().flags & BVS_PORT_TUNNEL ||
            (link && link->kind == "veth" && link->peer_other_netns))
            unheard.interfaces.insert(name);
    follow(unheard);
    send();
    if (!connected_ || !locked_)
        return;
    if (auto refreshed = parts_.links.refresh_statistics(); !refreshed)
        log_.warn("{}", refreshed.error().message);
    mirrors_.report(write_back_);
    if (const auto transaction = statistics_.collect(
            *replica_, table_, [this](const LivePort &port) { return netdev_statistics(port); }))
        transact(*transaction);
}

host::LinkStatistics Vswitch::Core::netdev_statistics(const LivePort &port) const {
    const auto *known = parts_.links.links().statistics(static_cast<int>(port.state.port.netdev()));
    return known ? *known : host::LinkStatistics();
}

std::chrono::milliseconds Vswitch::Core::statistics_interval() const {
    return std::max(k_statistics_interval, std::chrono::milliseconds(other_config(replica_).number(
                                               "stats-update-interval")));
}

void Vswitch::Core::add_tallies(Tallies &coverage, Tallies &memory) {
    daemon::add_tallies(coverage, memory, table_);
}

void Vswitch::Core::add_commands(Commands &commands) {
    add_fdb_commands(commands, table_);
    add_show_commands(commands, table_, config_);
    add_openflow_commands(commands, *openflow_);
    add_qos_commands(commands, table_, shaping_);
    add_trace_commands(commands, *tracer_);
    add_cache_commands(commands, table_, *openflow_);
    add_tunnel_commands(commands, {config_, table_, reconciler_, parts_.links.links(),
                                   parts_.addresses.addresses(), parts_.routing, underlay_});
    add_mirror_commands(commands, mirrors_);
    add_bond_commands(commands, bonds_, [this] {
        run_bonds();
        send();
    });
    add_bfd_commands(commands, bfd_);
    add_multicast_commands(commands, table_, multicast_);
    add_export_commands(commands, flow_export_);
    add_route_commands(commands,
                       {parts_.links.links(), parts_.addresses.addresses(), parts_.routing});
    add_port_state_commands(commands, table_, config_, *openflow_);
    const PortSources ports{table_, config_, reconciler_, reporter_};
    add_json_commands(commands, {.ports = ports,
                                 .drops = drops_,
                                 .last_change = last_change_,
                                 .version = parts_.version,
                                 .database_status = parts_.database_status});
    add_metrics_commands(commands, {.ports = ports,
                                    .openflow = *openflow_,
                                    .shaping = shaping_,
                                    .mirrors = mirrors_,
                                    .bonds = bonds_,
                                    .exports = flow_export_,
                                    .version = parts_.version,
                                    .database_status = parts_.database_status});
}

} // namespace bvs::daemon
