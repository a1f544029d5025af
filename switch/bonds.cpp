// SPDX-License-Identifier: Apache-2.0
#include "switch/bonds.h"

#include <algorithm>

namespace bvs::daemon {

using protocol::BondOutput;
using protocol::PortId;
using protocol::Time;

namespace {

// How long a partner of LACP may take to answer a daemon that takes over.
constexpr std::chrono::seconds k_hold{4};
constexpr std::chrono::seconds k_count_interval{1};

bvs_bond_choice choice_of(const protocol::BondSettings &settings, BondOutput output) {
    if (output != BondOutput::by_bucket)
        return BVS_BOND_ONE;
    return settings.mode == protocol::BondMode::balance_slb ? BVS_BOND_BY_SOURCE : BVS_BOND_BY_FLOW;
}

std::uint32_t flags_of(const protocol::BondAdmission &admission) {
    std::uint32_t flags = 0;
    if (admission.unicast)
        flags |= BVS_BOND_UNICAST;
    if (admission.multicast)
        flags |= BVS_BOND_MULTICAST;
    if (admission.unless_moved)
        flags |= BVS_BOND_UNLESS_MOVED;
    return flags;
}

protocol::LacpStatus status_of(const std::optional<protocol::Lacp> &lacp) {
    if (!lacp)
        return protocol::LacpStatus::off;
    return lacp->negotiated() ? protocol::LacpStatus::negotiated : protocol::LacpStatus::configured;
}

// The tag that a frame of the VLAN wears at the port, 0: none; nothing if the port does not carry
// it.
std::optional<std::uint16_t> tag_at(const compile::Port &port, std::uint16_t vid) {
    const auto &entry = port.entry;
    const bool listed =
        !(entry.vlan_flags & BVS_VLAN_LISTED) || port.vlans.word[vid / 64] >> vid % 64 & 1;
    const bool own = vid == entry.tag;
    switch (entry.vlan_mode) {
    case BVS_VLAN_ACCESS:
    case BVS_VLAN_DOT1Q_TUNNEL:
        return own ? std::optional<std::uint16_t>(0) : std::nullopt;
    case BVS_VLAN_NATIVE_UNTAGGED:
        if (own)
            return 0;
        break;
    case BVS_VLAN_NATIVE_TAGGED:
        if (own)
            return vid;
        break;
    default:
        break;
    }
    return listed ? std::optional(vid) : std::nullopt;
}

template <class When>
void consider(std::optional<Time> &earliest, const When &when) {
    if (const std::optional<Time> time = when; time && (!earliest || *time < *earliest))
        earliest = time;
}

} // namespace

Bonds::Bonds(const Config &config, PortTable &table, const Reconciler &reconciler,
             host::Ethtool &ethtool, host::FrameSocket &frames, Logger log)
    : config_(config), table_(table), reconciler_(reconciler), ethtool_(ethtool), frames_(frames),
      log_(std::move(log)) {}

void Bonds::follow(const ovsdb::Replica &replica, const Touched &touched) {
    std::set<std::string> names;
    for (const auto &name : touched.interfaces)
        if (const auto *interface = config_.interface(name);
            interface && (interface->bonded || interface->lacp))
            names.insert(interface->port);
    for (const auto &[name, live] : live_)
        for (const auto &[id, member] : live.members)
            if (touched.interfaces.contains(member.interface))
                names.insert(name);
    const auto now = protocol::Time::clock::now();
    for (const auto &name : names)
        follow(replica, name, now);
    for (auto place = table_.bonds().begin(); place != table_.bonds().end();) {
        const auto name = place++->first;
        if (const auto live = live_.find(name); live == live_.end() || !live->second.bond)
            table_.remove_bond(name);
    }
    if (!names.empty())
        table_.finish_round();
}

void Bonds::follow(const ovsdb::Replica &replica, const std::string &name, Time now) {
    const auto *interface = [&]() -> const model::Interface * {
        const auto row = replica.find("Port", "name", name);
        for (const auto &uuid : row ? (*row)["interfaces"].uuids() : std::vector<ovsdb::Uuid>())
            if (const auto member = replica.row("Interface", uuid))
                if (const auto *one = config_.interface((*member)["name"].string());
                    one && one->port == name && one->refusal.empty())
                    return one;
        return nullptr;
    }();
    const auto *home = interface ? table_.bridge(interface->bridge) : nullptr;
    auto row = home ? read_bond(replica, name, bridge_mac(interface->bridge)) : std::nullopt;
    if (!row)
        return remove(name);
    auto &live = live_[name];
    tell(live, row->warnings);
    live.bridge = interface->bridge;
    if (row->bond && live.wanted.bond) // what the database says of it since then is our own word
        row->bond->last_active = live.wanted.bond->last_active;
    live.wanted = std::move(*row);
    configure(name, live, now);
    auto *port = bond_port(name);
    if (!live.bond || !port)
        return;
    if (const auto *bridge = config_.bridge(live.bridge))
        if (const auto changed = table_.change_bond(*port, *interface, *bridge); !changed)
            log_.warn("bond {}: {}", name, changed.error().message);
    live.unwritten = true;
}

void Bonds::tell(Live &live, const model::Warnings &warnings) {
    for (const auto &warning : warnings)
        if (live.told.insert(warning).second)
            log_.warn("{}", warning);
}

void Bonds::remove(const std::string &name) {
    const auto found = live_.find(name);
    if (found == live_.end())
        return;
    former_.push_back(std::move(found->second.wanted));
    live_.erase(found);
}

void Bonds::configure(const std::string &name, Live &live, Time now) {
    auto &wanted = live.wanted;
    if (!wanted.lacp)
        live.lacp.reset();
    else if (live.lacp)
        live.lacp->configure(*wanted.lacp, now);
    else
        live.lacp.emplace(*wanted.lacp);
    const bool is_new = wanted.bond && !live.bond;
    if (!wanted.bond) {
        live.bond.reset();
    } else if (is_new) {
        live.bond.emplace(*wanted.bond, now);
    } else {
        live.bond->configure(*wanted.bond, now);
    }
    follow_members(live, now);
    const auto *port = bond_port(name);
    if (is_new && port)
        take_over(live, *port, now);
}

// As a former daemon has left it, if there was one.
void Bonds::take_over(Live &live, const LivePort &port, Time now) {
    const auto former = table_.maps().bonds.get(port.bond_place());
    live.counted = table_.maps().bond_bytes.get(port.bond_place());
    bool carried = false;
    for (std::size_t bucket = 0; bucket < BVS_BOND_BUCKETS; ++bucket)
        if (live.members.contains(former.member[bucket])) {
            live.bond->resume(bucket, former.member[bucket]);
            carried = true;
        }
    if (carried && live.lacp)
        live.held_until = now + k_hold;
}

void Bonds::follow_members(Live &live, Time now) {
    std::set<PortId> present;
    for (const auto &[interface, row] : live.wanted.members) {
        const auto *port = table_.port(interface);
        if (!port || port->bridge != live.bridge)
            continue;
        present.insert(port->number());
        live.members[port->number()].interface = interface;
        live.members[port->number()].row = row.row;
    }
    for (auto place = live.members.begin(); place != live.members.end();) {
        const auto id = place++->first;
        if (present.contains(id))
            continue;
        if (live.bond)
            live.bond->remove_member(id);
        if (live.lacp)
            live.lacp->remove_member(id);
        live.members.erase(id);
    }
    look_at_links(live, now);
    for (const auto id : present)
        if (const auto *port = table_.port_of_number(id))
            set_member(live, *port, now);
}

void Bonds::set_member(Live &live, const LivePort &port, Time now) {
    const auto id = port.number();
    const auto &member = live.members.at(id);
    const auto *link = reconciler_.netdev(port);
    const auto mac = link ? link->mac : model::Mac{};
    if (live.lacp) {
        model::Warnings warnings;
        const auto &other_config = live.wanted.members.at(member.interface).other_config;
        live.lacp->set_member(id,
                              protocol::settle_lacp_member(member.interface, mac, port.ofport,
                                                           other_config, warnings),
                              now);
        live.lacp->set_carrier(id, member.carrier, now);
        tell(live, warnings);
    }
    if (live.bond)
        live.bond->set_member(id, {.name = member.interface, .mac = mac},
                              member.carrier && (!live.lacp || live.lacp->may_carry(id)));
}

void Bonds::look_at_links(Live &live, Time now) {
    const bool polls = live.wanted.poll && now >= live.next_poll;
    if (polls)
        live.next_poll = now + *live.wanted.poll;
    for (auto &[id, member] : live.members) {
        const auto *port = table_.port_of_number(id);
        const auto *link = port ? reconciler_.netdev(*port) : nullptr;
        if (!link || !link->up)
            member.carrier = false;
        else if (!live.wanted.poll)
            member.carrier = link->carrier;
        else if (polls)
            member.carrier = ethtool_.has_link(link->name).value_or(link->carrier);
    }
}

void Bonds::run(Time now) {
    for (auto &[name, live] : live_)
        run(name, live, now);
}

void Bonds::run(const std::string &name, Live &live, Time now) {
    look_at_links(live, now);
    if (live.lacp) {
        for (const auto &[id, member] : live.members)
            live.lacp->set_carrier(id, member.carrier, now);
        for (const auto &[port, frame] : live.lacp->run(now))
            send(port, frame);
    }
    if (!live.bond)
        return;
    live.bond->set_lacp(status_of(live.lacp));
    for (const auto &[id, member] : live.members)
        live.bond->set_usable(id, member.carrier && (!live.lacp || live.lacp->may_carry(id)));
    if (is_held(live, now))
        return;
    count(name, live, now);
    const auto wishes = live.bond->run(now);
    for (const auto &news : wishes.news)
        log_.info("{}: {}", name, news);
    if (wishes.changed || live.unwritten)
        write(name, live);
    if (wishes.announce.any())
        announce(name, live, wishes.announce);
}

bool Bonds::is_held(Live &live, Time now) const {
    if (!live.held_until)
        return false;
    const bool agreed = std::ranges::any_of(
        live.members, [&](const auto &entry) { return live.lacp->may_carry(entry.first); });
    if (!agreed && now < *live.held_until)
        return true;
    live.held_until.reset();
    return false;
}

void Bonds::count(const std::string &name, Live &live, Time now) {
    const auto *port = bond_port(name);
    if (!port || live.bond->output() != BondOutput::by_bucket || now < live.next_count)
        return;
    live.next_count = now + k_count_interval;
    const auto bytes = table_.maps().bond_bytes.get(port->bond_place());
    for (std::size_t bucket = 0; bucket < bytes.size(); ++bucket)
        live.bond->account(bucket, bytes[bucket] - live.counted[bucket]);
    live.counted = bytes;
}

void Bonds::write(const std::string &name, Live &live) {
    auto *port = bond_port(name);
    if (!port)
        return;
    bvs_bond entry{};
    entry.choice = choice_of(*live.wanted.bond, live.bond->output());
    entry.basis = live.wanted.bond->hash_basis;
    for (std::size_t bucket = 0; bucket < BVS_BOND_BUCKETS; ++bucket)
        entry.member[bucket] = live.bond->carrier_of(bucket).value_or(0);
    table_.maps().bonds.set(port->bond_place(), entry);
    for (const auto &[id, member] : live.members) {
        table_.maps().bond_members.set(
            id, {.admits = flags_of(live.bond->admission(id)), .reserved = 0});
        if (const auto *one = table_.port_of_number(id); one && id == live.members.begin()->first)
            port->ofport = one->ofport; // as Open vSwitch lists addresses behind it
    }
    live.unwritten = false;
}

void Bonds::announce(const std::string &name, const Live &live,
                     const protocol::BondBuckets::Set &buckets) {
    const auto *port = bond_port(name);
    const auto *home = table_.bridge(live.bridge);
    if (!port || !home)
        return;
    std::size_t announced = 0;
    for (const auto &entry : table_.maps().fdb.list(home->number)) {
        const auto bucket = bvs_bond_bucket(
            bvs_bond_source_hash(entry.mac, entry.vid, live.wanted.bond->hash_basis));
        const auto tag = tag_at(port->state.port, entry.vid);
        const auto carrier = live.bond->carrier_of(bucket);
        if (entry.port == port->number() || !buckets[bucket] || !tag || !carrier)
            continue;
        send(*carrier, protocol::announcement(model::to_mac(entry.mac), *tag));
        ++announced;
    }
    log_.info("{}: announced {} addresses", name, announced);
}

// What cannot be sent is as good as lost on the way.
void Bonds::send(PortId port, std::span<const std::uint8_t> frame) {
    const auto *from = table_.port_of_number(port);
    if (!from || !from->state.port.netdev())
        return;
    if (const auto sent = frames_.send(static_cast<int>(from->state.port.netdev()), frame); !sent)
        log_.dbg("{}: {}", from->name, sent.error().message);
}

void Bonds::receive(std::uint32_t port, std::span<const std::uint8_t> frame, Time now) {
    for (auto &[name, live] : live_)
        if (live.lacp && live.members.contains(port))
            if (const auto heard = live.lacp->receive(port, frame, now); !heard)
                log_.warn(bad_frames_, "{}: {}: {}", name, live.members.at(port).interface,
                          heard.error().message);
}

std::optional<Time> Bonds::next() const {
    std::optional<Time> next;
    for (const auto &[name, live] : live_) {
        if (live.lacp)
            consider(next, live.lacp->next());
        if (live.wanted.poll)
            consider(next, live.next_poll);
        if (live.held_until)
            consider(next, live.held_until);
        else if (live.bond)
            consider(next, live.bond->next());
    }
    return next;
}

void Bonds::report(const ovsdb::Replica &replica, WriteBack &write_back) {
    using ovsdb::Datum;
    const auto set = [&](const char *table, const ovsdb::Uuid &row, const char *column,
                         Datum value) {
        if (replica.row(table, row))
            write_back.set(table, row, {{column, std::move(value)}});
    };
    for (const auto &former : std::exchange(former_, {})) {
        set("Port", former.row, "bond_active_slave", {});
        for (const auto &[interface, member] : former.members)
            set("Interface", member.row, "lacp_current", {});
    }
    for (const auto &[name, live] : live_) {
        const auto active = live.bond ? live.bond->active_mac() : std::nullopt;
        if (!live.held_until)
            set("Port", live.wanted.row, "bond_active_slave",
                active ? Datum(model::to_string(*active)) : Datum());
        for (const auto &[id, member] : live.members)
            set("Interface", member.row, "lacp_current",
                live.lacp ? Datum(live.lacp->current(id)) : Datum());
    }
}

void Bonds::dismantle() {
    live_.clear();
    while (!table_.bonds().empty())
        table_.remove_bond(std::string(table_.bonds().begin()->first));
    table_.finish_round();
}

model::Mac Bonds::bridge_mac(const std::string &bridge) const {
    const auto *local = config_.interface(bridge);
    const auto *link = local ? reconciler_.visible_netdev(*local) : nullptr;
    return link ? link->mac : model::Mac{};
}

LivePort *Bonds::bond_port(const std::string &name) {
    const auto found = live_.find(name);
    if (found == live_.end() || !found->second.wanted.bond)
        return nullptr;
    const auto port = table_.bond(found->second.bridge, name);
    return port ? *port : nullptr;
}

} // namespace bvs::daemon
