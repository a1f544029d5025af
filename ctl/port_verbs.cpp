// SPDX-License-Identifier: Apache-2.0
#include "ctl/bridge_change.h"
#include "ctl/column_value.h"
#include "ctl/context.h"
#include "ctl/switch_view.h"

#include <algorithm>
#include <array>

namespace bvs::ctl {

namespace {

using Names = std::vector<std::string>;

struct NewPort {
    std::string bridge;
    std::string name;
    Names interfaces;
    Names settings; // COLUMN[:KEY]=VALUE
    bool fake_interface = false;
};

// What --may-exist says of a port that is there: it must be what was asked for.
Result<> check_same(const Command &command, const NewPort &wanted, const ViewedPort &port) {
    if (port.bridge != wanted.bridge)
        return fail("\"{}\" but {} is actually attached to bridge {}", command.to_string(),
                    port.name, port.bridge);
    auto interfaces = wanted.interfaces;
    std::ranges::sort(interfaces);
    if (interfaces != port.interfaces)
        return fail("\"{}\" but {} actually has interface(s) {}", command.to_string(), port.name,
                    fmt::join(port.interfaces, ", "));
    return {};
}

Result<> check_free(const SwitchView &view, const NewPort &wanted) {
    auto free = view.check_free(wanted.name, "cannot create a port named " + wanted.name);
    for (const auto &name : wanted.interfaces)
        if (free)
            free = view.check_free(name, "cannot create an interface named " + name);
    return free;
}

Result<> add(DatabaseContext &context, const NewPort &wanted) {
    auto &draft = context.draft;
    SwitchView view(draft);
    if (auto *port = view.find_port(wanted.name); port && context.command.has("--may-exist"))
        return check_same(context.command, wanted, *port);
    if (auto free = check_free(view, wanted); !free)
        return free;
    auto bridge = view.bridge(wanted.bridge);
    if (!bridge)
        return std::unexpected(bridge.error());
    std::vector<ovsdb::Uuid> interfaces;
    for (const auto &name : wanted.interfaces) {
        interfaces.push_back(draft.insert("Interface", {{"name", name}}));
        context.new_interfaces.push_back(name);
    }
    auto port = draft.insert("Port", {{"name", wanted.name}, {"interfaces", interfaces}});
    if (wanted.fake_interface)
        draft.set("Port", port, "bond_fake_iface", true);
    if ((*bridge)->is_fake())
        draft.set("Port", port, "tag", (*bridge)->vlan);
    for (const auto &setting : wanted.settings)
        if (auto set = set_column(draft, context.symbols, "Port", port, setting); !set)
            return set;
    draft.add("Bridge", (*bridge)->row, "ports", port);
    return {};
}

Result<> add_port(DatabaseContext &context) {
    const auto &given = context.command.arguments;
    return add(context, {given[0], given[1], {given[1]}, {given.begin() + 2, given.end()}});
}

Result<> add_bond(DatabaseContext &context) {
    const auto &given = context.command.arguments;
    auto settings = std::find_if(given.begin() + 2, given.end(), [](const std::string &argument) {
        return argument.find('=') != argument.npos;
    });
    Names interfaces(given.begin() + 2, settings);
    if (interfaces.size() < 2)
        return fail("add-bond requires at least 2 interfaces, but only {} were specified",
                    interfaces.size());
    return add(context, {given[0],
                         given[1],
                         std::move(interfaces),
                         {settings, given.end()},
                         context.command.has("--fake-iface")});
}

// The port of that name, or with --with-iface that of the interface.
const ViewedPort *port_to_delete(const SwitchView &view, const std::string &name,
                                 bool with_interface) {
    auto *port = view.find_port(name);
    if (port || !with_interface)
        return port;
    auto *interface = view.find_interface(name);
    return interface ? view.find_port(interface->port) : nullptr;
}

Result<> check_bridge(const SwitchView &view, const ViewedPort &port, const std::string &name) {
    auto bridge = view.bridge(name);
    if (!bridge)
        return std::unexpected(bridge.error());
    if (port.bridge == name)
        return {};
    if (view.find_bridge(port.bridge)->parent == name)
        return fail("bridge {} does not have a port {} (although its child bridge {} does)", name,
                    port.name, port.bridge);
    return fail("bridge {} does not have a port {}; {} has it", name, port.name, port.bridge);
}

Result<> del_port(DatabaseContext &context) {
    const auto &name = context.command.arguments.back();
    bool with_interface = context.command.has("--with-iface");
    SwitchView view(context.draft);
    auto *port = port_to_delete(view, name, with_interface);
    if (!port && context.command.has("--if-exists"))
        return {};
    if (!port)
        return fail("no port {}named {}", with_interface ? "or interface " : "", name);
    if (context.command.arguments.size() > 1)
        if (auto good = check_bridge(view, *port, context.argument(0)); !good)
            return good;
    if (port->name == port->bridge)
        return fail("cannot delete port {} because it is the local port for bridge {} (deleting "
                    "this port requires deleting the entire bridge)",
                    port->name, port->bridge);
    erase_port(context.draft, view, *port);
    return {};
}

Result<> list_ports(DatabaseContext &context) {
    SwitchView view(context.draft);
    if (auto bridge = view.bridge(context.argument(0)); !bridge)
        return std::unexpected(bridge.error());
    Names names;
    for (auto *port : view.ports(context.argument(0)))
        if (port->name != port->bridge)
            names.push_back(port->name);
    context.output.print_lines("port", names);
    return {};
}

Result<> list_ifaces(DatabaseContext &context) {
    SwitchView view(context.draft);
    if (auto bridge = view.bridge(context.argument(0)); !bridge)
        return std::unexpected(bridge.error());
    Names names;
    for (auto *port : view.ports(context.argument(0)))
        std::ranges::copy_if(port->interfaces, std::back_inserter(names),
                             [&](const auto &name) { return name != port->bridge; });
    std::ranges::sort(names);
    context.output.print_lines("interface", names);
    return {};
}

Result<> port_to_br(DatabaseContext &context) {
    SwitchView view(context.draft);
    auto *port = view.find_port(context.argument(0));
    if (!port)
        return fail("no port named {}", context.argument(0));
    context.output.print_lines("bridge", {port->bridge});
    return {};
}

Result<> iface_to_br(DatabaseContext &context) {
    SwitchView view(context.draft);
    auto *interface = view.find_interface(context.argument(0));
    if (!interface)
        return fail("no interface named {}", context.argument(0));
    context.output.print_lines("bridge", {view.find_port(interface->port)->bridge});
    return {};
}

constexpr std::array k_verbs{
    Verb{"add-port", "BRIDGE PORT [COLUMN[:KEY]=VALUE...]", "--may-exist",
         "add a network device to a bridge",
         "add-port br0 veth1\nadd-port br0 veth1 tag=10\n"
         "add-port br0 int0 -- set Interface int0 type=internal",
         Access::writes, DatabaseRun{add_port, select_view}},
    Verb{"add-bond", "BRIDGE PORT IFACE IFACE... [COLUMN[:KEY]=VALUE...]",
         "--may-exist --fake-iface", "add a port of several interfaces",
         "add-bond br0 bond0 eth0 eth1 lacp=active", Access::writes,
         DatabaseRun{add_bond, select_view}},
    Verb{"del-port", "[BRIDGE] PORT", "--if-exists --with-iface", "remove a port from its bridge",
         "del-port veth1\n--if-exists del-port br0 veth1", Access::writes,
         DatabaseRun{del_port, select_view}},
    Verb{"list-ports", "BRIDGE", "", "print the names of a bridge's ports", "list-ports br0",
         Access::reads, DatabaseRun{list_ports, select_view}},
    Verb{"list-ifaces", "BRIDGE", "", "print the names of a bridge's interfaces", "list-ifaces br0",
         Access::reads, DatabaseRun{list_ifaces, select_view}},
    Verb{"port-to-br", "PORT", "", "print the bridge that has the port", "port-to-br veth1",
         Access::reads, DatabaseRun{port_to_br, select_view}},
    Verb{"iface-to-br", "IFACE", "", "print the bridge that has the interface", "iface-to-br eth0",
         Access::reads, DatabaseRun{iface_to_br, select_view}},
};

} // namespace

std::span<const Verb> port_verbs() {
    return k_verbs;
}

} // namespace bvs::ctl
