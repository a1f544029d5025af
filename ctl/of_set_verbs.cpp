// SPDX-License-Identifier: Apache-2.0
#include "ctl/of_changes.h"
#include "ctl/of_flow_set.h"
#include "ofagent/text/flow.h"

#include <array>
#include <filesystem>

namespace bvs::ctl {

namespace {

Result<> add_lines(FlowSet &set, const std::string &path, const text::Ports &ports) {
    const auto lines = read_lines(path);
    if (!lines)
        return std::unexpected(lines.error());
    for (const auto &line : *lines) {
        auto mod = text::parse_flow_line(line.text, ports);
        auto added = mod ? set.add(*mod) : std::unexpected(mod.error());
        if (!added)
            return fail("{}{}", line.place, added.error().message);
    }
    return {};
}

Result<> add_flows(FlowSet &set, OpenFlowClient &peer) {
    const bool nicira = peer.dialect().version == wire::Version::of10;
    auto flows = peer.list(wire::FlowStatsRequest{.nicira = nicira}, &wire::FlowStatsReply::flows);
    if (!flows)
        return std::unexpected(flows.error());
    for (const auto &flow : *flows)
        set.add(flow);
    return {};
}

std::string as_text(const model::FlowStats &flow) {
    return text::format(flow, text::Detail::flow, {});
}

Result<> replace_flows(OpenFlowContext &context) {
    FlowSet before(context.peer.dialect()), after(context.peer.dialect());
    auto done = add_lines(after, context.argument(1), context.ports);
    if (done)
        done = add_flows(before, context.peer);
    if (!done)
        return done;
    std::vector<Change> changes;
    for (const auto &difference : differences(before, after)) {
        const auto &flow = difference.after ? *difference.after : *difference.before;
        changes.push_back({change_of(difference), {as_text(flow), ""}});
    }
    return apply(context.peer, changes,
                 context.command.has("--bundle") ? Together::bundle : Together::no);
}

// A file if there is one of that name, or "-"; otherwise a bridge.
struct Source {
    std::string name;
    std::unique_ptr<OpenFlowClient> peer; // null: a file
};

Result<Source> open(const Options &options, const std::string &name) {
    std::error_code ignored;
    Source source{name, nullptr};
    if (name == "-" || std::filesystem::is_regular_file(name, ignored))
        return source;
    auto endpoint = find_bridge(options, name, "mgmt");
    if (!endpoint)
        return std::unexpected(endpoint.error());
    auto peer = OpenFlowClient::connect(*endpoint, openflow_settings(options));
    if (!peer)
        return std::unexpected(peer.error());
    source.peer = std::move(*peer);
    return source;
}

Result<FlowSet> read_set(const Source &source, const wire::Dialect &dialect,
                         const text::Ports &ports) {
    FlowSet set(dialect);
    auto done = source.peer ? add_flows(set, *source.peer) : add_lines(set, source.name, ports);
    if (!done)
        return std::unexpected(done.error());
    return set;
}

constexpr int k_different = 2; // exit status, as ovs-ofctl has it

Result<> diff_flows(LocalContext &context) {
    auto one = open(context.options, context.command.arguments[0]);
    if (!one)
        return std::unexpected(one.error());
    auto other = open(context.options, context.command.arguments[1]);
    if (!other)
        return std::unexpected(other.error());
    // A file is read as the bridge on the other side would understand it.
    auto *peer = one->peer ? one->peer.get() : other->peer.get();
    std::optional<BridgePorts> names;
    if (peer)
        names.emplace(*peer);
    const auto &ports = names ? static_cast<const text::Ports &>(*names) : text::nameless();
    const auto dialect = peer ? peer->dialect() : wire::Dialect{.version = wire::Version::of15};
    auto before = read_set(*one, dialect, ports);
    auto after = before ? read_set(*other, dialect, ports) : before;
    if (!after)
        return std::unexpected(after.error());
    const auto found = differences(*before, *after);
    Table table{{"change", "flow"}, {}};
    auto add = [&](std::string_view sign, const model::FlowStats *flow) {
        if (!flow)
            return;
        context.output.text += paint(fmt::format("{}{}", sign, as_text(*flow)),
                                     sign == "-" ? Tone::bad : Tone::good, context.colour) +
                               '\n';
        table.rows.push_back({sign, as_text(*flow)});
    };
    for (const auto &difference : found) {
        add("-", difference.before);
        add("+", difference.after);
    }
    context.output.table = std::move(table);
    context.exit_status = found.empty() ? 0 : k_different;
    return {};
}

constexpr std::array k_verbs{
    Verb{"replace-flows", "BRIDGE FILE", "--bundle",
         "make a bridge's flows those of a file, leaving the ones that it has alone",
         "replace-flows br0 flows.txt\nreplace-flows br0 --bundle flows.txt", Access::writes,
         OpenFlowRun{replace_flows}},
    Verb{"diff-flows", "BRIDGE|FILE BRIDGE|FILE", "",
         "compare the flows of bridges or files; exit with status 2 if they differ",
         "diff-flows br0 flows.txt\ndiff-flows br0 br1", Access::reads, LocalRun{diff_flows}},
};

} // namespace

std::span<const Verb> flow_set_verbs() {
    return k_verbs;
}

} // namespace bvs::ctl
