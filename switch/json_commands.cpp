// SPDX-License-Identifier: Apache-2.0
#include "switch/json_commands.h"

#include "switch/drop_reasons.h"
#include "switch/fdb_view.h"
#include "switch/flow_text.h"
#include "switch/statistics.h"
#include "switch/unixctl.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <tuple>
#include <unistd.h>

namespace bvs::daemon {

namespace {

using nlohmann::json;

double unix_seconds(std::chrono::system_clock::time_point time) {
    return std::chrono::duration<double>(time.time_since_epoch()).count();
}

json status(const JsonSources &sources, std::chrono::steady_clock::time_point start) {
    const auto database = sources.database_status();
    const auto &datapath = sources.ports.table.datapath();
    json hooks = json::object();
    for (const auto &[name, port] : sources.ports.table.ports())
        if (const auto hook = hook_kind(sources.ports, port); !hook.empty())
            hooks[hook] = hooks.value(hook, 0) + 1;
    const auto uptime =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - start);
    return {{"version", sources.version},
            {"pid", getpid()},
            {"uptime_seconds", uptime.count()},
            {"database",
             {{"remote", database.remote},
              {"connected", database.connected},
              {"locked", database.locked},
              {"last_change",
               sources.last_change ? json(unix_seconds(*sources.last_change)) : json(nullptr)}}},
            {"datapath",
             {{"generation", datapath.generation()},
              {"abi_version", BVS_ABI_VERSION},
              {"adopted", datapath.adopted()},
              {"hooks", hooks},
              {"underlays", datapath.underlays().size()},
              {"kernel", datapath.features().kernel}}},
            {"bridges", sources.ports.table.bridges().size()},
            {"ports", sources.ports.table.ports().size()},
            {"fdb_entries", sources.ports.table.maps().fdb.size()}};
}

json describe(const PortView &view) {
    const auto *port = view.port;
    const auto sum = totals(view.counters);
    return {{"bridge", view.interface->bridge},
            {"port", view.interface->port},
            {"interface", view.interface->name},
            {"ofport", port && view.error.empty() ? static_cast<std::int64_t>(port->ofport) : -1},
            {"number", port ? port->number() : 0},
            {"ifindex", port ? port->state.port.netdev() : 0},
            {"up", view.up},
            {"hook", view.hook},
            {"macs", view.macs},
            {"error", view.error},
            {"rx_packets", sum.rx_packets},
            {"rx_bytes", sum.rx_bytes},
            {"tx_packets", sum.tx_packets},
            {"tx_bytes", sum.tx_bytes},
            {"rx_dropped", sum.rx_dropped},
            {"tx_dropped", sum.tx_dropped}};
}

json ports(const JsonSources &sources) {
    json all = json::array();
    for (const auto &view : list_ports(sources.ports))
        all.push_back(describe(view));
    return all;
}

std::string port_name(const JsonSources &sources, const LivePort *port, std::size_t reason) {
    return port ? port_name(sources.ports, *port) : std::string(name_of_no_port(reason));
}

void add_drops(json &all, const JsonSources &sources, const LivePort *port) {
    const auto counters = sources.ports.table.maps().port_counters.get(port ? port->number() : 0);
    for (std::size_t i = 0; counters && i < k_drop_reasons.size(); ++i)
        if (counters->drops[i])
            all.push_back({{"bridge", port ? port->bridge : ""},
                           {"port", port_name(sources, port, i)},
                           {"reason", k_drop_reasons[i].name},
                           {"side", k_drop_reasons[i].side},
                           {"count", counters->drops[i]},
                           {"explanation", k_drop_reasons[i].text}});
}

json drops(const JsonSources &sources) {
    json all = json::array();
    add_drops(all, sources, nullptr);
    for (const auto &[name, port] : sources.ports.table.ports())
        add_drops(all, sources, &port);
    for (const auto &[name, bond] : sources.ports.table.bonds())
        add_drops(all, sources, &bond);
    const auto key = [](const json &one) {
        return std::tie(one["bridge"], one["port"], one["reason"]);
    };
    std::sort(all.begin(), all.end(),
              [&key](const json &a, const json &b) { return key(a) < key(b); });
    return all;
}

json drop_samples(const JsonSources &sources) {
    json all = json::array();
    for (const auto &[time, event] : sources.drops.samples()) {
        const auto *port = sources.ports.table.port_of_number(event.port);
        const auto *in = sources.ports.table.port_of_number(event.in_port);
        if ((event.port && !port) || event.reason >= k_drop_reasons.size())
            continue;
        all.push_back({{"time", unix_seconds(time)},
                       {"bridge", port ? port->bridge : ""},
                       {"port", port_name(sources, port, event.reason)},
                       {"reason", k_drop_reasons[event.reason].name},
                       {"length", event.length},
                       {"in_port", in ? port_name(sources.ports, *in) : ""},
                       {"flow", flow_text(event.flow, in ? in->ofport : 0)}});
    }
    return all;
}

Result<json> addresses(const JsonSources &sources, const std::string &name) {
    const auto *bridge = sources.ports.table.bridge(name);
    if (!bridge)
        return fail("no such bridge: {}", name);
    json all = json::array();
    for (const auto &address : list_addresses(sources.ports.table, *bridge))
        all.push_back({{"port", port_name(sources.ports, *address.port)},
                       {"ofport", address.port->ofport},
                       {"vlan", address.vlan},
                       {"mac", model::to_string(address.mac)},
                       {"age", address.age_seconds},
                       {"static", address.is_static}});
    return all;
}

} // namespace

void add_json_commands(Commands &commands, JsonSources given) {
    const auto sources = std::make_shared<const JsonSources>(std::move(given));
    const auto add = [&](const char *name, json (*answer)(const JsonSources &)) {
        commands.add(name, "", 0, 0,
                     [=](Arguments) { return Result<std::string>(answer(*sources).dump()); });
    };
    commands.add("bvs/status", "", 0, 0,
                 [sources, start = std::chrono::steady_clock::now()](Arguments) {
                     return Result<std::string>(status(*sources, start).dump());
                 });
    add("bvs/ports", ports);
    add("bvs/drops", drops);
    add("bvs/drop-samples", drop_samples);
    commands.add("bvs/fdb", "bridge", 1, 1, [sources](Arguments arguments) -> Result<std::string> {
        const auto all = addresses(*sources, arguments[0]);
        if (!all)
            return std::unexpected(all.error());
        return all->dump();
    });
}

} // namespace bvs::daemon
