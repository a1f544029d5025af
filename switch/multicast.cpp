// SPDX-License-Identifier: Apache-2.0
#include "switch/multicast.h"

#include "switch/query_vlans.h"

#include <utility>

namespace bvs::daemon {

namespace {

using ovsdb::Replica;
using ovsdb::Row;
using protocol::GroupMessage;
using protocol::PortId;

protocol::Time now() {
    return std::chrono::steady_clock::now();
}

// The port that a row is: of a bond the bond's own.
const LivePort *live_port(PortTable &table, const Row &port, const Replica &replica) {
    const auto interfaces = port["interfaces"].uuids();
    if (interfaces.size() == 1) {
        const auto interface = replica.row("Interface", interfaces.front());
        return interface ? table.port((*interface)["name"].string()) : nullptr;
    }
    const auto bond = table.bonds().find(port["name"].string());
    return bond == table.bonds().end() ? nullptr : &bond->second;
}

void count(Multicast::Counts &counts, GroupMessage::Kind kind) {
    switch (kind) {
    case GroupMessage::Kind::report:
        ++counts.reports;
        break;
    case GroupMessage::Kind::query:
        ++counts.queries;
        break;
    case GroupMessage::Kind::router:
        ++counts.routers;
        break;
    }
}

} // namespace

Multicast::Multicast(MulticastParts parts) : parts_(std::move(parts)) {
    for (auto &entry : parts_.table.maps().multicast.all())
        former_[entry.first.bridge].push_back(std::move(entry));
}

void Multicast::follow(const Replica &replica) {
    model::Warnings warnings;
    std::set<std::string, std::less<>> snooping;
    for (const auto &[uuid, row] : replica.rows("Bridge")) {
        const auto name = (*row)["name"].string();
        const auto *home = parts_.table.bridge(name);
        if (!home)
            continue;
        if (!(*row)["mcast_snooping_enable"].boolean().value_or(false)) {
            if ((*row)["other_config"].get("mcast-snooping-querier") == "true")
                warnings.push_back(fmt::format("bridge {}: mcast-snooping-querier=true is for one "
                                               "that snoops; set mcast_snooping_enable=true",
                                               name));
            continue;
        }
        snooping.insert(name);
        follow_bridge(*row, home->number, replica, warnings);
    }
    drop_others(snooping);
    warn_of(std::move(warnings));
    write();
}

// With what the daemon before had of bridges that snoop no more.
void Multicast::drop_others(const std::set<std::string, std::less<>> &wanted) {
    std::set<std::uint16_t> numbers;
    for (const auto &[number, entries] : std::exchange(former_, {}))
        numbers.insert(number);
    for (const auto &[name, live] : bridges_)
        numbers.insert(live.number);
    std::erase_if(bridges_, [&](const auto &bridge) { return !wanted.contains(bridge.first); });
    for (const auto &[name, live] : bridges_)
        numbers.erase(live.number);
    for (const auto number : numbers)
        assign(number, {});
}

void Multicast::follow_bridge(const Row &row, std::uint16_t number, const Replica &replica,
                              model::Warnings &warnings) {
    const auto name = row["name"].string();
    const auto settings = protocol::settle_snooping(name, row["other_config"].smap(), warnings);
    auto place = bridges_.find(name);
    if (place != bridges_.end() && place->second.number != number) { // another one of that name
        assign(place->second.number, {});
        bridges_.erase(place);
        place = bridges_.end();
    }
    const bool is_new = place == bridges_.end();
    if (is_new)
        place = bridges_.emplace(name, Live(number, settings)).first;
    auto &live = place->second;
    live.snooping.configure(settings);
    follow_querier(row, live, warnings);
    follow_ports(live, ports_of(row, replica, warnings), warnings);
    if (const auto before = former_.find(number); is_new && before != former_.end())
        hear_again(live.snooping, before->second, now());
}

void Multicast::follow_querier(const Row &row, Live &live, model::Warnings &warnings) {
    const auto name = row["name"].string();
    const auto wanted =
        protocol::settle_querier(name, parts_.mac_of(name), live.snooping.settings().ageing,
                                 row["other_config"].smap(), warnings);
    if (!wanted)
        live.querier.reset();
    else if (live.querier)
        live.querier->configure(*wanted);
    else
        live.querier.emplace(*wanted);
}

Multicast::PortSettings Multicast::ports_of(const Row &bridge, const Replica &replica,
                                            model::Warnings &warnings) {
    PortSettings ports;
    for (const auto &uuid : bridge["ports"].uuids()) {
        const auto row = replica.row("Port", uuid);
        const auto *port = row ? live_port(parts_.table, *row, replica) : nullptr;
        if (port)
            ports[port->number()] = protocol::settle_snooping_port(
                (*row)["name"].string(), (*row)["other_config"].smap(), warnings);
    }
    return ports;
}

void Multicast::follow_ports(Live &live, const PortSettings &ports, model::Warnings &warnings) {
    std::vector<PortId> gone;
    for (const auto &[port, settings] : live.snooping.ports())
        if (!ports.contains(port))
            gone.push_back(port);
    for (const auto port : gone) {
        live.snooping.remove_port(port);
        live.told.erase(port);
    }
    for (const auto &[port, settings] : ports) {
        live.snooping.set_port(port, settings.flood, settings.flood_reports);
        auto &told = live.told[port];
        for (const auto &key : told)
            if (!settings.groups.contains(key))
                (void)live.snooping.remove_static(key.vlan, key.group, port);
        for (const auto &key : settings.groups)
            if (told.contains(key))
                continue;
            else if (auto added = live.snooping.add_static(key.vlan, key.group, port); !added)
                warnings.push_back(added.error().message);
        told = settings.groups;
    }
}

// Each as long as it holds once.
void Multicast::warn_of(model::Warnings warnings) {
    std::set<std::string> all(warnings.begin(), warnings.end());
    for (const auto &warning : all)
        if (!warned_.contains(warning))
            parts_.log.warn("{}", warning);
    warned_ = std::move(all);
}

void Multicast::receive(const bvs_protocol_frame &frame, std::span<const std::uint8_t> bytes) {
    const auto *port = parts_.table.port_of_number(frame.port);
    const auto place = port ? bridges_.find(port->bridge) : bridges_.end();
    if (place == bridges_.end())
        return;
    auto &live = place->second;
    const auto message = protocol::decode_group_message(bytes);
    if (!message) {
        ++live.counts.malformed;
        live.last_error = message.error().message;
        return;
    }
    count(live.counts, message->kind);
    if (live.querier && message->kind == GroupMessage::Kind::query)
        live.querier->receive(frame.vid, message->source, now());
    const auto number = port->entry().bond ? port->entry().bond : port->number();
    if (live.snooping.ports().contains(number))
        live.snooping.receive(frame.vid, number, *message, now());
}

void Multicast::write() {
    for (auto &[name, live] : bridges_)
        if (const auto revision = live.snooping.revision();
            std::exchange(live.written, revision) != revision)
            assign(live.number, multicast_keys(live.number, live.snooping));
}

void Multicast::assign(std::uint16_t bridge, const MulticastEntries &entries) {
    if (auto done = parts_.table.maps().multicast.assign(bridge, entries); !done)
        parts_.log.warn(no_room_, "{}", done.error().message);
}

void Multicast::every_second() {
    for (auto &[name, live] : bridges_) {
        live.snooping.run(now());
        ask(name, live);
    }
    write();
    parts_.table.maps().multicast.every_second();
}

void Multicast::ask(const std::string &bridge, Live &live) {
    if (!live.querier)
        return;
    std::vector<const compile::Port *> ports;
    for (const auto &[name, port] : parts_.table.ports())
        if (port.bridge == bridge)
            ports.push_back(&port.state.port);
    live.querier->set_vlans(query_vlans(ports, live.snooping.vlans()));
    for (const auto &frame : live.querier->run(now()))
        if (const auto sent = parts_.send(live.number, frame); sent)
            ++live.counts.asked;
        else
            parts_.log.warn(unsent_, "bridge {}: cannot ask who wants multicast groups: {}", bridge,
                            sent.error().message);
}

void Multicast::flush(const std::string &bridge) {
    if (const auto place = bridges_.find(bridge); place != bridges_.end())
        place->second.snooping.flush();
    write();
}

} // namespace bvs::daemon
