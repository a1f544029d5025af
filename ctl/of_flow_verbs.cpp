// SPDX-License-Identifier: Apache-2.0
#include "ctl/of_changes.h"
#include "ctl/of_flow_listing.h"
#include "ofagent/text/flow.h"

#include <array>

namespace bvs::ctl {

using model::FlowCommand;

namespace {

Together together(const OpenFlowContext &context) {
    return context.command.has("--bundle") ? Together::bundle : Together::no;
}

Result<> change_lines(OpenFlowContext &context, const Result<std::vector<Line>> &lines,
                      const Parse &parse) {
    if (!lines)
        return std::unexpected(lines.error());
    auto changes = parse_changes(context, *lines, parse);
    if (!changes)
        return std::unexpected(changes.error());
    return apply(context.peer, *changes, together(context));
}

// The flow of the command line, or "-" for those of standard input.
Result<> change(OpenFlowContext &context, FlowCommand command) {
    return change_lines(context, lines_of(context.optional_argument(1)),
                        [&](const std::string &text) -> Result<wire::Body> {
                            return text::parse_flow_mod(text, command, context.ports);
                        });
}

Result<> add_flow(OpenFlowContext &context) {
    return change(context, FlowCommand::add);
}

Result<> mod_flows(OpenFlowContext &context) {
    const bool strict = context.command.has("--strict");
    return change(context, strict ? FlowCommand::modify_strict : FlowCommand::modify);
}

Result<> del_flows(OpenFlowContext &context) {
    const bool strict = context.command.has("--strict");
    return change(context, strict ? FlowCommand::remove_strict : FlowCommand::remove);
}

Result<> add_flows(OpenFlowContext &context) {
    return change_lines(context, read_lines(context.argument(1)),
                        [&](const std::string &text) -> Result<wire::Body> {
                            return text::parse_flow_line(text, context.ports);
                        });
}

Result<model::FlowFilter> filter(const OpenFlowContext &context) {
    auto parsed = text::parse_flow_filter(context.optional_argument(1), context.ports);
    if (!parsed && context.ports.error())
        return std::unexpected(*context.ports.error());
    return parsed;
}

bool is_nicira(const OpenFlowContext &context) {
    return context.peer.dialect().version == wire::Version::of10;
}

Result<> dump_flows(OpenFlowContext &context) {
    auto which = filter(context);
    if (!which)
        return std::unexpected(which.error());
    auto flows = context.peer.list(wire::FlowStatsRequest{*which, is_nicira(context)},
                                   &wire::FlowStatsReply::flows);
    if (!flows)
        return std::unexpected(flows.error());
    if (auto good = sort_flows(*flows, context.command.option("--rules-by").value_or("priority"));
        !good)
        return good;
    const auto detail =
        context.command.has("--no-stats") ? text::Detail::flow : text::Detail::statistics;
    list_flows(context.output, *flows, detail, context.style);
    return {};
}

Result<> dump_aggregate(OpenFlowContext &context) {
    auto which = filter(context);
    if (!which)
        return std::unexpected(which.error());
    auto reply = context.peer.ask_for<wire::AggregateReply>(
        wire::AggregateRequest{*which, is_nicira(context)});
    if (!reply)
        return std::unexpected(reply.error());
    const auto &[counters, flows] = reply->stats;
    context.output.text = fmt::format("packet_count={} byte_count={} flow_count={}\n",
                                      counters.packets, counters.bytes, flows);
    context.output.table =
        Table{{"flows", "packets", "bytes"}, {{flows, counters.packets, counters.bytes}}};
    return {};
}

constexpr std::array k_verbs{
    Verb{"add-flow", "BRIDGE FLOW", "--bundle", "add a flow, or those of standard input for -",
         "add-flow br0 priority=100,in_port=veth1,actions=output:veth2\n"
         "add-flow br0 'table=1,tcp,nw_dst=10.0.0.0/24,tp_dst=80,actions=dec_ttl,normal'",
         Access::writes, OpenFlowRun{add_flow}},
    Verb{"add-flows", "BRIDGE FILE", "--bundle",
         "carry out a file of flows: add, modify, delete; with --bundle all or none",
         "add-flows br0 flows.txt\nadd-flows br0 --bundle -", Access::writes,
         OpenFlowRun{add_flows}},
    Verb{"mod-flows", "BRIDGE FLOW", "--strict --bundle",
         "change the actions of flows; with --strict of exactly that one",
         "mod-flows br0 tcp,actions=drop\nmod-flows br0 --strict priority=100,tcp,actions=drop",
         Access::writes, OpenFlowRun{mod_flows}},
    Verb{"del-flows", "BRIDGE [FLOW]", "--strict --bundle", "delete flows, or all of them",
         "del-flows br0\ndel-flows br0 table=1,tcp\ndel-flows br0 cookie=0x7/-1\n"
         "del-flows br0 --strict priority=100,tcp",
         Access::writes, OpenFlowRun{del_flows}},
    Verb{"dump-flows", "BRIDGE [FLOW]",
         "--stats --no-stats --names --no-names "
         "--rules-by=priority|table|packets|bytes|duration|cookie",
         "print flows, in the order of tables and priorities",
         "dump-flows br0\ndump-flows br0 table=1,tcp --no-stats\n"
         "dump-flows br0 --rules-by=packets --format=table\ndump-flows br0 --format=json",
         Access::reads, OpenFlowRun{dump_flows}},
    Verb{"dump-aggregate", "BRIDGE [FLOW]", "", "print how many flows there are and their counters",
         "dump-aggregate br0\ndump-aggregate br0 table=1,tcp", Access::reads,
         OpenFlowRun{dump_aggregate}},
};

} // namespace

std::span<const Verb> flow_verbs() {
    return k_verbs;
}

} // namespace bvs::ctl
