// SPDX-License-Identifier: Apache-2.0
#include "ctl/context.h"
#include "ctl/document.h"

#include <algorithm>
#include <array>

namespace bvs::ctl {

namespace {

// What has no name or number yet is left empty.
Cell known(std::int64_t number) {
    return number ? Cell(number) : Cell("");
}

std::string keys(const Json &tunnel) {
    auto in = word(tunnel, "in_key"), out = word(tunnel, "out_key");
    return in == out ? in : fmt::format("{} in, {} out", in, out);
}

Cell carrier(const Json &tunnel) {
    if (word(tunnel, "egress").empty())
        return "";
    bool up = truth(tunnel, "carrier");
    return Cell(up ? "up" : "down").with(up ? Tone::good : Tone::bad);
}

Table tunnels_table(const Json &tunnels) {
    Table table{{"bridge", "port", "type", "local", "remote", "key", "egress", "carrier", "hook",
                 "underlay MTU", "inner MTU", "hint", "error"},
                {}};
    for (const auto &tunnel : tunnels)
        table.rows.push_back({word(tunnel, "bridge"), word(tunnel, "interface"),
                              word(tunnel, "type"), word(tunnel, "local"), word(tunnel, "remote"),
                              keys(tunnel), word(tunnel, "egress"), carrier(tunnel),
                              word(tunnel, "hook"), known(number(tunnel, "underlay_mtu")),
                              known(number(tunnel, "inner_mtu")), word(tunnel, "hint"),
                              Cell(word(tunnel, "error")).with(Tone::bad)});
    return table;
}

Result<> tunnels(DaemonContext &context) {
    auto all = context.daemon.call_json("bvs/tunnels", {});
    if (!all)
        return std::unexpected(all.error());
    auto chosen = Json::array();
    const auto &names = context.command.arguments;
    for (const auto &tunnel : *all)
        if (names.empty() || std::ranges::any_of(names, [&](const std::string &name) {
                return name == word(tunnel, "bridge") || name == word(tunnel, "port") ||
                       name == word(tunnel, "interface");
            }))
            chosen.push_back(tunnel);
    context.output.print_table(tunnels_table(chosen));
    context.output.json = pretty(chosen);
    return {};
}

constexpr std::array k_verbs{
    Verb{"tunnels", "[BRIDGE|PORT...]", "",
         "print where tunnels lead, and what is too large for them",
         "tunnels\ntunnels br0\ntunnels --format=json", Access::reads, DaemonRun{tunnels}},
};

} // namespace

std::span<const Verb> tunnel_verbs() {
    return k_verbs;
}

} // namespace bvs::ctl
