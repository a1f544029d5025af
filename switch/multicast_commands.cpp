// SPDX-License-Identifier: Apache-2.0
#include "switch/multicast_commands.h"

#include "switch/unixctl.h"

#include <chrono>
#include <nlohmann/json.hpp>

namespace bvs::daemon {

namespace {

using nlohmann::json;
using protocol::Snooping;

protocol::Time now() {
    return std::chrono::steady_clock::now();
}

Result<const Multicast::Live *> find_bridge(PortTable &table, const Multicast &multicast,
                                            const std::string &name) {
    if (!table.bridge(name))
        return fail("no such bridge: {}", name);
    const auto place = multicast.bridges().find(name);
    if (place == multicast.bridges().end())
        return fail("multicast snooping is disabled");
    return &place->second;
}

// Of a bond that of one of its members.
std::string openflow_name(PortTable &table, protocol::PortId number) {
    const LivePort *port = table.port_of_number(number);
    for (const auto &[name, member] : table.ports())
        if (member.entry().bond == number)
            port = &member;
    if (!port)
        return "";
    return port->ofport == model::k_local_ofport ? "LOCAL" : std::to_string(port->ofport);
}

Result<std::string> show(PortTable &table, const Multicast &multicast, const std::string &name) {
    const auto bridge = find_bridge(table, multicast, name);
    if (!bridge)
        return std::unexpected(bridge.error());
    return (*bridge)->snooping.show(
        now(), [&](protocol::PortId number) { return openflow_name(table, number); });
}

Result<std::string> flush(PortTable &table, Multicast &multicast, Arguments arguments) {
    if (arguments.empty()) {
        for (const auto &[name, live] : multicast.bridges())
            multicast.flush(name);
    } else {
        const auto bridge = find_bridge(table, multicast, arguments[0]);
        if (!bridge)
            return std::unexpected(bridge.error());
        multicast.flush(arguments[0]);
    }
    return "table successfully flushed";
}

Result<std::string> statistics(PortTable &table, const Multicast &multicast,
                               const std::string &name) {
    const auto bridge = find_bridge(table, multicast, name);
    if (!bridge)
        return std::unexpected(bridge.error());
    const auto &live = **bridge;
    return fmt::format("Statistics for bridge \"{}\":\n"
                       "  Current/maximum multicast groups : {}/{}\n"
                       "  Reports                          : {}\n"
                       "  Queries                          : {}\n"
                       "  Hellos of routers                : {}\n"
                       "  Malformed messages               : {}{}\n"
                       "  Queries of its own               : {}\n"
                       "{}",
                       name, live.snooping.groups().size(), live.snooping.settings().table_size,
                       live.counts.reports, live.counts.queries, live.counts.routers,
                       live.counts.malformed,
                       live.last_error.empty() ? "" : " (" + live.last_error + ")",
                       live.counts.asked, live.querier ? live.querier->show() : "");
}

json describe(PortTable &table, const Snooping::Entry &entry, protocol::Time now) {
    const auto *port = table.port_of_number(entry.port);
    json document = {{"port", port ? port->name : ""},
                     {"vlan", entry.key.vlan},
                     {"router", entry.key.group.is_none()},
                     {"static", !entry.seen}};
    if (!entry.key.group.is_none())
        document["group"] = model::to_string(entry.key.group);
    if (entry.seen)
        document["age"] =
            std::chrono::duration_cast<std::chrono::seconds>(now - *entry.seen).count();
    return document;
}

Result<std::string> list(PortTable &table, const Multicast &multicast, const std::string &name) {
    const auto bridge = find_bridge(table, multicast, name);
    if (!bridge)
        return std::unexpected(bridge.error());
    json entries = json::array();
    for (const auto &entry : (*bridge)->snooping.entries())
        entries.push_back(describe(table, entry, now()));
    return entries.dump();
}

Result<std::string> bridges(const Multicast &multicast) {
    json names = json::array();
    for (const auto &[name, live] : multicast.bridges())
        names.push_back(name);
    return names.dump();
}

} // namespace

void add_multicast_commands(Commands &commands, PortTable &table, Multicast &multicast) {
    commands.add("mdb/show", "bridge", 1, 1, [&table, &multicast](Arguments arguments) {
        return show(table, multicast, arguments[0]);
    });
    commands.add("mdb/flush", "[bridge]", 0, 1, [&table, &multicast](Arguments arguments) {
        return flush(table, multicast, arguments);
    });
    commands.add("mdb/stats-show", "bridge", 1, 1, [&table, &multicast](Arguments arguments) {
        return statistics(table, multicast, arguments[0]);
    });
    commands.add("bvs/mdb", "[bridge]", 0, 1, [&table, &multicast](Arguments arguments) {
        return arguments.empty() ? bridges(multicast) : list(table, multicast, arguments[0]);
    });
}

} // namespace bvs::daemon
