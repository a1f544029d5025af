// SPDX-License-Identifier: Apache-2.0
#include "switch/underlay.h"

#include <algorithm>

namespace bvs::daemon {

UnderlayNeeds needs_of(const host::AddressTable &addresses, const host::LinkTable &links,
                       const std::function<bool(int)> &is_port) {
    UnderlayNeeds needs;
    for (const auto &[ifindex, entries] : addresses.entries()) {
        for (const auto &entry : entries)
            needs.local.insert(entry.address.address);
        for (const bool ipv6 : {false, true})
            if (const auto source = addresses.source(ifindex, ipv6))
                needs.sources[{ifindex, ipv6}] = *source;
        const auto *link = links.find(ifindex);
        if (link && !link->loopback && !is_port(ifindex))
            needs.netdevs.insert(ifindex);
    }
    return needs;
}

Underlay::Underlay(PortTable &table, const host::AddressTable &addresses,
                   const host::LinkTable &links, VlanParsing &vlan_parsing, Logger log)
    : table_(table), addresses_(addresses), links_(links), log_(std::move(log)),
      gathering_(table.datapath(), links, vlan_parsing, log_) {}

void Underlay::note(const host::LinkChanges &changes) {
    for (const auto &event : changes.events) {
        gathering_.note(event);
        if (event.kind == host::LinkEvent::Kind::vanished)
            table_.datapath().detach_underlay(static_cast<std::uint32_t>(event.link.ifindex));
    }
}

UnderlayNeeds Underlay::needs() const {
    const auto is_tunnel = [](const auto &port) {
        return (port.second.entry().flags & BVS_PORT_TUNNEL) != 0;
    };
    if (std::ranges::none_of(table_.ports(), is_tunnel))
        return {};
    return needs_of(addresses_, links_, [this](int ifindex) {
        return table_.port_of_netdev(static_cast<std::uint32_t>(ifindex)) != nullptr;
    });
}

// A packet that is let in finds what it asks for.
void Underlay::follow(bool attach) {
    const auto needs = this->needs();
    if (attach)
        detach_others(needs.netdevs);
    if (!told_ || *told_ != needs)
        tell(needs);
    if (attach)
        this->attach(needs.netdevs);
}

void Underlay::dismantle() {
    detach_others({});
    tell({});
}

void Underlay::detach_others(const std::set<int> &netdevs) {
    for (const auto ifindex : table_.datapath().underlays())
        if (!netdevs.contains(static_cast<int>(ifindex)))
            table_.datapath().detach_underlay(ifindex);
    std::erase_if(errors_, [&](const auto &error) { return !netdevs.contains(error.first); });
}

// The first address that finds no room is told of, once.
void Underlay::tell(const UnderlayNeeds &needs) {
    auto &local = table_.maps().local_addresses;
    auto &sources = table_.maps().source_addresses;
    Result<> told;
    const auto note = [&told](Result<> set) {
        if (!set && told)
            told = std::move(set);
    };
    for (const auto &[address, one] : local.all())
        if (!needs.local.contains(model::IpAddress(address)))
            note(local.erase(address));
    for (const auto &[key, address] : sources.all())
        if (!needs.sources.contains({static_cast<int>(key.ifindex), key.ipv6 != 0}))
            note(sources.erase(key));
    for (const auto &address : needs.local)
        note(local.set(address.bits(), 1));
    for (const auto &[source, address] : needs.sources)
        note(sources.set(
            {.ifindex = static_cast<std::uint32_t>(source.first), .ipv6 = source.second},
            address.bits()));
    const auto error = told ? std::string() : told.error().message;
    if (!error.empty() && error != full_)
        log_.warn("{}", error);
    full_ = error;
    told_ = needs;
}

void Underlay::attach(const std::set<int> &netdevs) {
    std::set<int> attached;
    for (const auto ifindex : netdevs) {
        const auto done = table_.datapath().attach_underlay(static_cast<std::uint32_t>(ifindex));
        set_error(ifindex, done ? std::string() : done.error().message);
        if (done)
            attached.insert(ifindex);
    }
    gathering_.follow(attached);
}

void Underlay::set_error(int ifindex, const std::string &error) {
    if (error.empty()) {
        errors_.erase(ifindex);
        return;
    }
    auto &known = errors_[ifindex];
    if (known != error)
        log_.warn("tunnels do not come in at {}: {}", name_of(ifindex), error);
    known = error;
}

std::string Underlay::name_of(int ifindex) const {
    const auto *link = links_.find(ifindex);
    return link ? link->name : fmt::format("ifindex {}", ifindex);
}

const std::string &Underlay::error(int ifindex) const {
    static const std::string none;
    const auto place = errors_.find(ifindex);
    return place == errors_.end() ? none : place->second;
}

} // namespace bvs::daemon
