// SPDX-License-Identifier: Apache-2.0
#include "ctl/context.h"
#include "ctl/filter.h"
#include "ctl/graph.h"

#include <array>
#include <cerrno>

namespace bvs::ctl {

namespace {

Result<> graph(DatabaseContext &context) {
    const auto format = context.command.option("--format").value_or("dot");
    if (format != "dot" && format != "svg")
        return fail("--format={} is none of dot, svg", format);
    context.output.text = graph_of(context.draft);
    if (format == "dot")
        return {};
    auto drawn = run_filter({"dot", "-Tsvg"}, context.output.text);
    if (!drawn && drawn.error().code == ENOENT)
        return fail("Graphviz' program dot, which draws, is not here: install the package "
                    "graphviz, or take --format=dot to where it is");
    if (!drawn)
        return std::unexpected(drawn.error());
    context.output.text = std::move(*drawn);
    return {};
}

constexpr std::array k_verbs{
    Verb{"graph", "", "--format=dot|svg",
         "print the topology as a graph: bridges, ports, patches, tunnels, bonds, mirrors, "
         "controllers; for Graphviz, or drawn by it",
         "graph\ngraph --format=svg", Access::reads, DatabaseRun{graph, select_graph}},
};

} // namespace

std::span<const Verb> graph_verbs() {
    return k_verbs;
}

} // namespace bvs::ctl
