// SPDX-License-Identifier: Apache-2.0
#include "ctl/bridge_change.h"
#include "ctl/context.h"
#include "ctl/switch_view.h"

#include <array>
#include <charconv>

namespace bvs::ctl {

using ovsdb::Uuid;

namespace {

// What --may-exist says of a bridge that is there: it must be what was asked for.
Result<> check_same(const DatabaseContext &context, const ViewedBridge &bridge,
                    std::optional<std::int64_t> vlan) {
    const auto &command = context.command;
    if (!vlan && bridge.is_fake())
        return fail("\"{}\" but {} is a VLAN bridge for VLAN {}", command.to_string(), bridge.name,
                    bridge.vlan);
    if (vlan && !bridge.is_fake())
        return fail("\"{}\" but {} is not a VLAN bridge", command.to_string(), bridge.name);
    if (vlan && bridge.parent != command.arguments[1])
        return fail("\"{}\" but {} has the wrong parent {}", command.to_string(), bridge.name,
                    bridge.parent);
    if (vlan && bridge.vlan != *vlan)
        return fail("\"{}\" but {} is a VLAN bridge for the wrong VLAN {}", command.to_string(),
                    bridge.name, bridge.vlan);
    return {};
}

Result<std::int64_t> parse_vlan(std::string_view text) {
    int vlan = -1;
    std::from_chars(text.data(), text.data() + text.size(), vlan);
    if (vlan < 0 || vlan > 4095)
        return fail("add-br: vlan must be between 0 and 4095");
    return vlan;
}

Result<> add_fake_bridge(DatabaseContext &context, const SwitchView &view, std::int64_t vlan) {
    auto *parent = view.find_bridge(context.argument(1));
    if (!parent)
        return fail("parent bridge {} does not exist", context.argument(1));
    if (parent->is_fake())
        return fail("cannot create bridge with fake bridge as parent");
    for (auto *bridge : view.bridges())
        if (bridge->parent == parent->name && bridge->vlan == vlan)
            return fail("bridge {} already has a child VLAN bridge {} on VLAN {}", parent->name,
                        bridge->name, vlan);
    auto port = insert_local_port(context.draft, context.argument(0));
    context.draft.set("Port", port, "fake_bridge", true);
    context.draft.set("Port", port, "tag", vlan);
    context.draft.add("Bridge", parent->row, "ports", port);
    return {};
}

Result<> add_br(DatabaseContext &context) {
    const auto &name = context.argument(0);
    auto given = context.command.arguments.size();
    if (given == 2)
        return fail("'add-br' command takes exactly 1 or 3 arguments");
    if (name.empty())
        return fail("bridge name must not be empty string");
    std::optional<std::int64_t> vlan;
    if (given == 3) {
        auto parsed = parse_vlan(context.argument(2));
        if (!parsed)
            return std::unexpected(parsed.error());
        vlan = *parsed;
    }
    SwitchView view(context.draft);
    if (auto *bridge = view.find_bridge(name); bridge && context.command.has("--may-exist"))
        return check_same(context, *bridge, vlan);
    if (auto free = view.check_free(name, "cannot create a bridge named " + name); !free)
        return free;
    context.new_interfaces.push_back(name);
    if (vlan)
        return add_fake_bridge(context, view, *vlan);
    auto bridge = context.draft.insert(
        "Bridge", {{"name", name}, {"ports", insert_local_port(context.draft, name)}});
    context.draft.add("Open_vSwitch", root_row(context.draft), "bridges", bridge);
    return {};
}

Result<> del_br(DatabaseContext &context) {
    SwitchView view(context.draft);
    auto bridge = view.bridge(context.argument(0));
    if (!bridge)
        return context.command.has("--if-exists") ? Result<>{} : std::unexpected(bridge.error());
    erase_bridge(context.draft, view, **bridge);
    return {};
}

Result<> list_br(DatabaseContext &context) {
    bool real = context.command.has("--real"), fake = context.command.has("--fake");
    std::vector<std::string> names;
    SwitchView view(context.draft);
    for (auto *bridge : view.bridges())
        if (real == fake || bridge->is_fake() == fake)
            names.push_back(bridge->name);
    context.output.print_lines("bridge", names);
    return {};
}

Result<> br_exists(DatabaseContext &context) {
    if (!SwitchView(context.draft).find_bridge(context.argument(0)))
        context.exit_status = 2;
    return {};
}

template <class Print>
Result<> print_of_bridge(DatabaseContext &context, std::string heading, Print print) {
    SwitchView view(context.draft);
    auto bridge = view.bridge(context.argument(0));
    if (!bridge)
        return std::unexpected(bridge.error());
    context.output.print_lines(std::move(heading), {print(**bridge)});
    return {};
}

Result<> br_to_vlan(DatabaseContext &context) {
    return print_of_bridge(context, "vlan",
                           [](auto &bridge) { return fmt::to_string(bridge.vlan); });
}

Result<> br_to_parent(DatabaseContext &context) {
    return print_of_bridge(context, "parent", [](auto &bridge) {
        return bridge.is_fake() ? bridge.parent : bridge.name;
    });
}

// Where a bridge's external_ids are; those of a fake one are its port's, with a prefix.
struct ExternalIds {
    std::string table;
    Uuid row;
    std::string prefix;
};

Result<ExternalIds> external_ids(const DatabaseContext &context) {
    SwitchView view(context.draft);
    auto bridge = view.bridge(context.argument(0));
    if (!bridge)
        return std::unexpected(bridge.error());
    if (!(*bridge)->is_fake())
        return ExternalIds{"Bridge", (*bridge)->row, ""};
    return ExternalIds{"Port", view.find_port((*bridge)->name)->row, "fake-bridge-"};
}

Result<> br_set_external_id(DatabaseContext &context) {
    auto place = external_ids(context);
    if (!place)
        return std::unexpected(place.error());
    auto ids = context.draft.get(place->table, place->row, "external_ids").smap();
    auto key = place->prefix + context.argument(1);
    if (context.command.arguments.size() > 2)
        ids[key] = context.argument(2);
    else
        ids.erase(key);
    context.draft.set(place->table, place->row, "external_ids", ids);
    return {};
}

Result<> br_get_external_id(DatabaseContext &context) {
    auto place = external_ids(context);
    if (!place)
        return std::unexpected(place.error());
    bool one = context.command.arguments.size() > 1;
    std::vector<std::string> lines;
    for (const auto &[key, value] :
         context.draft.get(place->table, place->row, "external_ids").smap()) {
        if (!key.starts_with(place->prefix))
            continue;
        auto name = key.substr(place->prefix.size());
        if (!one)
            lines.push_back(name + "=" + value);
        else if (name == context.argument(1))
            lines.push_back(value);
    }
    context.output.print_lines("external_id", lines);
    return {};
}

constexpr DatabaseRun with_view(Result<> (*run)(DatabaseContext &)) {
    return {run, select_view};
}

constexpr std::array k_verbs{
    Verb{"add-br", "BRIDGE [PARENT VLAN]", "--may-exist",
         "create a bridge; or a fake one, that is PARENT's VLAN",
         "add-br br0\n--may-exist add-br br0\nadd-br br0-v7 br0 7", Access::writes,
         with_view(add_br)},
    Verb{"del-br", "BRIDGE", "--if-exists", "delete a bridge and all its ports",
         "del-br br0\n--if-exists del-br br0", Access::writes, with_view(del_br)},
    Verb{"list-br", "", "--real --fake", "print the names of all bridges",
         "list-br\nlist-br --format=json", Access::reads, with_view(list_br)},
    Verb{"br-exists", "BRIDGE", "", "exit with status 2 if there is no such bridge",
         "br-exists br0", Access::reads, with_view(br_exists)},
    Verb{"br-to-vlan", "BRIDGE", "", "print the VLAN of a fake bridge, 0 for others",
         "br-to-vlan br0-v7", Access::reads, with_view(br_to_vlan)},
    Verb{"br-to-parent", "BRIDGE", "", "print the parent of a fake bridge, or the bridge itself",
         "br-to-parent br0-v7", Access::reads, with_view(br_to_parent)},
    Verb{"br-set-external-id", "BRIDGE KEY [VALUE]", "", "set a key, or without VALUE remove it",
         "br-set-external-id br0 owner lab\nbr-set-external-id br0 owner", Access::writes,
         with_view(br_set_external_id)},
    Verb{"br-get-external-id", "BRIDGE [KEY]", "", "print the value of a key, or all pairs",
         "br-get-external-id br0\nbr-get-external-id br0 owner", Access::reads,
         with_view(br_get_external_id)},
};

} // namespace

std::span<const Verb> bridge_verbs() {
    return k_verbs;
}

} // namespace bvs::ctl
