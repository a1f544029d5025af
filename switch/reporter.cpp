// SPDX-License-Identifier: Apache-2.0
#include "switch/reporter.h"

#include <algorithm>

namespace bvs::daemon {

using ovsdb::Datum;
using ovsdb::Replica;

Reporter::Reporter(const Config &config, PortTable &table, const Reconciler &reconciler,
                   const InternalDevices &internal, host::Ethtool &ethtool, EgressOf egress_of,
                   WriteBack &write_back, Logger log, std::string version)
    : config_(config), table_(table), reconciler_(reconciler), internal_(internal),
      ethtool_(ethtool), egress_of_(std::move(egress_of)), write_back_(write_back),
      log_(std::move(log)), version_(std::move(version)) {}

void Reporter::report(const Replica &replica, const Touched &touched) {
    for (const auto &name : touched.interfaces)
        report_interface(replica, name);
    // A bridge has its id from its local port's address.
    auto bridges = touched.bridges;
    for (const auto &name : touched.interfaces)
        if (config_.bridge(name))
            bridges.insert(name);
    for (const auto &name : bridges)
        report_bridge(replica, name);
}

void Reporter::report_bridge(const Replica &replica, const std::string &name) {
    log_remarks("Bridge", name);
    const auto *bridge = config_.bridge(name);
    const auto row = replica.find("Bridge", "name", name);
    if (!row || !bridge)
        return;
    ovsdb::Smap status;
    if (const auto &unsupported = config_.remarks("Bridge", name).unsupported; !unsupported.empty())
        status["unsupported"] = unsupported;
    if (!bridge->refusal.empty())
        status["error"] = bridge->refusal;
    const auto id = datapath_id(name);
    write_back_.set("Bridge", row->uuid(),
                    {{"datapath_id", id ? Datum(fmt::format("{:016x}", id)) : Datum()},
                     {"datapath_version", version_},
                     {"status", status}});
}

std::uint64_t Reporter::datapath_id(const std::string &name) const {
    const auto *bridge = config_.bridge(name);
    if (bridge && bridge->datapath_id)
        return *bridge->datapath_id;
    const auto *local = internal_.visible_end(name);
    return local ? model::to_number(local->mac) : 0;
}

void Reporter::report_interface(const Replica &replica, const std::string &name) {
    log_remarks("Interface", name);
    const auto *interface = config_.interface(name);
    const auto row = replica.find("Interface", "name", name);
    if (!row || !interface) {
        drivers_.erase(name);
        return;
    }
    report_port(replica, *interface);

    InterfaceFacts facts{.error = reconciler_.error(name),
                         .has_netdev = interface->has_netdev(),
                         .unsupported = config_.remarks("Interface", name).unsupported};
    if (!facts.has_netdev)
        facts.mac = model::made_up_mac(name);
    if (interface->tunnel && facts.error.empty())
        facts.egress = egress_of_(*interface->tunnel);
    if (const auto *port = table_.port(name)) {
        facts.ofport = port->ofport;
        facts.hook = hook(*port);
        if (interface->hook == model::Hook::xdp)
            facts.hook_error = port->xdp_error.message;
        facts.link = reconciler_.visible_netdev(*interface);
        if (!facts.link) {
            facts.link = reconciler_.netdev(*port);
            if (port->entry().peer_mac)
                facts.mac = model::to_mac(port->entry().peer_mac);
        }
    }
    if (facts.link) {
        const auto &known = driver(name, *facts.link);
        facts.driver = known.info;
        facts.settings = known.settings;
    }
    write_back_.set("Interface", row->uuid(), interface_columns(facts));
}

void Reporter::report_port(const Replica &replica, const model::Interface &interface) {
    const auto &name = interface.port;
    log_remarks("Port", name);
    const auto row = replica.find("Port", "name", name);
    if (!row)
        return;
    ovsdb::Smap status;
    if (const auto &unsupported = config_.remarks("Port", name).unsupported; !unsupported.empty())
        status["unsupported"] = unsupported;
    if (const auto &error = reconciler_.qos_error(interface.name); !error.empty())
        status["qos_error"] = error;
    write_back_.set("Port", row->uuid(), {{"status", status}});
}

void Reporter::report_switch(const Replica &replica) {
    const auto row = replica.first("Open_vSwitch");
    if (!row)
        return;
    write_back_.set("Open_vSwitch", row->uuid(),
                    {{"cur_cfg", (*row)["next_cfg"]},
                     {"datapath_types", std::set<std::string>{"netdev", "system"}},
                     {"iface_types", std::set<std::string>{"erspan", "geneve", "gre", "internal",
                                                           "patch", "system", "vxlan"}},
                     {"dpdk_initialized", false}});
    report_datapaths(replica, *row);
}

// Rows that OVN makes in order to read what the datapath can do.
void Reporter::report_datapaths(const Replica &replica, const ovsdb::Row &row) {
    for (const auto &[type, uuid] : row["datapaths"].uuids_by_name())
        if (replica.row("Datapath", uuid))
            write_back_.set(
                "Datapath", uuid,
                {{"capabilities", ovsdb::Smap{{"max_vlan_headers", "2"}, {"recirc", "false"}}},
                 {"datapath_version", version_}});
}

void Reporter::log_remarks(const std::string &table, const std::string &name) {
    const auto &now = config_.remarks(table, name);
    const auto known = logged_.find({table, name});
    const auto before = known == logged_.end() ? Remarks() : known->second;
    if (now == before)
        return;
    for (const auto &warning : now.warnings)
        if (std::ranges::find(before.warnings, warning) == before.warnings.end())
            log_.warn("{}", warning);
    if (!now.unsupported.empty() && now.unsupported != before.unsupported)
        log_.warn("{} {}: not supported yet, and therefore without effect: {}", table, name,
                  now.unsupported);
    if (now == Remarks())
        logged_.erase({table, name});
    else
        logged_[{table, name}] = now;
}

const Reporter::Driver &Reporter::driver(const std::string &interface, const host::Link &link) {
    auto &known = drivers_[interface];
    if (known.ifindex == link.ifindex && known.carrier == link.carrier)
        return known;
    if (known.ifindex != link.ifindex)
        known.info = ethtool_.driver_info(link.name).value_or(host::DriverInfo());
    known.settings = ethtool_.link_settings(link.name).value_or(host::LinkSettings());
    known.ifindex = link.ifindex;
    known.carrier = link.carrier;
    return known;
}

std::uint64_t Reporter::speed(const std::string &interface) const {
    const auto known = drivers_.find(interface);
    return known == drivers_.end() ? 0 : known->second.settings.speed;
}

std::string Reporter::hook(const LivePort &port) const {
    if (!port.state.attached)
        return {};
    const std::string tc = table_.datapath().features().tcx ? "tcx" : "clsact";
    return port.state.port.xdp ? tc + "+xdp" : tc;
}

} // namespace bvs::daemon
