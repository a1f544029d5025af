// SPDX-License-Identifier: Apache-2.0
#include "switch/cache_commands.h"

#include "ofagent/text/action.h"
#include "ofagent/text/match.h"
#include "switch/cache_view.h"
#include "switch/drop_reasons.h"
#include "switch/flow_fields.h"
#include "switch/odp_text.h"
#include "switch/of_bridge.h"
#include "switch/openflow.h"
#include "switch/port_table.h"
#include "switch/unixctl.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace bvs::daemon {

using nlohmann::json;

namespace {

// How ports are written: by their numbers in the datapath, or by their names.
class PortNames {
  public:
    PortNames(PortTable &table, bool names) : table_(table), names_(names) {}

    std::string of(std::uint32_t number) const {
        const auto *port = names_ ? table_.port_of_number(number) : nullptr;
        return port ? port->name : std::to_string(number);
    }
    std::string of(std::uint16_t bridge, std::uint64_t ofport) const {
        for (const auto &[name, port] : table_.ports())
            if (port.entry().bridge == bridge && wide(port.ofport) == ofport)
                return of(port.number());
        return std::to_string(ofport);
    }

  private:
    static std::uint64_t wide(std::uint32_t ofport) {
        return ofport == model::k_local_ofport ? model::port::local : ofport;
    }

    PortTable &table_;
    bool names_;
};

void add_effect(OdpActions &actions, const bvs_effect &effect, const PortNames &names) {
    switch (effect.kind) {
    case BVS_EFFECT_SET:
        return actions.set(effect.arg & (BVS_FLOW_WORDS - 1), effect.v0, effect.v1);
    case BVS_EFFECT_PUSH_VLAN:
        return actions.push_vlan(std::uint64_t{effect.arg} << 16);
    case BVS_EFFECT_POP_VLAN:
        return actions.pop_vlan();
    case BVS_EFFECT_SAVE:
        return actions.add(fmt::format("save({})", effect.arg));
    case BVS_EFFECT_RESTORE:
        return actions.add(fmt::format("restore({})", effect.arg));
    case BVS_EFFECT_OUTPUT:
        return actions.add(names.of(effect.arg));
    case BVS_EFFECT_NORMAL:
        return actions.add("normal");
    case BVS_EFFECT_FLOOD:
        return actions.add(effect.arg ? "all" : "flood");
    case BVS_EFFECT_CONTROLLER:
        return actions.add(
            fmt::format("userspace(controller(reason={},controller_id={},max_len={}))",
                        effect.arg >> 16, effect.v0 >> 48, effect.arg & 0xffff));
    case BVS_EFFECT_SAMPLE:
        return actions.add(fmt::format("userspace(flow_sample({}))",
                                       sample_text(effect.arg, effect.v0, effect.v1)));
    case BVS_EFFECT_METER:
        return actions.add(fmt::format("meter({})", effect.arg));
    default:
        return actions.add(fmt::format("effect({},{})", effect.kind, effect.arg));
    }
}

std::string actions_of(const UsedTrajectory &used, const PortNames &names) {
    OdpActions actions(used.covers);
    const auto count = std::min<std::size_t>(used.trajectory.effects, BVS_MOST_EFFECTS);
    for (const auto &effect : std::span(used.trajectory.effect, count))
        add_effect(actions, effect, names);
    return actions.text().empty() ? "drop" : actions.text();
}

// Seconds since the last packet; a tick is 1.07 s.
double idle_seconds(const UsedTrajectory &used) {
    const auto now = monotonic_now().count() >> BVS_TICK_SHIFT;
    const auto ticks = std::max<std::int64_t>(now - used.used, 0);
    return static_cast<double>(ticks << BVS_TICK_SHIFT) / 1e9;
}

std::string flow_line(const UsedTrajectory &used, const PortNames &names) {
    const auto port =
        names.of(used.trajectory.bridge, used.covers.value[BVS_WORD_in_port] &
                                             used.covers.mask[BVS_WORD_in_port] & 0xffffffff);
    return fmt::format("{}, packets:{}, bytes:{}, used:{}, actions:{}\n",
                       odp_flow(used.covers, port), used.packets, used.bytes,
                       used.packets ? fmt::format("{:.3f}s", idle_seconds(used)) : "never",
                       actions_of(used, names));
}

// A line for each trajectory that packets take; several entries of the cache that share one are one
// line, with what they have in common.
Result<std::string> dump_datapath(PortTable &table, Arguments arguments) {
    bool by_name = false;
    for (const auto &argument : arguments) {
        if (argument == "--names")
            by_name = true;
        else if (argument.starts_with("filter=") || argument.starts_with("type="))
            return fail("dpctl/dump-flows has no {} here; it prints all flows", argument);
    }
    const PortNames names(table, by_name);
    std::string text;
    const CacheView view(*table.maps().pipeline, possible_cpus());
    for (const auto &used : view.trajectories())
        if (used.entries)
            text += flow_line(used, names);
    return text;
}

json trajectory_json(const UsedTrajectory &used, const PortNames &names, OptionFields options) {
    const auto &trajectory = used.trajectory;
    json tables = json::array();
    for (unsigned i = 0; i < std::min<unsigned>(trajectory.tables, BVS_MOST_VISITED_TABLES); ++i)
        tables.push_back(trajectory.table[i]);
    return {{"trajectory", used.place},
            {"packets", used.packets},
            {"bytes", used.bytes},
            {"idle_seconds", used.packets ? json(idle_seconds(used)) : json(nullptr)},
            {"entries", used.entries},
            {"tables", std::move(tables)},
            {"flow", text::format(match_of(used.covers, options), text::nameless())},
            {"actions", actions_of(used, names)},
            {"drop_reason", trajectory.drop < BVS_DROP_N ? k_drop_reasons[trajectory.drop].name
                                                         : std::string_view()}};
}

enum class Content { all, trajectories };

Result<std::string> cache(PortTable &table, OpenFlow &openflow, Arguments arguments,
                          Content content) {
    if (!arguments.empty() && !openflow.bridge(arguments[0]))
        return fail("no bridge named {}", arguments[0]);
    const CacheView view(*table.maps().pipeline, possible_cpus());
    const PortNames names(table, true);
    json bridges = json::array();
    for (const auto &[name, live] : table.bridges()) {
        if (!arguments.empty() && name != arguments[0])
            continue;
        const auto *bridge = openflow.bridge(name);
        const auto options = bridge ? bridge->options().fields() : std::vector<model::FieldInfo>();
        json entries = json::array(), trajectories = json::array();
        std::size_t stale = 0;
        for (const auto &flow : view.flows()) {
            if (flow.bridge != live.number)
                continue;
            stale += !flow.valid;
            if (flow.valid && content == Content::all)
                entries.push_back(
                    {{"cpu", flow.cpu},
                     {"trajectory", flow.trajectory},
                     {"flow", text::format(match_of(flow.words, options), text::nameless())}});
        }
        for (const auto &used : view.trajectories())
            if (used.trajectory.bridge == live.number)
                trajectories.push_back(trajectory_json(used, names, options));
        bridges.push_back({{"bridge", name},
                           {"entries", std::move(entries)},
                           {"unverified_entries", stale},
                           {"trajectories", std::move(trajectories)}});
    }
    return json{{"bridges", std::move(bridges)},
                {"cpus", possible_cpus()},
                {"entries_per_cpu", BVS_CACHE_SETS * BVS_CACHE_WAYS}}
        .dump();
}

} // namespace

void add_cache_commands(Commands &commands, PortTable &table, OpenFlow &openflow) {
    commands.add("dpctl/dump-flows", "[-m] [--names | --no-names] [dp]", 0, 6,
                 [&table](Arguments arguments) { return dump_datapath(table, arguments); });
    commands.add("bvs/cache", "[bridge]", 0, 1, [&table, &openflow](Arguments arguments) {
        return cache(table, openflow, arguments, Content::all);
    });
    commands.add("bvs/trajectories", "[bridge]", 0, 1, [&table, &openflow](Arguments arguments) {
        return cache(table, openflow, arguments, Content::trajectories);
    });
}

} // namespace bvs::daemon
