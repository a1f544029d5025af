// SPDX-License-Identifier: Apache-2.0
#include "ctl/context.h"
#include "ctl/document.h"

#include <array>
#include <set>

namespace bvs::ctl {

namespace {

Result<std::set<std::string>> bridges(DaemonContext &context) {
    const auto &given = context.command.arguments;
    if (!given.empty())
        return std::set(given.begin(), given.end());
    auto ports = context.daemon.call_json("bvs/ports", {});
    if (!ports)
        return std::unexpected(ports.error());
    std::set<std::string> names;
    for (const auto &port : *ports)
        names.insert(word(port, "bridge"));
    return names;
}

std::vector<Cell> fdb_row(const std::string &bridge, const Json &entry) {
    bool is_static = truth(entry, "static");
    auto age = is_static ? Cell("static").with(Tone::faint) : Cell(number(entry, "age"));
    age.is_number = true; // for the column's sake
    return {bridge, word(entry, "port"), number(entry, "vlan"), word(entry, "mac"), std::move(age)};
}

Result<> show(DaemonContext &context) {
    auto names = bridges(context);
    if (!names)
        return std::unexpected(names.error());
    Table table{{"bridge", "port", "vlan", "mac", "age"}, {}};
    Json documents = Json::object();
    for (const auto &bridge : *names) {
        auto entries = context.daemon.call_json("bvs/fdb", {bridge});
        if (!entries)
            return std::unexpected(entries.error());
        for (const auto &entry : *entries)
            table.rows.push_back(fdb_row(bridge, entry));
        documents[bridge] = std::move(*entries);
    }
    context.output.print_table(std::move(table));
    context.output.json = pretty(documents);
    return {};
}

// The daemon's text for each bridge that was named, or for all at once.
Result<> for_each_bridge(DaemonContext &context, const std::string &method) {
    std::vector<std::vector<std::string>> calls;
    for (const auto &bridge : context.command.arguments)
        calls.push_back({bridge});
    if (calls.empty())
        calls.emplace_back();
    for (const auto &arguments : calls) {
        auto text = context.daemon.call(method, arguments);
        if (!text)
            return std::unexpected(text.error());
        context.output.text += *text;
        if (!context.output.text.ends_with('\n'))
            context.output.text += '\n';
    }
    return {};
}

Result<> flush(DaemonContext &context) {
    return for_each_bridge(context, "fdb/flush");
}

Result<> stats(DaemonContext &context) {
    return for_each_bridge(context, "fdb/stats-show");
}

Result<> change(DaemonContext &context, const std::string &method) {
    auto text = context.daemon.call(method, context.command.arguments);
    if (!text)
        return std::unexpected(text.error());
    context.output.text = std::move(*text);
    return {};
}

Result<> add(DaemonContext &context) {
    return change(context, "fdb/add");
}

Result<> del(DaemonContext &context) {
    return change(context, "fdb/del");
}

constexpr std::array k_verbs{
    Verb{"fdb show", "[BRIDGE...]", "", "print which MAC address is behind which port",
         "fdb show\nfdb show br0 --watch 1", Access::reads, DaemonRun{show}},
    Verb{"fdb flush", "[BRIDGE...]", "", "forget the addresses of bridges, or of all",
         "fdb flush br0", Access::writes, DaemonRun{flush}},
    Verb{"fdb add", "BRIDGE PORT VLAN MAC", "", "add an address that does not age",
         "fdb add br0 veth1 0 02:00:00:00:00:01", Access::writes, DaemonRun{add}},
    Verb{"fdb del", "BRIDGE VLAN MAC", "", "delete an address", "fdb del br0 0 02:00:00:00:00:01",
         Access::writes, DaemonRun{del}},
    Verb{"fdb stats", "BRIDGE...", "", "print the table's sizes and what happened to it",
         "fdb stats br0", Access::reads, DaemonRun{stats}},
};

} // namespace

std::span<const Verb> fdb_verbs() {
    return k_verbs;
}

} // namespace bvs::ctl
