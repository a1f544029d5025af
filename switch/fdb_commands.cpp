// SPDX-License-Identifier: Apache-2.0
#include "switch/fdb_commands.h"

#include "switch/fdb_view.h"
#include "switch/port_table.h"
#include "switch/unixctl.h"

#include <charconv>

namespace bvs::daemon {

namespace {

Result<LiveBridge *> find_bridge(PortTable &table, const std::string &name) {
    if (auto *bridge = table.bridge(name))
        return bridge;
    return fail("no such bridge: {}", name);
}

struct Address {
    std::uint16_t vlan = 0;
    std::uint64_t mac = 0;
};

Result<Address> parse_address(const std::string &vlan, const std::string &mac) {
    Address address;
    const auto *end = vlan.data() + vlan.size();
    if (std::from_chars(vlan.data(), end, address.vlan).ptr != end || vlan.empty() ||
        address.vlan >= BVS_VLANS)
        return fail("{} is no VLAN: use 0 to {}", vlan, BVS_VLANS - 1);
    const auto parsed = model::parse_mac(mac);
    if (!parsed || (*parsed)[0] & 1)
        return fail("{} is not the Ethernet address of a device; write it as 02:00:00:00:00:01",
                    mac);
    address.mac = model::to_number(*parsed);
    return address;
}

Result<std::string> show(PortTable &table, const std::string &name) {
    const auto bridge = find_bridge(table, name);
    if (!bridge)
        return std::unexpected(bridge.error());
    std::string text = " port  VLAN  MAC                Age\n";
    for (const auto &address : list_addresses(table, **bridge)) {
        const auto port = address.port->ofport == model::k_local_ofport
                              ? "LOCAL"
                              : std::to_string(address.port->ofport);
        text += fmt::format("{:>5}  {:>4}  {}  {:>3}\n", port, address.vlan,
                            model::to_string(address.mac),
                            address.is_static ? "static" : std::to_string(address.age_seconds));
    }
    return text;
}

Result<std::string> flush(PortTable &table, Arguments arguments) {
    std::uint16_t number = 0;
    if (!arguments.empty()) {
        const auto bridge = find_bridge(table, arguments[0]);
        if (!bridge)
            return std::unexpected(bridge.error());
        number = (*bridge)->number;
    }
    table.maps().fdb.remove_if(
        [number](const maps::FdbEntry &entry) { return !number || entry.bridge == number; });
    return "table successfully flushed";
}

Result<std::string> add_static(PortTable &table, Arguments arguments) {
    const auto bridge = find_bridge(table, arguments[0]);
    if (!bridge)
        return std::unexpected(bridge.error());
    const auto *port = table.port(arguments[1]);
    if (!port || port->bridge != arguments[0])
        return fail("no such port: bridge {} has no port {}", arguments[0], arguments[1]);
    const auto address = parse_address(arguments[2], arguments[3]);
    if (!address)
        return std::unexpected(address.error());
    const auto added = table.maps().fdb.add({.mac = address->mac,
                                             .vid = address->vlan,
                                             .bridge = (*bridge)->number,
                                             .port = port->number(),
                                             .seen = BVS_FDB_STATIC});
    if (!added)
        return std::unexpected(added.error());
    return "";
}

Result<std::string> remove(PortTable &table, Arguments arguments) {
    const auto bridge = find_bridge(table, arguments[0]);
    if (!bridge)
        return std::unexpected(bridge.error());
    const auto address = parse_address(arguments[1], arguments[2]);
    if (!address)
        return std::unexpected(address.error());
    if (!table.maps().fdb.remove((*bridge)->number, address->mac, address->vlan))
        return fail("bridge {} does not know {} in VLAN {}", arguments[0], arguments[2],
                    arguments[1]);
    return "";
}

Result<std::string> statistics(PortTable &table, const std::string &name) {
    const auto bridge = find_bridge(table, name);
    if (!bridge)
        return std::unexpected(bridge.error());
    std::size_t fixed = 0;
    for (const auto &entry : table.maps().fdb.list((*bridge)->number))
        fixed += entry.is_static();
    std::uint64_t refused = 0;
    for (const auto &[port_name, port] : table.ports())
        if (port.bridge == name)
            if (const auto counters = table.maps().port_counters.get(port.number()))
                refused += counters->learn_refused;
    const auto known = table.maps().bridge_learned.get((*bridge)->number);
    // As Open vSwitch prints them. An address that finds the table full evicts no other: it is
    // refused, and counted in a line that only we have.
    return fmt::format("Statistics for bridge \"{}\":\n"
                       "  Current/maximum MAC entries in the table: {}/{}\n"
                       "  Current static MAC entries in the table : {}\n"
                       "  Total number of learned MAC entries     : {}\n"
                       "  Total number of expired MAC entries     : {}\n"
                       "  Total number of evicted MAC entries     : 0\n"
                       "  Total number of port moved MAC entries  : {}\n"
                       "  Total number of refused MAC entries     : {}\n",
                       name, known.macs + fixed,
                       table.maps().bridges.get((*bridge)->number).mac_limit, fixed,
                       known.macs + known.removed, known.expired, known.moved, refused);
}

} // namespace

void add_fdb_commands(Commands &commands, PortTable &table) {
    commands.add("fdb/show", "bridge", 1, 1,
                 [&table](Arguments arguments) { return show(table, arguments[0]); });
    commands.add("fdb/flush", "[bridge]", 0, 1,
                 [&table](Arguments arguments) { return flush(table, arguments); });
    commands.add("fdb/add", "bridge port vlan mac", 4, 4,
                 [&table](Arguments arguments) { return add_static(table, arguments); });
    commands.add("fdb/del", "bridge vlan mac", 3, 3,
                 [&table](Arguments arguments) { return remove(table, arguments); });
    commands.add("fdb/stats-show", "bridge", 1, 1,
                 [&table](Arguments arguments) { return statistics(table, arguments[0]); });
}

} // namespace bvs::daemon
