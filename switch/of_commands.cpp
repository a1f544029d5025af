// SPDX-License-Identifier: Apache-2.0
#include "switch/of_commands.h"

#include "ofagent/text/action.h"
#include "ofagent/text/match.h"
#include "switch/of_bridge.h"
#include "switch/openflow.h"
#include "switch/unixctl.h"

namespace bvs::daemon {

namespace {

constexpr std::uint32_t k_default_priority = 0x8000; // not shown

struct Line {
    std::uint8_t table = 0;
    std::uint32_t priority = 0;
    std::chrono::nanoseconds age{};
    model::FlowCounters counters;
    const model::Match &match;
    const model::Instructions &instructions;
};

std::string format(const Line &line) {
    auto match = text::format(line.match, text::nameless());
    if (line.priority != k_default_priority)
        match = fmt::format("priority={}{}{}", line.priority, match.empty() ? "" : ",", match);
    return fmt::format("{}duration={}s, n_packets={}, n_bytes={}, {},actions={}\n",
                       line.table ? fmt::format("table_id={}, ", line.table) : "",
                       std::chrono::duration_cast<std::chrono::seconds>(line.age).count(),
                       line.counters.packets, line.counters.bytes, match,
                       text::format(line.instructions, {}));
}

// Hidden rules as well.
Result<std::string> dump_flows(OpenFlow &openflow, const std::string &name) {
    const auto *bridge = openflow.bridge(name);
    if (!bridge)
        return fail("no such bridge");
    const auto now = monotonic_now();
    const auto normal = OfBridge::normal_flow().instructions;
    std::string text;
    for (const auto &[flow, counters, created] : bridge->hidden_flows())
        text += format({.priority = flow.priority,
                        .age = now - created,
                        .counters = counters,
                        .match = flow.match,
                        .instructions = normal});
    for (const auto &flow : bridge->flow_stats({}))
        text += format({.table = flow.table,
                        .priority = flow.priority,
                        .age = flow.duration,
                        .counters = flow.counters,
                        .match = flow.match,
                        .instructions = flow.instructions});
    return text;
}

} // namespace

void add_openflow_commands(Commands &commands, OpenFlow &openflow) {
    commands.add("bridge/dump-flows", "bridge", 1, 1,
                 [&](Arguments arguments) { return dump_flows(openflow, arguments[0]); });
}

} // namespace bvs::daemon
