// SPDX-License-Identifier: Apache-2.0
#include "ctl/bridge_change.h"
#include "ctl/context.h"
#include "ctl/lookup.h"
#include "ctl/remote_rows.h"
#include "ctl/switch_view.h"

#include <array>

namespace bvs::ctl {

namespace {

Result<ViewedBridge> any_bridge(const DatabaseContext &context) {
    SwitchView view(context.draft);
    auto bridge = view.bridge(context.argument(0));
    if (!bridge)
        return std::unexpected(bridge.error());
    return **bridge;
}

Result<ViewedBridge> real_bridge(const DatabaseContext &context) {
    auto bridge = any_bridge(context);
    if (bridge && bridge->is_fake())
        return fail("{} is a fake bridge; its parent {} has what is asked for", bridge->name,
                    bridge->parent);
    return bridge;
}

Result<> get_controller(DatabaseContext &context) {
    auto bridge = any_bridge(context);
    if (!bridge)
        return std::unexpected(bridge.error());
    print_remotes(context, {"Bridge", bridge->row, "controller", "Controller"});
    return {};
}

Result<> del_controller(DatabaseContext &context) {
    auto bridge = real_bridge(context);
    if (!bridge)
        return std::unexpected(bridge.error());
    erase_remotes(context.draft, {"Bridge", bridge->row, "controller", "Controller"});
    return {};
}

Result<> set_controller(DatabaseContext &context) {
    auto bridge = real_bridge(context);
    if (!bridge)
        return std::unexpected(bridge.error());
    const auto &given = context.command.arguments;
    return set_remotes(context, {"Bridge", bridge->row, "controller", "Controller"},
                       {given.begin() + 1, given.end()});
}

Result<> get_fail_mode(DatabaseContext &context) {
    auto bridge = any_bridge(context);
    if (!bridge)
        return std::unexpected(bridge.error());
    auto mode = context.draft.get("Bridge", bridge->row, "fail_mode").optional_string();
    context.output.print_lines("fail_mode", mode ? std::vector{*mode} : std::vector<std::string>{});
    return {};
}

Result<> del_fail_mode(DatabaseContext &context) {
    auto bridge = real_bridge(context);
    if (!bridge)
        return std::unexpected(bridge.error());
    context.draft.set("Bridge", bridge->row, "fail_mode", {});
    return {};
}

Result<> set_fail_mode(DatabaseContext &context) {
    auto bridge = real_bridge(context);
    if (!bridge)
        return std::unexpected(bridge.error());
    const auto &mode = context.argument(1);
    if (mode != "standalone" && mode != "secure")
        return fail("fail-mode must be \"standalone\" or \"secure\"");
    context.draft.set("Bridge", bridge->row, "fail_mode", mode);
    return {};
}

constexpr std::array k_verbs{
    Verb{"get-controller", "BRIDGE", "", "print a bridge's controllers", "get-controller br0",
         Access::reads, DatabaseRun{get_controller, select_view}},
    Verb{"set-controller", "BRIDGE TARGET...", "--inactivity-probe=MSECS",
         "set a bridge's controllers", "set-controller br0 tcp:192.0.2.1:6653", Access::writes,
         DatabaseRun{set_controller, select_view}},
    Verb{"del-controller", "BRIDGE", "", "delete a bridge's controllers", "del-controller br0",
         Access::writes, DatabaseRun{del_controller, select_view}},
    Verb{"get-fail-mode", "BRIDGE", "", "print what a bridge does without a controller",
         "get-fail-mode br0", Access::reads, DatabaseRun{get_fail_mode, select_view}},
    Verb{"set-fail-mode", "BRIDGE MODE", "", "set it: standalone or secure",
         "set-fail-mode br0 secure", Access::writes, DatabaseRun{set_fail_mode, select_view}},
    Verb{"del-fail-mode", "BRIDGE", "", "leave it to the default", "del-fail-mode br0",
         Access::writes, DatabaseRun{del_fail_mode, select_view}},
};

} // namespace

std::span<const Verb> controller_verbs() {
    return k_verbs;
}

} // namespace bvs::ctl
