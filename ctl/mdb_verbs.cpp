// SPDX-License-Identifier: Apache-2.0
#include "ctl/bridge_change.h"
#include "ctl/context.h"
#include "ctl/document.h"
#include "ctl/lookup.h"
#include "ctl/switch_view.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <fmt/ranges.h>

namespace bvs::ctl {

namespace {

// Where static members are kept.
constexpr const char *k_column = "other_config";
constexpr const char *k_key = "mcast-snooping-static";

// Those that were named, or all that snoop.
Result<std::vector<std::string>> bridges(DaemonContext &context) {
    if (!context.command.arguments.empty())
        return context.command.arguments;
    auto names = context.daemon.call_json("bvs/mdb", {});
    if (!names)
        return std::unexpected(names.error());
    return names->get<std::vector<std::string>>();
}

std::vector<Cell> row(const std::string &bridge, const Json &entry) {
    auto age =
        truth(entry, "static") ? Cell("static").with(Tone::faint) : Cell(number(entry, "age"));
    age.is_number = true; // for the column's sake
    return {bridge, word(entry, "port"), number(entry, "vlan"),
            truth(entry, "router") ? "querier" : word(entry, "group"), std::move(age)};
}

Result<> show(DaemonContext &context) {
    auto names = bridges(context);
    if (!names)
        return std::unexpected(names.error());
    Table table{{"bridge", "port", "vlan", "group", "age"}, {}};
    Json documents = Json::object();
    for (const auto &bridge : *names) {
        auto entries = context.daemon.call_json("bvs/mdb", {bridge});
        if (!entries)
            return std::unexpected(entries.error());
        for (const auto &entry : *entries)
            table.rows.push_back(row(bridge, entry));
        documents[bridge] = std::move(*entries);
    }
    context.output.print_table(std::move(table));
    context.output.json = pretty(documents);
    return {};
}

Result<> tell(DaemonContext &context, const std::string &method) {
    auto text = context.daemon.call(method, context.command.arguments);
    if (!text)
        return std::unexpected(text.error());
    context.output.text = std::move(*text);
    if (!context.output.text.ends_with('\n'))
        context.output.text += '\n';
    return {};
}

Result<> flush(DaemonContext &context) {
    return tell(context, "mdb/flush");
}

Result<> stats(DaemonContext &context) {
    return tell(context, "mdb/stats-show");
}

// Groups of static members, as the column has them.
using Groups = std::vector<std::string>;

Groups split(std::string_view text) {
    Groups groups;
    while (!text.empty()) {
        const auto comma = std::min(text.find(','), text.size());
        groups.emplace_back(text.substr(0, comma));
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return groups;
}

// GROUP[@VLAN], the group as the daemon writes it, from the arguments.
Result<std::string> member_of(const Command &command) {
    const auto &group = command.arguments[2];
    std::array<unsigned char, sizeof(in6_addr)> bytes{};
    std::array<char, INET6_ADDRSTRLEN> text{};
    const int family = group.contains(':') ? AF_INET6 : AF_INET;
    if (inet_pton(family, group.c_str(), bytes.data()) != 1 ||
        (family == AF_INET ? bytes[0] >> 4 != 0xe : bytes[0] != 0xff))
        return fail("{} is no multicast group; write it as 239.1.1.1 or ff15::1", group);
    std::string member = inet_ntop(family, bytes.data(), text.data(), text.size());
    if (command.arguments.size() == 3)
        return member;
    const auto &vlan = command.arguments[3];
    unsigned number = 0;
    const auto *end = vlan.data() + vlan.size();
    constexpr unsigned k_most_vlan = 4095;
    if (std::from_chars(vlan.data(), end, number).ptr != end || vlan.empty() ||
        number > k_most_vlan)
        return fail("{} is no VLAN: use 0 to {}", vlan, k_most_vlan);
    return number ? fmt::format("{}@{}", member, number) : member;
}

Result<ovsdb::Uuid> port_of(const DatabaseContext &context) {
    SwitchView view(context.draft);
    const auto &bridge = context.argument(0), &name = context.argument(1);
    if (const auto found = view.bridge(bridge); !found)
        return std::unexpected(found.error());
    const auto *port = view.find_port(name);
    if (!port || port->bridge != bridge)
        return fail("bridge {} does not have a port {}", bridge, name);
    return port->row;
}

// What the arguments speak of, and what there is.
struct Membership {
    ovsdb::Uuid port;
    std::string member;
    Groups groups;
};

Result<Membership> read_membership(const DatabaseContext &context) {
    const auto port = port_of(context);
    if (!port)
        return std::unexpected(port.error());
    const auto member = member_of(context.command);
    if (!member)
        return std::unexpected(member.error());
    const auto column = context.draft.get("Port", *port, k_column);
    return Membership{*port, *member, split(column.get(k_key).value_or(""))};
}

void write_membership(DatabaseContext &context, const Membership &membership) {
    auto column = context.draft.get("Port", membership.port, k_column);
    if (membership.groups.empty())
        column.erase(std::string(k_key));
    else
        column.insert(std::string(k_key), fmt::format("{}", fmt::join(membership.groups, ",")));
    context.draft.set("Port", membership.port, k_column, column);
}

Result<> add(DatabaseContext &context) {
    auto membership = read_membership(context);
    if (!membership)
        return std::unexpected(membership.error());
    if (std::ranges::count(membership->groups, membership->member))
        return {};
    membership->groups.push_back(membership->member);
    write_membership(context, *membership);
    return {};
}

Result<> del(DatabaseContext &context) {
    auto membership = read_membership(context);
    if (!membership)
        return std::unexpected(membership.error());
    if (!std::erase(membership->groups, membership->member))
        return fail("port {} has no static member {}", context.argument(1), membership->member);
    write_membership(context, *membership);
    return {};
}

void select(const Command &command, const ovsdb::Schema &schema, ovsdb::Selection &columns) {
    select_view(command, schema, columns);
    select_columns(columns, "Port", {k_column});
}

constexpr std::array k_verbs{
    Verb{"mdb show", "[BRIDGE...]", "", "print which multicast group is wanted behind which port",
         "mdb show\nmdb show br0 --watch 1\nmdb show --format=json", Access::reads,
         DaemonRun{show}},
    Verb{"mdb flush", "[BRIDGE]", "", "forget what a bridge, or all, heard of groups and routers",
         "mdb flush br0", Access::writes, DaemonRun{flush}},
    Verb{"mdb add", "BRIDGE PORT GROUP [VLAN]", "",
         "have a port get a multicast group that nobody there asks for",
         "mdb add br0 veth1 239.1.1.1\nmdb add br0 veth1 ff15::1 10", Access::writes,
         DatabaseRun{add, select}},
    Verb{"mdb del", "BRIDGE PORT GROUP [VLAN]", "", "take that back", "mdb del br0 veth1 239.1.1.1",
         Access::writes, DatabaseRun{del, select}},
    Verb{"mdb stats", "BRIDGE", "", "print the table's size and what messages came in",
         "mdb stats br0", Access::reads, DaemonRun{stats}},
};

} // namespace

std::span<const Verb> mdb_verbs() {
    return k_verbs;
}

} // namespace bvs::ctl
