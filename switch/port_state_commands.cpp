// SPDX-License-Identifier: Apache-2.0
#include "switch/port_state_commands.h"

#include "ofagent/text/flow.h"
#include "ofagent/text/refusal.h"
#include "switch/config.h"
#include "switch/fdb_view.h"
#include "switch/of_bridge.h"
#include "switch/openflow.h"
#include "switch/port_state.h"
#include "switch/unixctl.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace bvs::daemon {

namespace {

struct Switch {
    PortTable &table;
    const Config &config;
    OpenFlow &openflow;
};

class BridgePorts : public text::Ports {
  public:
    BridgePorts(PortTable &table, std::string bridge) : table_(table), bridge_(std::move(bridge)) {}

    std::optional<std::uint32_t> number(std::string_view name) const override {
        const auto *port = table_.port(name);
        return port && port->bridge == bridge_ ? std::optional(port->ofport) : std::nullopt;
    }
    std::string name(std::uint32_t number) const override {
        for (const auto &[name, port] : table_.ports())
            if (port.bridge == bridge_ && port.ofport == number)
                return name;
        return {};
    }

  private:
    PortTable &table_;
    std::string bridge_;
};

// By the name of the port, which has one interface.
Result<const LivePort *> find_port(const Switch &sw, const std::string &name) {
    std::vector<const model::Interface *> interfaces;
    for (const auto &[interface_name, interface] : sw.config.interfaces())
        if (interface.port == name)
            interfaces.push_back(&interface);
    if (interfaces.empty())
        return fail("no such port: {}", name);
    if (interfaces.size() > 1)
        return fail("port {} is a bond, which belongs to its host", name);
    if (interfaces.front()->is_local())
        return fail("port {} is its bridge's own, which belongs to its host", name);
    const auto *port = sw.table.port(interfaces.front()->name);
    if (!port || !sw.table.bridge(port->bridge) || !sw.openflow.bridge(port->bridge))
        return fail("port {} is not in use; its interface's column error says why", name);
    return port;
}

// ---- export -----------------------------------------------------------------------------------

struct Wanted {
    std::vector<model::Mac> macs;
    std::vector<model::FlowFilter> cookies;
};

Result<Wanted> parse_wanted(Arguments arguments) {
    Wanted wanted;
    for (const auto &argument : arguments) {
        if (argument.starts_with("mac=")) {
            const auto mac = model::parse_mac(argument.substr(4));
            if (!mac)
                return fail("{} is no Ethernet address; write it as mac=02:00:00:00:00:01",
                            argument);
            wanted.macs.push_back(*mac);
        } else if (argument.starts_with("cookie=")) {
            auto filter = text::parse_flow_filter(argument, text::nameless());
            if (!filter)
                return std::unexpected(filter.error());
            wanted.cookies.push_back(std::move(*filter));
        } else {
            return fail("\"{}\" is neither mac=ADDRESS nor cookie=VALUE[/MASK]", argument);
        }
    }
    return wanted;
}

model::FlowFilter flows_with(model::Field field, std::uint64_t value) {
    model::FlowFilter filter;
    filter.match.set(field, value);
    return filter;
}

// In the order of tables, priorities and matches, each once.
std::vector<model::FlowStats> flows_of(const OfBridge &bridge,
                                       const std::vector<model::FlowFilter> &filters) {
    std::map<std::tuple<std::uint8_t, int, model::FlowWords>, model::FlowStats> found;
    for (const auto &filter : filters)
        for (auto &flow : bridge.flow_stats(filter))
            found.try_emplace({flow.table, -flow.priority, flow.match.words()}, std::move(flow));
    std::vector<model::FlowStats> flows;
    for (auto &[key, flow] : found)
        flows.push_back(std::move(flow));
    return flows;
}

std::vector<model::TlvMapping> options_of(const OfBridge &bridge,
                                          const std::vector<model::FlowStats> &flows) {
    model::OptionSet used = 0;
    for (const auto &flow : flows)
        used |= model::options_in(flow.match) | model::options_in(flow.instructions);
    auto options = bridge.tlv_mappings();
    std::erase_if(options, [&](const auto &option) { return !(used >> option.index & 1); });
    return options;
}

Result<std::string> export_state(const Switch &sw, Arguments arguments) {
    const auto port = find_port(sw, arguments[0]);
    if (!port)
        return std::unexpected(port.error());
    const auto wanted = parse_wanted(arguments.subspan(1));
    if (!wanted)
        return std::unexpected(wanted.error());
    PortState state;
    std::set<model::Mac> macs(wanted->macs.begin(), wanted->macs.end());
    for (const auto &known : list_addresses(sw.table, *sw.table.bridge((*port)->bridge))) {
        if (known.port != *port)
            continue;
        macs.insert(known.mac);
        state.addresses.push_back({.vlan = known.vlan,
                                   .mac = known.mac,
                                   .is_static = known.is_static,
                                   .age = std::chrono::seconds(known.age_seconds)});
    }
    auto filters = wanted->cookies;
    filters.push_back(flows_with(model::Field::in_port, (*port)->ofport));
    for (const auto &mac : macs)
        for (const auto field : {model::Field::eth_src, model::Field::eth_dst})
            filters.push_back(flows_with(field, model::to_number(mac)));
    const auto &bridge = *sw.openflow.bridge((*port)->bridge);
    state.flows = flows_of(bridge, filters);
    state.options = options_of(bridge, state.flows);
    const BridgePorts ports(sw.table, (*port)->bridge);
    return to_json(state, {ports, arguments[0], (*port)->ofport});
}

// ---- import -----------------------------------------------------------------------------------

// Addresses that are made to be at a port, until undo().
class Arrivals {
  public:
    Arrivals(maps::Fdb &fdb, const LivePort &port, std::uint16_t bridge)
        : fdb_(fdb), port_(port), bridge_(bridge) {}

    Result<> add(const PortAddress &address) {
        const maps::FdbEntry entry{.mac = model::to_number(address.mac),
                                   .vid = address.vlan,
                                   .bridge = bridge_,
                                   .port = port_.number(),
                                   .seen = address.is_static ? BVS_FDB_STATIC : seen(address.age)};
        const auto before = fdb_.find(bridge_, entry.mac, entry.vid);
        // Static is the largest of all.
        if (before && before->port == entry.port && before->seen >= entry.seen)
            return {};
        auto added = fdb_.add(entry);
        if (added)
            done_.emplace_back(entry, before);
        return added;
    }
    void undo() {
        for (const auto &[entry, before] : done_)
            if (before)
                (void)fdb_.add(*before);
            else
                fdb_.remove(bridge_, entry.mac, entry.vid);
    }

  private:
    static std::uint32_t seen(std::chrono::seconds age) {
        const auto ticks = std::chrono::nanoseconds(age).count() >> BVS_TICK_SHIFT;
        return static_cast<std::uint32_t>(std::max<std::int64_t>(maps::Fdb::now() - ticks, 1));
    }

    maps::Fdb &fdb_;
    const LivePort &port_;
    std::uint16_t bridge_;
    std::vector<std::pair<maps::FdbEntry, std::optional<maps::FdbEntry>>> done_;
};

Result<> take_flows(OfBridge &bridge, const std::vector<model::FlowStats> &flows,
                    OfBridge::Take take, const text::Style &style) {
    const auto taken = bridge.take_over(flows, take);
    if (taken)
        return {};
    const auto &[index, error] = taken.error();
    const auto why = fmt::format("{}: {}", text::refusal_name(error.refusal), error.why);
    if (index >= flows.size())
        return fail("the flows are refused: {}", why);
    return fail("flow {} of the document, \"{}\", is refused: {}", index,
                text::format(flows[index], text::Detail::flow, style), why);
}

// Fields that are other options here would make other rules of the flows.
Result<> check_options(const OfBridge &bridge, const PortState &state) {
    const auto here = bridge.tlv_mappings();
    for (const auto &option : state.options)
        if (std::ranges::find(here, option) == here.end())
            return fail("the document's tun_metadata{} is the option of class {:#x}, type {:#x} "
                        "with {} bytes; here it is not, see ovs-ofctl add-tlv-map",
                        option.index, option.option_class, option.type, option.bytes);
    return {};
}

Result<std::string> import_state(const Switch &sw, Arguments arguments) {
    const bool check = arguments.size() > 2;
    if (check && arguments[2] != "check")
        return fail("\"{}\" is not \"check\"", arguments[2]);
    const auto port = find_port(sw, arguments[0]);
    if (!port)
        return std::unexpected(port.error());
    const BridgePorts ports(sw.table, (*port)->bridge);
    const auto state = parse_port_state(arguments[1], ports, (*port)->ofport);
    if (!state)
        return std::unexpected(state.error());
    auto &bridge = *sw.openflow.bridge((*port)->bridge);
    if (auto same = check_options(bridge, *state); !same)
        return std::unexpected(same.error());
    const text::Style style{.ports = ports};
    if (check) {
        const auto taken = take_flows(bridge, state->flows, OfBridge::Take::none, style);
        return taken ? Result<std::string>("") : std::unexpected(taken.error());
    }
    Arrivals arrivals(sw.table.maps().fdb, **port, bridge.number());
    Result<> done;
    for (const auto &address : state->addresses)
        if (done)
            done = arrivals.add(address);
    if (done)
        done = take_flows(bridge, state->flows, OfBridge::Take::all, style);
    if (done)
        return "";
    arrivals.undo();
    return std::unexpected(done.error());
}

} // namespace

void add_port_state_commands(Commands &commands, PortTable &table, const Config &config,
                             OpenFlow &openflow) {
    const Switch sw{table, config, openflow};
    commands.add("bvs/port-state-export", "port [mac=address]... [cookie=value[/mask]]...", 1,
                 Commands::k_any_number,
                 [sw](Arguments arguments) { return export_state(sw, arguments); });
    commands.add("bvs/port-state-import", "port document [check]", 2, 3,
                 [sw](Arguments arguments) { return import_state(sw, arguments); });
}

} // namespace bvs::daemon
