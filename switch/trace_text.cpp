// SPDX-License-Identifier: Apache-2.0
#include "switch/trace_text.h"

#include "ofagent/text/match.h"
#include "switch/drop_reasons.h"

#include <nlohmann/json.hpp>

namespace bvs::daemon {

using nlohmann::json;
using Node = Trace::Node;

namespace {

constexpr std::size_t k_indent = 4;

std::string flow_of(const bvs_flow &flow, const TraceTexts &texts) {
    return text::format(match_of(flow, texts.options), text::nameless());
}

std::string rule_text(const TracedRule &rule) {
    auto text = rule.match.empty() ? "" : rule.match + ", ";
    text += fmt::format("priority {}", rule.priority);
    if (rule.cookie)
        text += fmt::format(", cookie {:#x}", rule.cookie);
    return text;
}

std::string heading(const Node &node) {
    switch (node.kind) {
    case Node::Kind::table:
        return fmt::format("{:2}. {}", node.number,
                           node.rule ? rule_text(*node.rule) : "No match.");
    case Node::Kind::action_set:
        return "--. Executing action set:";
    case Node::Kind::bucket:
        return fmt::format("bucket {}", node.number);
    case Node::Kind::action:
        return node.text;
    }
    return {};
}

// Open vSwitch's way to keep chains of tables flat: the last of a list is no deeper than the list,
// unless it is an action.
void add_nodes(std::string &text, const std::list<Node> &nodes, std::size_t level) {
    for (const auto &node : nodes) {
        const bool ends = node.kind == Node::Kind::action || node.kind == Node::Kind::bucket;
        const std::size_t more = &node != &nodes.back() || ends ? 1 : 0;
        text += std::string((level + more) * k_indent, ' ') + heading(node) + '\n';
        const auto inner = level + 2 * more;
        if (!node.obvious)
            for (const auto &[field, value] : node.changes)
                text += fmt::format("{} -> {} is now {}\n",
                                    std::string((level + more) * k_indent, ' '), field, value);
        if (node.kind == Node::Kind::table && node.nodes.empty())
            text += std::string((inner + 1) * k_indent, ' ') + "drop\n";
        add_nodes(text, node.nodes, inner);
    }
}

// Limits and the like, which no rule asked for.
bool is_failure(std::uint32_t drop) {
    return drop != BVS_DROP_N && drop != BVS_DROP_NO_RULE && drop != BVS_DROP_NO_OUTPUT;
}

json rule_json(const Node &node) {
    json object = {{"table", node.number}, {"matched", node.rule.has_value()}};
    if (node.rule)
        object.update({{"match", node.rule->match},
                       {"priority", node.rule->priority},
                       {"cookie", fmt::format("{:#x}", node.rule->cookie)}});
    return object;
}

json action_json(const Node &node) {
    json changed = json::object();
    for (const auto &[field, value] : node.changes)
        changed[std::string(field)] = value;
    return {{"action", node.text}, {"changes", std::move(changed)}};
}

json nodes_json(const std::list<Node> &nodes) {
    json all = json::array();
    for (const auto &node : nodes) {
        json object = node.kind == Node::Kind::table        ? rule_json(node)
                      : node.kind == Node::Kind::action     ? action_json(node)
                      : node.kind == Node::Kind::action_set ? json{{"action_set", true}}
                                                            : json{{"bucket", node.number}};
        if (!node.nodes.empty() || node.kind != Node::Kind::action)
            object["steps"] = nodes_json(node.nodes);
        all.push_back(std::move(object));
    }
    return all;
}

json receivers_json(const Trace &trace, const TraceTexts &texts) {
    json all = json::array();
    for (const auto &[port, refusal] : trace.receivers)
        all.push_back({{"number", port},
                       {"port", texts.port_name(port)},
                       {"refused", refusal < BVS_DROP_N ? json(k_drop_reasons[refusal].name)
                                                        : json(nullptr)}});
    return all;
}

std::string_view reason_name(std::uint32_t drop) {
    return drop < BVS_DROP_N ? k_drop_reasons[drop].name : "";
}

} // namespace

std::string trace_text(const Trace &trace, const TraceTexts &texts) {
    const auto bridge = fmt::format("bridge(\"{}\")", texts.bridge);
    auto text = fmt::format("Flow: {}\n\n{}\n{}\n", flow_of(trace.flow, texts), bridge,
                            std::string(bridge.size(), '-'));
    add_nodes(text, trace.nodes, 0);
    if (is_failure(trace.drop) && trace.drop < BVS_DROP_N)
        text += fmt::format("    >>>> {} <<<<\n", k_drop_reasons[trace.drop].text);
    if (!trace.whole)
        text += "    >> parts of this trace are missing, as the ring for traces was full\n";
    const auto flow = flow_of(trace.flow, texts), final_flow = flow_of(trace.final_flow, texts);
    return text + fmt::format("\nFinal flow: {}\nMegaflow: {}\nDatapath actions: {}\n",
                              final_flow == flow ? "unchanged" : final_flow, texts.megaflow,
                              trace.datapath_actions);
}

std::string verdict_text(const Trace &trace, const TraceTexts &texts) {
    if (trace.drop < BVS_DROP_N)
        return fmt::format("dropped, {}: {}", k_drop_reasons[trace.drop].name,
                           k_drop_reasons[trace.drop].text);
    std::string sent, refused;
    for (const auto &[port, refusal] : trace.receivers) {
        const auto name = texts.port_name(port);
        if (refusal >= BVS_DROP_N)
            sent += fmt::format("{}{}", sent.empty() ? "sent to " : ", ", name);
        else
            refused += fmt::format("{}{}, {}: {}", refused.empty() ? "dropped at " : "; at ", name,
                                   k_drop_reasons[refusal].name, k_drop_reasons[refusal].text);
    }
    if (sent.empty() && refused.empty())
        return "sent to no port";
    return sent + (sent.empty() || refused.empty() ? "" : "; ") + refused;
}

json trace_json(const Trace &trace, const TraceTexts &texts) {
    return {{"bridge", texts.bridge},
            {"port", texts.port_name(trace.port)},
            {"bytes", trace.bytes},
            {"flow", flow_of(trace.flow, texts)},
            {"steps", nodes_json(trace.nodes)},
            {"final_flow", flow_of(trace.final_flow, texts)},
            {"megaflow", texts.megaflow},
            {"datapath_actions", trace.datapath_actions},
            {"receivers", receivers_json(trace, texts)},
            {"drop_reason", reason_name(trace.drop)},
            {"verdict", verdict_text(trace, texts)},
            {"complete", trace.whole},
            {"text", trace_text(trace, texts)}};
}

} // namespace bvs::daemon
