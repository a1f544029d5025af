// SPDX-License-Identifier: Apache-2.0
#include "ctl/of_changes.h"
#include "ofagent/text/duration.h"
#include "ofagent/text/group.h"
#include "ofagent/text/scan.h"

#include <algorithm>
#include <array>

namespace bvs::ctl {

using model::GroupCommand;

namespace {

constexpr std::array<std::string_view, 4> k_types{"all", "select", "indirect", "fast_failover"};

Result<> change_lines(OpenFlowContext &context, const Result<std::vector<Line>> &lines,
                      GroupCommand command) {
    if (!lines)
        return std::unexpected(lines.error());
    auto changes =
        parse_changes(context, *lines, [&](const std::string &text) -> Result<wire::Body> {
            return text::parse_group_mod(text, command, context.ports);
        });
    if (!changes)
        return std::unexpected(changes.error());
    return apply(context.peer, *changes,
                 context.command.has("--bundle") ? Together::bundle : Together::no);
}

Result<> change(OpenFlowContext &context, GroupCommand command) {
    return change_lines(context, lines_of(context.optional_argument(1)), command);
}

Result<> add_group(OpenFlowContext &context) {
    return change(context, GroupCommand::add);
}

Result<> add_groups(OpenFlowContext &context) {
    return change_lines(context, read_lines(context.argument(1)), GroupCommand::add);
}

Result<> mod_group(OpenFlowContext &context) {
    const bool create = context.command.has("--may-create");
    return change(context, create ? GroupCommand::add_or_modify : GroupCommand::modify);
}

Result<> del_groups(OpenFlowContext &context) {
    return change(context, GroupCommand::remove);
}

Result<> insert_buckets(OpenFlowContext &context) {
    return change(context, GroupCommand::insert);
}

Result<> remove_buckets(OpenFlowContext &context) {
    return change(context, GroupCommand::remove_bucket);
}

// A number, or "all", which is also what nothing stands for.
Result<std::uint32_t> which_group(const OpenFlowContext &context) {
    const auto text = context.optional_argument(1);
    const auto said = text.starts_with("group_id=") ? text.substr(9) : text;
    if (said.empty() || said == "all")
        return model::k_all_groups;
    return text::number_of<std::uint32_t>("group", said, model::k_max_group);
}

std::string format_buckets(const model::GroupDescription &group, const text::Style &style) {
    std::string text;
    for (const auto &bucket : group.buckets) {
        text += text.empty() ? "" : "; ";
        if (group.type == model::GroupType::select)
            text += fmt::format("weight:{} ", bucket.weight);
        if (bucket.watch_port != model::port::any)
            text +=
                fmt::format("watch_port:{} ", text::format_port(bucket.watch_port, style.ports));
        if (bucket.watch_group != model::k_any_group)
            text += fmt::format("watch_group:{} ", bucket.watch_group);
        text += text::format(bucket.actions, style);
    }
    return text;
}

Result<> dump_groups(OpenFlowContext &context) {
    const auto which = which_group(context);
    if (!which)
        return std::unexpected(which.error());
    auto groups = context.peer.list(wire::GroupDescRequest{*which}, &wire::GroupDescReply::groups);
    if (!groups)
        return std::unexpected(groups.error());
    // Older versions always tell of all.
    if (*which != model::k_all_groups)
        std::erase_if(*groups, [&](const auto &group) { return group.group != *which; });
    std::ranges::sort(*groups, {}, &model::GroupDescription::group);
    Table table{{"group", "type", "method", "buckets"}, {}};
    for (const auto &group : *groups) {
        context.output.text += ' ' + text::format(group, context.style) + '\n';
        table.rows.push_back({group.group, k_types[static_cast<std::size_t>(group.type)],
                              group.properties.selection_method,
                              format_buckets(group, context.style)});
    }
    context.output.table = std::move(table);
    return {};
}

Result<> dump_group_stats(OpenFlowContext &context) {
    const auto which = which_group(context);
    if (!which)
        return std::unexpected(which.error());
    auto groups =
        context.peer.list(wire::GroupStatsRequest{*which}, &wire::GroupStatsReply::groups);
    if (!groups)
        return std::unexpected(groups.error());
    std::ranges::sort(*groups, {}, &model::GroupStats::group);
    Table table{{"group", "bucket", "packets", "bytes", "references", "duration"}, {}};
    for (const auto &group : *groups) {
        context.output.text += ' ' + text::format(group) + '\n';
        table.rows.push_back({group.group, Cell("all", "null"), group.counters.packets,
                              group.counters.bytes, group.references,
                              text::format_duration(group.duration)});
        for (std::size_t i = 0; i < group.buckets.size(); i++)
            table.rows.push_back({group.group, i, group.buckets[i].packets, group.buckets[i].bytes,
                                  Cell("", "null"), Cell("", "null")});
    }
    context.output.table = std::move(table);
    return {};
}

Result<> dump_group_features(OpenFlowContext &context) {
    auto features = context.peer.ask_for<wire::GroupFeatures>(wire::GroupFeaturesRequest{});
    if (!features)
        return std::unexpected(features.error());
    Table table{{"type", "supported", "max_groups"}, {}};
    for (std::size_t type = 0; type < k_types.size(); type++) {
        const bool supported = features->types & 1U << type;
        table.rows.push_back({k_types[type],
                              Cell(supported ? "yes" : "no", supported ? "true" : "false"),
                              features->max_groups[type]});
    }
    context.output.print_table(std::move(table));
    return {};
}

constexpr std::array k_verbs{
    Verb{"add-group", "BRIDGE GROUP", "--bundle", "add a group, or those of standard input for -",
         "add-group br0 group_id=1,type=all,bucket=output:1,bucket=output:2\n"
         "add-group br0 group_id=2,type=select,bucket=weight:3,output:1,bucket=weight:1,output:2\n"
         "add-group br0 group_id=3,type=ff,bucket=watch_port:1,output:1,bucket=watch_port:2,output:"
         "2",
         Access::writes, OpenFlowRun{add_group}},
    Verb{"add-groups", "BRIDGE FILE", "--bundle", "add the groups of a file",
         "add-groups br0 groups.txt", Access::writes, OpenFlowRun{add_groups}},
    Verb{"mod-group", "BRIDGE GROUP", "--may-create --bundle", "give a group other buckets",
         "mod-group br0 group_id=1,type=all,bucket=output:3", Access::writes,
         OpenFlowRun{mod_group}},
    Verb{"del-groups", "BRIDGE [GROUP]", "--bundle",
         "delete a group, or all, and the flows that use them",
         "del-groups br0 group_id=1\n"
         "del-groups br0",
         Access::writes, OpenFlowRun{del_groups}},
    Verb{"insert-buckets", "BRIDGE GROUP", "--bundle", "add buckets to a group",
         "insert-buckets br0 group_id=1,command_bucket_id=last,bucket=bucket_id:7,output:3",
         Access::writes, OpenFlowRun{insert_buckets}},
    Verb{"remove-buckets", "BRIDGE GROUP", "--bundle", "take buckets out of a group",
         "remove-buckets br0 group_id=1,command_bucket_id=7", Access::writes,
         OpenFlowRun{remove_buckets}},
    Verb{"dump-groups", "BRIDGE [GROUP]", "--names --no-names", "print groups and their buckets",
         "dump-groups br0\ndump-groups br0 1 --format=json", Access::reads,
         OpenFlowRun{dump_groups}},
    Verb{"dump-group-stats", "BRIDGE [GROUP]", "", "print what groups and buckets have counted",
         "dump-group-stats br0\ndump-group-stats br0 1 --format=table", Access::reads,
         OpenFlowRun{dump_group_stats}},
    Verb{"dump-group-features", "BRIDGE", "", "print which groups the bridge can have",
         "dump-group-features br0", Access::reads, OpenFlowRun{dump_group_features}},
};

} // namespace

std::span<const Verb> group_verbs() {
    return k_verbs;
}

} // namespace bvs::ctl
