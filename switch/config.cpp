// SPDX-License-Identifier: Apache-2.0
#include "switch/config.h"

#include "switch/unsupported.h"

#include <algorithm>
#include <utility>

namespace bvs::daemon {

namespace {

using ovsdb::Replica;
using ovsdb::Row;
using ovsdb::Uuid;

model::BridgeRequest bridge_request(const Row &row) {
    return {.name = row["name"].string(),
            .datapath_type = row["datapath_type"].string(),
            .flood_vlans = row["flood_vlans"].integers(),
            .mcast_snooping_enable = row["mcast_snooping_enable"].boolean().value_or(false),
            .other_config = row["other_config"].smap()};
}

std::optional<model::QosRequest> qos_request(const Replica &replica, const Row &port) {
    const auto uuid = port["qos"].uuid();
    const auto row = uuid ? replica.row("QoS", *uuid) : nullptr;
    if (!row)
        return std::nullopt;
    model::QosRequest request{.type = (*row)["type"].string(),
                              .other_config = (*row)["other_config"].smap(),
                              .queues = {}};
    for (const auto &[number, queue] : (*row)["queues"].uuids_by_number())
        if (const auto settings = replica.row("Queue", queue))
            request.queues[number] = {.other_config = (*settings)["other_config"].smap(),
                                      .dscp = (*settings)["dscp"].integer()};
    return request;
}

model::PortRequest port_request(const Replica &replica, const Row &row, std::string bridge) {
    return {.name = row["name"].string(),
            .bridge = std::move(bridge),
            .interfaces = row["interfaces"].size(),
            .bond_mode = row["bond_mode"].string(),
            .lacp = row["lacp"].string(),
            .vlan = {.mode = row["vlan_mode"].string(),
                     .tag = row["tag"].integer(),
                     .trunks = row["trunks"].integers(),
                     .cvlans = row["cvlans"].integers()},
            .is_protected = row["protected"].boolean().value_or(false),
            .qos = qos_request(replica, row),
            .other_config = row["other_config"].smap()};
}

model::InterfaceRequest interface_request(const Row &row) {
    return {.name = row["name"].string(),
            .type = row["type"].string(),
            .mac = row["mac"].optional_string(),
            .mtu_request = row["mtu_request"].integer(),
            .ofport_request = row["ofport_request"].integer(),
            .ofport = row["ofport"].integer(),
            .policing = {.rate = row["ingress_policing_rate"].integer(),
                         .burst = row["ingress_policing_burst"].integer(),
                         .kpkts_rate = row["ingress_policing_kpkts_rate"].integer(),
                         .kpkts_burst = row["ingress_policing_kpkts_burst"].integer()},
            .bfd = row["bfd"].smap(),
            .options = row["options"].smap(),
            .other_config = row["other_config"].smap()};
}

std::vector<Uuid> children(const ovsdb::RowPtr &row, std::string_view column) {
    return row ? (*row)[column].uuids() : std::vector<Uuid>();
}

// The names of a port's interfaces. Rows that are gone have changes of their own.
void touch_port(const Replica &replica, const Uuid &port, Touched &touched) {
    for (const auto &uuid : children(replica.row("Port", port), "interfaces"))
        if (const auto row = replica.row("Interface", uuid))
            touched.interfaces.insert((*row)["name"].string());
}

// Ports whose row of QoS changed, or one of its queues. Rows that come and go do so with a change
// of the row that refers to them.
void touch_shaped(const Replica &replica, const ovsdb::Changes &changes, Touched &touched) {
    std::set<Uuid> queues, all;
    for (const auto &change : changes)
        if (change.before && change.after && change.table() == "Queue")
            queues.insert(change.uuid());
        else if (change.before && change.after && change.table() == "QoS")
            all.insert(change.uuid());
    const auto changed = [&queues](const auto &queue) { return queues.contains(queue.second); };
    if (!queues.empty())
        for (const auto &[uuid, row] : replica.rows("QoS"))
            if (std::ranges::any_of((*row)["queues"].uuids_by_number(), changed))
                all.insert(uuid);
    if (all.empty())
        return;
    for (const auto &[uuid, row] : replica.rows("Port"))
        if (const auto qos = (*row)["qos"].uuid(); qos && all.contains(*qos))
            touch_port(replica, uuid, touched);
}

// Which children came and which went; both lists are sorted, as a Datum's keys are.
struct Moves {
    std::vector<Uuid> gone;
    std::vector<Uuid> come;
};

Moves moves(const ovsdb::Change &change, std::string_view column) {
    const auto before = children(change.before, column), after = children(change.after, column);
    Moves moves;
    std::ranges::set_difference(before, after, std::back_inserter(moves.gone));
    std::ranges::set_difference(after, before, std::back_inserter(moves.come));
    return moves;
}

// A child may have a new owner already by the time its old one lets go of it.
void note_moves(const Moves &moves, const Uuid &owner, std::unordered_map<Uuid, Uuid> &owner_of) {
    for (const auto &uuid : moves.gone)
        if (const auto place = owner_of.find(uuid);
            place != owner_of.end() && place->second == owner)
            owner_of.erase(place);
    for (const auto &uuid : moves.come)
        owner_of[uuid] = owner;
}

} // namespace

ovsdb::Selection Config::selection() {
    return {{"Bridge",
             {"name", "ports", "datapath_type", "flood_vlans", "other_config", "controller",
              "fail_mode", "mirrors", "netflow", "sflow", "ipfix", "stp_enable", "rstp_enable",
              "mcast_snooping_enable", "auto_attach", "flow_tables"}},
            {"Mirror",
             {"name", "select_all", "select_src_port", "select_dst_port", "select_vlan",
              "output_port", "output_vlan", "snaplen", "statistics"}},
            {"Port",
             {"name", "interfaces", "vlan_mode", "tag", "trunks", "cvlans", "other_config", "qos",
              "lacp", "bond_mode", "bond_updelay", "bond_downdelay", "bond_active_slave",
              "bond_fake_iface", "protected"}},
            {"Interface",
             {"name", "type", "mac", "mtu_request", "ofport", "ofport_request", "options",
              "other_config", "ingress_policing_rate", "ingress_policing_burst",
              "ingress_policing_kpkts_rate", "ingress_policing_kpkts_burst", "bfd", "cfm_mpid",
              "lldp"}},
            {"NetFlow",
             {"targets", "engine_type", "engine_id", "add_id_to_interface", "active_timeout",
              "external_ids"}},
            {"IPFIX",
             {"targets", "sampling", "obs_domain_id", "obs_point_id", "cache_active_timeout",
              "cache_max_flows", "other_config"}},
            {"sFlow", {"targets", "agent", "header", "sampling", "polling"}},
            {"Flow_Sample_Collector_Set", {"id", "bridge", "ipfix"}},
            {"QoS", {"type", "queues", "other_config"}},
            {"Queue", {"dscp", "other_config"}}};
}

Touched Config::load(const Replica &replica) {
    Touched touched;
    bridge_of_port_.clear();
    port_of_interface_.clear();
    for (const auto &[name, bridge] : bridges_)
        touched.bridges.insert(name);
    for (const auto &[name, interface] : interfaces_)
        touched.interfaces.insert(name);

    for (const auto *table : {"Bridge", "Port", "Interface"})
        for (const auto &[uuid, row] : replica.rows(table))
            note_owners({.before = nullptr, .after = row}, touched, replica);
    read(replica, touched);
    return touched;
}

Touched Config::update(const Replica &replica, const ovsdb::Changes &changes) {
    Touched touched;
    for (const auto &change : changes)
        note_owners(change, touched, replica);
    touch_shaped(replica, changes, touched);
    read(replica, touched);
    return touched;
}

void Config::read(const Replica &replica, Touched &touched) {
    for (const auto &name : touched.bridges)
        read_bridge(name, replica, touched);
    for (const auto &name : touched.interfaces)
        read_interface(name, replica);
}

void Config::note_owners(const ovsdb::Change &change, Touched &touched, const Replica &replica) {
    const auto &table = change.table();
    if (table == "Interface") {
        touched.interfaces.insert(change.row()["name"].string());
    } else if (table == "Port") {
        const auto moved = moves(change, "interfaces");
        note_moves(moved, change.uuid(), port_of_interface_);
        if (!change.after)
            remark("Port", change.row()["name"].string(), {});
        for (const auto &uuid : moved.gone)
            if (const auto row = replica.row("Interface", uuid))
                touched.interfaces.insert((*row)["name"].string());
        touch_port(replica, change.uuid(), touched);
    } else if (table == "Bridge") {
        touched.bridges.insert(change.row()["name"].string());
        if (!change.changed("ports"))
            return;
        const auto moved = moves(change, "ports");
        note_moves(moved, change.uuid(), bridge_of_port_);
        for (const auto &list : {moved.gone, moved.come})
            for (const auto &uuid : list)
                touch_port(replica, uuid, touched);
    }
}

void Config::read_bridge(const std::string &name, const Replica &replica, Touched &touched) {
    const auto row = replica.find("Bridge", "name", name);
    const auto known = bridges_.find(name);
    if (!row) {
        if (known != bridges_.end())
            bridges_.erase(known);
        remark("Bridge", name, {});
        touched.interfaces.insert(name); // its local port
        return;
    }
    Remarks remarks{.unsupported = unsupported_settings(*row)};
    auto bridge = model::settle(bridge_request(*row), remarks.warnings);
    remark("Bridge", name, std::move(remarks));
    if (known == bridges_.end() || model::concerns_ports(known->second, bridge)) {
        touched.interfaces.insert(name);
        for (const auto &port : (*row)["ports"].uuids())
            touch_port(replica, port, touched);
    }
    bridges_[name] = std::move(bridge);
}

void Config::read_interface(const std::string &name, const Replica &replica) {
    const auto row = replica.find("Interface", "name", name);
    const auto owner = row ? port_of_interface_.find(row->uuid()) : port_of_interface_.end();
    const auto port =
        owner == port_of_interface_.end() ? nullptr : replica.row("Port", owner->second);
    const auto place = port ? bridge_of_port_.find(port->uuid()) : bridge_of_port_.end();
    const auto bridge =
        place == bridge_of_port_.end() ? nullptr : replica.row("Bridge", place->second);
    Remarks remarks;
    if (bridge) {
        remarks.unsupported = unsupported_settings(*row);
        remark("Port", (*port)["name"].string(), {.unsupported = unsupported_settings(*port)});
        auto interface = model::settle(interface_request(*row),
                                       port_request(replica, *port, (*bridge)["name"].string()),
                                       remarks.warnings);
        if (!interface.is_local() && bridges_.contains(name))
            interface.refusal = "a bridge has that name; its local port is called so";
        interfaces_[name] = std::move(interface);
    } else if (bridges_.contains(name)) {
        interfaces_[name] = model::local_interface(name);
    } else {
        interfaces_.erase(name);
    }
    remark("Interface", name, std::move(remarks));
}

const model::Bridge *Config::bridge(std::string_view name) const {
    const auto place = bridges_.find(name);
    return place == bridges_.end() ? nullptr : &place->second;
}

const model::Interface *Config::interface(std::string_view name) const {
    const auto place = interfaces_.find(name);
    return place == interfaces_.end() ? nullptr : &place->second;
}

void Config::remark(const std::string &table, const std::string &name, Remarks remarks) {
    if (remarks == Remarks())
        remarks_.erase({table, name});
    else
        remarks_[{table, name}] = std::move(remarks);
}

const Remarks &Config::remarks(const std::string &table, const std::string &name) const {
    static const Remarks none;
    const auto place = remarks_.find({table, name});
    return place == remarks_.end() ? none : place->second;
}

} // namespace bvs::daemon
