// SPDX-License-Identifier: Apache-2.0
#include "ctl/switch_view.h"

#include <algorithm>

namespace bvs::ctl {

using ovsdb::Uuid;

namespace {

template <class Map>
const typename Map::mapped_type *find_in(const Map &map, std::string_view name) {
    auto found = map.find(name);
    return found == map.end() ? nullptr : &found->second;
}

} // namespace

SwitchView::SwitchView(const Draft &draft) {
    auto rows = draft.get("Open_vSwitch", root_row(draft), "bridges").uuids();
    std::erase_if(rows, [&](const Uuid &row) { return !draft.exists("Bridge", row); });
    for (const auto &row : rows) {
        auto name = draft.get("Bridge", row, "name").string();
        bridges_.try_emplace(name, ViewedBridge{.name = name, .row = row});
    }
    read_bridges(draft);
    for (const auto &row : rows)
        read_ports(draft, row);
}

// Fake ones, which are ports of the others.
void SwitchView::read_bridges(const Draft &draft) {
    std::vector<ViewedBridge> fakes;
    for (const auto &[name, bridge] : bridges_)
        for (const auto &port : draft.get("Bridge", bridge.row, "ports").uuids())
            if (auto vlan = vlan_of_fake_bridge(draft, port))
                fakes.push_back({.name = draft.get("Port", port, "name").string(),
                                 .row = bridge.row,
                                 .parent = name,
                                 .vlan = *vlan});
    for (auto &fake : fakes)
        bridges_.try_emplace(fake.name, fake);
}

void SwitchView::read_ports(const Draft &draft, const Uuid &bridge) {
    auto name = draft.get("Bridge", bridge, "name").string();
    for (const auto &port : draft.get("Bridge", bridge, "ports").uuids())
        if (draft.exists("Port", port))
            read_port(draft, name, port);
}

void SwitchView::read_port(const Draft &draft, const std::string &bridge, const Uuid &port) {
    auto name = draft.get("Port", port, "name").string();
    auto tag = draft.get("Port", port, "tag").integer();
    auto belongs = std::ranges::find_if(bridges_, [&](const auto &entry) {
        return tag && entry.second.parent == bridge && entry.second.vlan == *tag;
    });
    ViewedPort viewed{name, port, belongs == bridges_.end() ? bridge : belongs->first, {}};
    for (const auto &row : draft.get("Port", port, "interfaces").uuids()) {
        if (!draft.exists("Interface", row))
            continue;
        auto interface = draft.get("Interface", row, "name").string();
        interfaces_.try_emplace(interface, ViewedInterface{interface, row, name});
        viewed.interfaces.push_back(interface);
    }
    std::ranges::sort(viewed.interfaces);
    ports_.try_emplace(name, std::move(viewed));
}

Result<const ViewedBridge *> SwitchView::bridge(std::string_view name) const {
    if (auto *found = find_bridge(name))
        return found;
    return fail("no bridge named {}", name);
}

const ViewedBridge *SwitchView::find_bridge(std::string_view name) const {
    return find_in(bridges_, name);
}

const ViewedPort *SwitchView::find_port(std::string_view name) const {
    return find_in(ports_, name);
}

const ViewedInterface *SwitchView::find_interface(std::string_view name) const {
    return find_in(interfaces_, name);
}

std::vector<const ViewedBridge *> SwitchView::bridges() const {
    std::vector<const ViewedBridge *> sorted;
    for (const auto &[name, bridge] : bridges_)
        sorted.push_back(&bridge);
    return sorted;
}

std::vector<const ViewedPort *> SwitchView::ports(std::string_view bridge) const {
    std::vector<const ViewedPort *> sorted;
    for (const auto &[name, port] : ports_)
        if (port.bridge == bridge)
            sorted.push_back(&port);
    return sorted;
}

Result<> SwitchView::check_free(std::string_view name, std::string_view what) const {
    if (find_bridge(name))
        return fail("{} because a bridge named {} already exists", what, name);
    if (auto *port = find_port(name))
        return fail("{} because a port named {} already exists on bridge {}", what, name,
                    port->bridge);
    if (auto *interface = find_interface(name))
        return fail("{} because an interface named {} already exists on bridge {}", what, name,
                    find_port(interface->port)->bridge);
    return {};
}

Uuid root_row(const Draft &draft) {
    auto rows = draft.rows("Open_vSwitch");
    return rows.empty() ? Uuid{} : rows.front();
}

std::optional<std::int64_t> vlan_of_fake_bridge(const Draft &draft, const Uuid &port) {
    auto tag = draft.get("Port", port, "tag").integer();
    bool fake = draft.get("Port", port, "fake_bridge").boolean().value_or(false);
    return fake && tag && *tag >= 0 && *tag <= 4095 ? tag : std::nullopt;
}

} // namespace bvs::ctl
