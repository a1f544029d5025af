// SPDX-License-Identifier: Apache-2.0
#include "ctl/bridge_change.h"

#include "ctl/lookup.h"

namespace bvs::ctl {

void select_view(const Command &, const ovsdb::Schema &, ovsdb::Selection &columns) {
    select_columns(columns, "Open_vSwitch", {"bridges"});
    select_columns(columns, "Bridge", {"name", "ports", "external_ids", "controller", "fail_mode"});
    select_columns(columns, "Port", {"name", "interfaces", "tag", "fake_bridge", "external_ids"});
    select_columns(columns, "Interface", {"name"});
    select_columns(columns, "Controller", {"target"});
}

ovsdb::Uuid insert_local_port(Draft &draft, const std::string &name) {
    auto interface = draft.insert("Interface", {{"name", name}, {"type", "internal"}});
    return draft.insert("Port", {{"name", name}, {"interfaces", interface}});
}

void erase_port(Draft &draft, const SwitchView &view, const ViewedPort &port) {
    auto *bridge = view.find_bridge(port.bridge);
    draft.remove("Bridge", bridge->row, "ports", port.row);
    for (const auto &name : port.interfaces)
        draft.erase("Interface", view.find_interface(name)->row);
    draft.erase("Port", port.row);
}

void erase_bridge(Draft &draft, const SwitchView &view, const ViewedBridge &bridge) {
    for (auto *child : view.bridges())
        if (child->parent == bridge.name)
            erase_bridge(draft, view, *child);
    for (auto *port : view.ports(bridge.name))
        erase_port(draft, view, *port);
    if (bridge.is_fake())
        return;
    draft.remove("Open_vSwitch", root_row(draft), "bridges", bridge.row);
    draft.erase("Bridge", bridge.row);
}

} // namespace bvs::ctl
