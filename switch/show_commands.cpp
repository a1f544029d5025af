// SPDX-License-Identifier: Apache-2.0
#include "switch/show_commands.h"

#include "switch/config.h"
#include "switch/port_table.h"
#include "switch/tallies.h"
#include "switch/unixctl.h"

#include <iterator>
#include <utility>

namespace bvs::daemon {

namespace {

void add(bvs_port_counters &sum, PortTable &table, std::uint32_t port) {
    const auto counters = table.maps().port_counters.get(port);
    if (!counters)
        return;
    sum.rx_packets += counters->rx_packets;
    sum.tx_packets += counters->tx_packets;
    sum.flooded += counters->flooded;
    sum.learn_refused += counters->learn_refused;
    for (std::size_t i = 0; i < std::size(sum.drops); ++i)
        sum.drops[i] += counters->drops[i];
}

bvs_port_counters sum_of_counters(PortTable &table) {
    bvs_port_counters sum{};
    add(sum, table, 0); // no port, see drop_reasons.h
    for (const auto &[name, port] : table.ports())
        add(sum, table, port.number());
    for (const auto &[name, bond] : table.bonds())
        add(sum, table, bond.number());
    return sum;
}

// With what its options say, as Open vSwitch lists them.
std::string kind_of(const model::Interface &interface) {
    std::string text(model::type_of(interface));
    auto options = interface.tunnel ? model::options_of(*interface.tunnel) : model::StringMap();
    if (!interface.peer.empty())
        options["peer"] = interface.peer;
    for (const char *sign = ": "; const auto &[option, value] : options)
        text += fmt::format("{}{}={}", std::exchange(sign, ", "), option, value);
    return text;
}

// Nothing is ever missed: no packet has to ask user space.
std::string show_datapath(PortTable &table, const Config &config) {
    auto text =
        fmt::format("system@ovs-system: hit:{} missed:0\n", sum_of_counters(table).rx_packets);
    for (const auto &[bridge, live] : table.bridges()) {
        text += fmt::format("  {}:\n", bridge);
        for (const auto &[name, port] : table.ports()) {
            if (port.bridge != bridge)
                continue;
            const auto *interface = config.interface(name);
            text += fmt::format("    {} {}/{}: ({})\n", name, port.ofport, port.number(),
                                interface ? kind_of(*interface) : "system");
        }
    }
    return text;
}

std::string list_bridges(PortTable &table) {
    std::string text;
    for (const auto &[name, bridge] : table.bridges())
        text += name + "\n";
    return text;
}

} // namespace

void add_show_commands(Commands &commands, PortTable &table, const Config &config) {
    commands.add("dpif/show", "", 0, 0,
                 [&](Arguments) { return Result<std::string>(show_datapath(table, config)); });
    commands.add("dpif/dump-dps", "", 0, 0, [&table](Arguments) {
        return Result<std::string>(table.bridges().empty() ? "" : "system@ovs-system\n");
    });
    commands.add("ofproto/list", "", 0, 0,
                 [&table](Arguments) { return Result<std::string>(list_bridges(table)); });
}

void add_tallies(Tallies &coverage, Tallies &memory, PortTable &table) {
    const auto count = [&](const char *name, auto read) {
        coverage.add(name, [&table, read] { return read(sum_of_counters(table)); });
    };
    count("packets_received", [](const auto &sum) { return sum.rx_packets; });
    count("packets_sent", [](const auto &sum) { return sum.tx_packets; });
    count("packets_flooded", [](const auto &sum) { return sum.flooded; });
    count("addresses_refused", [](const auto &sum) { return sum.learn_refused; });
#define BVS_COUNT_DROPS(identifier, name, side, text)                                              \
    count("drop_" name, [](const auto &sum) { return sum.drops[BVS_DROP_##identifier]; });
    BVS_DROP_REASONS(BVS_COUNT_DROPS)
#undef BVS_COUNT_DROPS
    coverage.add("map_words_written", [&table] { return table.maps().writes(); });

    memory.add("bridges", [&table] { return table.bridges().size(); });
    memory.add("ports", [&table] { return table.ports().size(); });
    memory.add("macs", [&table] { return table.maps().fdb.size(); });
}

} // namespace bvs::daemon
