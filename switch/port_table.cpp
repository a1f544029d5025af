// SPDX-License-Identifier: Apache-2.0
#include "switch/port_table.h"

#include <cstring>
#include <utility>

namespace bvs::daemon {

using compile::Port;
using compile::Step;

namespace {

// A sweep of the forwarding database frees what the one before found dead.
constexpr unsigned k_rest_seconds = 3;

bool same(const bvs_tunnel_end &a, const bvs_tunnel_end &b) {
    return std::memcmp(&a, &b, sizeof a) == 0;
}

bvs_port_queue queue_of(std::uint32_t port, std::uint32_t number) {
    return {.port = port, .priority = bvs_queue_priority(number)};
}
std::uint32_t queue_number(const bvs_port_queue &queue) {
    return queue.priority - bvs_queue_priority(0);
}

} // namespace

std::uint32_t rule_number(std::uint32_t ofport) {
    return ofport == model::k_local_ofport ? 0xffff0000 | ofport : ofport;
}

PortTable::PortTable(loader::Datapath &datapath)
    : datapath_(datapath), flood_lists_(datapath.maps()),
      ofports_(datapath.maps().pipeline->ofports_fd), by_number_(BVS_MAX_PORTS) {}

void PortTable::adopt() {
    for (std::uint32_t number = 1; number < maps().bridges.size(); ++number)
        if (const auto entry = maps().bridges.get(number); !compile::name_of(entry).empty())
            adopt_bridge(static_cast<std::uint16_t>(number), entry);
    for (std::uint32_t number = 1; number < maps().ports.size(); ++number)
        if (const auto entry = maps().ports.get(number); entry.bridge)
            adopt_port(number, entry);
    for (const auto &[name, bridge] : bridges_)
        for (const auto number : flood_lists_.restore(bridge.number))
            if (auto *port = port_of_number(number))
                port->state.linked = true;
    adopt_ends();
    adopt_queue_dscp();
    // Ports whose removal an earlier daemon did not finish.
    maps().fdb.remove_if(
        [this](const maps::FdbEntry &entry) { return !port_of_number(entry.port); });
}

void PortTable::adopt_bridge(std::uint16_t number, const bvs_bridge_entry &entry) {
    bridge_numbers_.take(number);
    const std::string name(compile::name_of(entry));
    bridges_.emplace(name, LiveBridge{.name = name, .number = number});
}

void PortTable::adopt_port(std::uint32_t number, const bvs_port_entry &entry) {
    const auto bridge_name = std::string(compile::name_of(maps().bridges.get(entry.bridge)));
    const auto place = bridges_.find(bridge_name);
    const std::string name(compile::name_of(entry));
    const bool is_bond = entry.flags & BVS_PORT_BOND;
    auto &others = is_bond ? bonds_ : ports_;
    if (place == bridges_.end() || others.contains(name) ||
        (is_bond && !bond_places_.take(entry.peer))) {
        clear(number);
        return;
    }
    port_numbers_.take(number);
    place->second.ofports.take(entry.ofport);
    place->second.pipeline = place->second.pipeline || entry.flags & BVS_PORT_PIPELINE;
    auto &port = others[name];
    port.name = name;
    port.bridge = bridge_name;
    port.ofport = entry.ofport;
    port.openflow = entry.flags & BVS_PORT_OPENFLOW;
    port.mirrors = entry.flags & BVS_PORT_MIRRORS;
    port.exports = entry.flags & BVS_PORT_EXPORTS;
    port.state.port = {.number = number, .entry = entry};
    auto &adopted = port.state.port;
    adopted.entry.next = 0;
    adopted.xdp = entry.flags & BVS_PORT_XDP;
    adopted.entry.flags = entry.flags & ~BVS_PORT_XDP;
    adopted.tunnel = maps().tunnels.get(number);
    adopted.policer = maps().policers.get(number);
    adopted.policer.bytes.paid = adopted.policer.packets.paid = 0;
    if (entry.vlan_flags & BVS_VLAN_LISTED)
        adopted.vlans = maps().port_vlans.get(number);
    by_number_[number] = &port;
}

// A port that was given another end just when its daemon ended may have two: one is a stray then.
void PortTable::adopt_ends() {
    for (const auto &[end, number] : maps().tunnel_ends.all())
        if (auto *port = port_of_number(number); port && port->entry().flags & BVS_PORT_TUNNEL)
            port->state.port.end = end;
}

void PortTable::adopt_queue_dscp() {
    for (const auto &[queue, dscp] : maps().queue_dscp.all())
        if (auto *port = port_of_number(queue.port))
            port->state.port.queue_dscp[queue_number(queue)] = static_cast<std::uint8_t>(dscp);
        else
            (void)maps().queue_dscp.erase(queue);
}

void PortTable::recognise(const std::string &name) {
    const auto stored = compile::stored_name(name);
    if (stored == name || ports_.contains(name))
        return;
    if (auto node = ports_.extract(stored)) {
        node.key() = node.mapped().name = name;
        ports_.insert(std::move(node));
    }
}

Result<> PortTable::add_bridge(const model::Bridge &wanted) {
    auto entry = compile::compile_bridge(wanted);
    auto place = bridges_.find(wanted.name);
    if (place == bridges_.end()) {
        const auto number = bridge_numbers_.take();
        if (!number)
            return fail("no place for bridge {}: there are {} already", wanted.name,
                        BVS_MAX_BRIDGES - 1);
        place = bridges_.emplace(wanted.name, LiveBridge{.name = wanted.name}).first;
        place->second.number = static_cast<std::uint16_t>(*number);
        maps().bridge_learned.set(*number, {});
    }
    const auto number = place->second.number;
    entry.first_port = maps().bridges.get(number).first_port;
    maps().bridges.set(number, entry);
    return {};
}

void PortTable::remove_bridge(const std::string &name) {
    const auto place = bridges_.find(name);
    if (place == bridges_.end())
        return;
    const auto number = place->second.number;
    maps().bridges.set(number, {});
    resting_.push_back({.is_bridge = true, .number = number, .seconds = 0});
    bridges_.erase(place);
}

Result<LivePort *> PortTable::add_port(const std::string &bridge_name, const std::string &name,
                                       const std::vector<std::uint32_t> &wishes) {
    auto *home = bridge(bridge_name);
    if (!home)
        return fail("no bridge named {}", bridge_name);
    const auto number = port_numbers_.take();
    if (!number)
        return fail("no place for port {}: there are {} already, or were until a moment ago", name,
                    BVS_MAX_PORTS - 1);
    auto &port = ports_[name];
    port = {.name = name, .bridge = bridge_name};
    port.state.port.number = *number;
    for (const auto wish : wishes)
        if (!port.ofport && (wish == model::k_local_ofport || home->ofports.take(wish)))
            port.ofport = wish;
    if (!port.ofport)
        port.ofport = home->ofports.take().value_or(0);
    by_number_[*number] = &port;
    (void)maps().port_counters.clear(*number);
    maps().port_learned.set(*number, {});
    return &port;
}

bool PortTable::renumber(LivePort &port, std::uint32_t ofport) {
    auto *home = bridge(port.bridge);
    if (!home || !home->ofports.take(ofport))
        return false;
    home->ofports.give_back(std::exchange(port.ofport, ofport));
    return true;
}

void PortTable::configure(LivePort &port, std::uint32_t openflow) {
    port.openflow = openflow;
    auto &entry = port.state.port.entry;
    entry.flags = (entry.flags & ~BVS_PORT_OPENFLOW) | openflow;
    write(port.state.port, port.state.port.xdp);
}

void PortTable::mirror(LivePort &port, std::uint32_t mirrors) {
    port.mirrors = mirrors;
    set_flags(port, BVS_PORT_MIRRORS, mirrors);
}

void PortTable::show(LivePort &port, std::uint32_t exports) {
    port.exports = exports;
    set_flags(port, BVS_PORT_EXPORTS, exports);
}

void PortTable::set_flags(LivePort &port, std::uint32_t among, std::uint32_t flags) {
    auto &entry = port.state.port.entry;
    const auto all = (entry.flags & ~among) | flags;
    if (std::exchange(entry.flags, all) != all)
        write(port.state.port, port.state.port.xdp);
}

Result<> PortTable::change_port(LivePort &port, const Port &wanted) {
    // A port that was only just added has nothing in the maps yet.
    const bool fresh = port.state.port.entry.bridge == 0;
    for (const auto step : compile::steps(fresh ? nullptr : &port.state, &wanted))
        if (auto done = carry_out(step, port, wanted); !done)
            return done;
    return {};
}

void PortTable::remove_port(const std::string &name) {
    const auto place = ports_.find(name);
    if (place == ports_.end())
        return;
    auto &port = place->second;
    for (const auto step : compile::steps(&port.state, nullptr))
        (void)carry_out(step, port, {});
    if (auto *home = bridge(port.bridge))
        home->ofports.give_back(port.ofport);
    by_number_[port.number()] = nullptr;
    ports_.erase(place);
}

Result<> PortTable::carry_out(Step step, LivePort &port, const Port &wanted) {
    auto &state = port.state;
    switch (step) {
    case Step::close_end:
        close_end(port);
        break;
    case Step::unlink:
        flood_lists_.unlink(state.port.entry.bridge, port.number());
        state.linked = false;
        break;
    case Step::detach_xdp:
        detach_xdp(port);
        break;
    case Step::detach:
        detach(port);
        break;
    case Step::flush:
        to_flush_.insert(port.number());
        break;
    case Step::clear:
        (void)write_queue_dscp(port, {});
        to_clear_.insert(port.number());
        break;
    case Step::write_vlans:
        maps().port_vlans.set(port.number(), wanted.vlans);
        state.port.vlans = wanted.vlans;
        break;
    case Step::write_policer:
        write_policer(port, wanted.policer);
        break;
    case Step::write_tunnel:
        maps().tunnels.set(port.number(), wanted.tunnel);
        state.port.tunnel = wanted.tunnel;
        break;
    case Step::write:
        write(wanted, state.port.xdp);
        state.port.entry = wanted.entry;
        state.port.vlans = wanted.vlans;
        break;
    case Step::open_end:
        return open_end(port, wanted.end);
    case Step::attach:
        return attach(port, wanted);
    case Step::attach_xdp:
        attach_xdp(port, wanted);
        break;
    case Step::link:
        flood_lists_.link(state.port.entry.bridge, port.number());
        state.linked = true;
        break;
    case Step::write_dscp:
        return write_queue_dscp(port, wanted.queue_dscp);
    }
    return {};
}

// What has been paid stays so: a change of the rate is no new burst.
void PortTable::write_policer(LivePort &port, bvs_policer policer) {
    port.state.port.policer = policer;
    const auto now = maps().policers.get(port.number());
    policer.bytes.paid = now.bytes.paid;
    policer.packets.paid = now.packets.paid;
    maps().policers.set(port.number(), policer);
}

Result<> PortTable::write_queue_dscp(LivePort &port, const model::QueueDscp &wanted) {
    auto &there = port.state.port.queue_dscp;
    std::erase_if(there, [&](const auto &each) {
        return !wanted.contains(each.first) &&
               maps().queue_dscp.erase(queue_of(port.number(), each.first));
    });
    for (const auto &[number, dscp] : wanted) {
        if (auto set = maps().queue_dscp.set(queue_of(port.number(), number), dscp); !set)
            return set;
        there[number] = dscp;
    }
    return {};
}

// The former end is closed last: what is on its way to a tunnel whose options change still comes
// in.
Result<> PortTable::open_end(LivePort &port, const bvs_tunnel_end &end) {
    if (auto opened = maps().tunnel_ends.set(end, port.number()); !opened) {
        close_end(port);
        return opened;
    }
    close_end(port);
    port.state.port.end = end;
    return {};
}

void PortTable::close_end(LivePort &port) {
    if (!port.state.port.end.type)
        return;
    (void)maps().tunnel_ends.erase(port.state.port.end);
    port.state.port.end = {};
    ends_released_ = true;
}

LivePort *PortTable::port_of_end(const bvs_tunnel_end &end) {
    auto *port = port_of_number(maps().tunnel_ends.find(end).value_or(0));
    return port && same(port->state.port.end, end) ? port : nullptr;
}

bool PortTable::take_ends_released() {
    return std::exchange(ends_released_, false);
}

void PortTable::remove_stray_ends() {
    for (const auto &[end, number] : maps().tunnel_ends.all())
        if (!port_of_end(end))
            (void)maps().tunnel_ends.erase(end);
}

Result<> PortTable::attach(LivePort &port, const Port &wanted) {
    port.state.attached = false;
    if (auto indexed = maps().port_index.set(wanted.entry.ifindex, port.number()); !indexed)
        return indexed;
    if (held_)
        return {};
    if (auto attached = datapath_.attach_tc(wanted.entry.ifindex); !attached)
        return attached;
    port.state.attached = true;
    return {};
}

// Its failure costs speed only.
void PortTable::attach_xdp(LivePort &port, const Port &wanted) {
    if (held_)
        return;
    const auto ifindex = wanted.entry.ifindex;
    auto attached = datapath_.attach_xdp(ifindex);
    if (attached)
        attached = maps().set_xdp_output(port.number(), ifindex);
    port.state.port.xdp = attached.has_value();
    port.xdp_error = attached ? Error() : attached.error();
    port.xdp_refused_ifindex = attached ? 0 : ifindex;
    write(port.state.port, attached.has_value());
}

void PortTable::detach_xdp(LivePort &port) {
    write(port.state.port, false);
    (void)maps().set_xdp_output(port.number(), 0);
    datapath_.detach_xdp(port.entry().ifindex);
    port.state.port.xdp = false;
}

void PortTable::detach(LivePort &port) {
    datapath_.detach_tc(port.entry().ifindex);
    maps().port_index.remove(port.entry().ifindex);
    port.state.attached = false;
}

void PortTable::verify_attachments() {
    for (const auto ifindex : datapath_.take_lost())
        if (auto *port = port_of_netdev(ifindex)) {
            port->state.attached = false;
            port->state.port.xdp = false;
            port->xdp_refused_ifindex = 0;
        }
}

void PortTable::write(const Port &port, bool xdp) {
    auto entry = port.entry;
    entry.next = maps().ports.get(port.number).next;
    if (xdp)
        entry.flags |= BVS_PORT_XDP;
    maps().ports.set(port.number, entry);
    // Rules send to ports that packets can leave through.
    if (entry.ifindex)
        (void)ofports_.set(entry.bridge, rule_number(entry.ofport), port.number);
    else
        ofports_.remove(entry.bridge, rule_number(entry.ofport));
}

void PortTable::clear(std::uint32_t number) {
    const auto old = maps().ports.get(number);
    if (ofports_.find(old.bridge, rule_number(old.ofport)) == number)
        ofports_.remove(old.bridge, rule_number(old.ofport));
    bvs_port_entry entry{};
    entry.next = old.next;
    maps().ports.set(number, entry);
    maps().tunnels.set(number, {});
    maps().policers.set(number, {});
    maps().port_mirrors.set(number, {});
    maps().bond_members.set(number, {});
}

std::size_t PortTable::forget_addresses(const std::set<std::uint32_t> &ports) {
    return ports.empty() ? 0 : maps().fdb.remove_if([&ports](const maps::FdbEntry &entry) {
        return ports.contains(entry.port);
    });
}

void PortTable::finish_round() {
    forget_addresses(to_flush_);
    for (const auto number : to_clear_) {
        clear(number);
        resting_.push_back({.is_bridge = false, .number = number, .seconds = 0});
    }
    to_flush_.clear();
    to_clear_.clear();
}

void PortTable::every_second() {
    // A packet that was under way when the port was removed may have learned an address since.
    std::set<std::uint32_t> ports;
    for (auto &rest : resting_)
        if (++rest.seconds == 1 && !rest.is_bridge)
            ports.insert(rest.number);
    forget_addresses(ports);
    std::erase_if(resting_, [this](const Resting &rest) {
        if (rest.seconds < k_rest_seconds)
            return false;
        (rest.is_bridge ? bridge_numbers_ : port_numbers_).give_back(rest.number);
        return true;
    });
}

LiveBridge *PortTable::bridge(std::string_view name) {
    const auto place = bridges_.find(name);
    return place == bridges_.end() ? nullptr : &place->second;
}

LivePort *PortTable::port(std::string_view name) {
    const auto place = ports_.find(name);
    return place == ports_.end() ? nullptr : &place->second;
}

LivePort *PortTable::port_of_number(std::uint32_t number) {
    return number < by_number_.size() ? by_number_[number] : nullptr;
}

LivePort *PortTable::port_of_netdev(std::uint32_t ifindex) {
    return ifindex ? port_of_number(maps().port_index.find(ifindex)) : nullptr;
}

} // namespace bvs::daemon
