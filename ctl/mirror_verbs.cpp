// SPDX-License-Identifier: Apache-2.0
#include "ctl/context.h"
#include "ctl/document.h"

#include <algorithm>
#include <array>

namespace bvs::ctl {

namespace {

std::string joined(const Json &list) {
    std::string text;
    for (const auto &one : list)
        text += (text.empty() ? "" : " ") +
                (one.is_string() ? one.get<std::string>() : fmt::to_string(one.get<unsigned>()));
    return text;
}

std::string output(const Json &mirror) {
    const auto vlan = number(mirror, "output_vlan");
    return vlan ? fmt::format("VLAN {}", vlan) : word(mirror, "output_port");
}

Table mirrors_table(const Json &mirrors) {
    Table table{{"bridge", "mirror", "received at", "sent to", "VLANs", "output", "snaplen",
                 "packets", "bytes", "error"},
                {}};
    for (const auto &mirror : mirrors) {
        const bool all = truth(mirror, "all");
        const auto snaplen = number(mirror, "snaplen");
        table.rows.push_back(
            {word(mirror, "bridge"), word(mirror, "name"), all ? "all" : joined(mirror["received"]),
             all ? "all" : joined(mirror["sent"]), joined(mirror["vlans"]), output(mirror),
             snaplen ? Cell(snaplen) : Cell(""), number(mirror, "packets"), number(mirror, "bytes"),
             Cell(word(mirror, "error")).with(Tone::bad)});
    }
    return table;
}

Result<> mirrors(DaemonContext &context) {
    auto all = context.daemon.call_json("bvs/mirrors", {});
    if (!all)
        return std::unexpected(all.error());
    auto chosen = Json::array();
    const auto &names = context.command.arguments;
    for (const auto &mirror : *all)
        if (names.empty() || std::ranges::find(names, word(mirror, "bridge")) != names.end())
            chosen.push_back(mirror);
    context.output.print_table(mirrors_table(chosen));
    context.output.json = pretty(chosen);
    return {};
}

constexpr std::array k_verbs{
    Verb{"mirrors", "[BRIDGE...]", "", "print what mirrors copy, where to, and how much",
         "mirrors\nmirrors br0\nmirrors --format=json", Access::reads, DaemonRun{mirrors}},
};

} // namespace

std::span<const Verb> mirror_verbs() {
    return k_verbs;
}

} // namespace bvs::ctl
