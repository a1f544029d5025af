// SPDX-License-Identifier: Apache-2.0
#include "ctl/context.h"
#include "ctl/document.h"
#include "ctl/moment.h"

#include <array>

namespace bvs::ctl {

namespace {

Table entries_table(const Json &bridges) {
    Table table{{"bridge", "cpu", "trajectory", "flow"}, {}};
    for (const auto &bridge : bridges)
        for (const auto &entry : member(bridge, "entries"))
            table.rows.push_back({word(bridge, "bridge"), number(entry, "cpu"),
                                  number(entry, "trajectory"), word(entry, "flow")});
    return table;
}

std::string tables_of(const Json &trajectory) {
    std::string text;
    for (const auto &table : member(trajectory, "tables"))
        text += fmt::format("{}{}", text.empty() ? "" : ",", table.dump());
    return text;
}

Table trajectories_table(const Json &bridges) {
    Table table{{"bridge", "trajectory", "packets", "bytes", "idle", "entries", "tables", "flow",
                 "actions", "drop"},
                {}};
    for (const auto &bridge : bridges)
        for (const auto &one : member(bridge, "trajectories")) {
            const bool used = member(one, "idle_seconds").is_number();
            table.rows.push_back(
                {word(bridge, "bridge"), number(one, "trajectory"), number(one, "packets"),
                 number(one, "bytes"),
                 used ? duration(static_cast<std::int64_t>(real(one, "idle_seconds"))) : "never",
                 number(one, "entries"), tables_of(one), word(one, "flow"), word(one, "actions"),
                 Cell(word(one, "drop_reason")).with(Tone::bad)});
        }
    return table;
}

Result<> cache(DaemonContext &context) {
    const auto document = context.daemon.call_json("bvs/cache", context.command.arguments);
    if (!document)
        return std::unexpected(document.error());
    const auto &bridges = member(*document, "bridges");
    context.output.print_table(context.command.has("--entries") ? entries_table(bridges)
                                                                : trajectories_table(bridges));
    context.output.json = pretty(*document);
    return {};
}

constexpr std::array k_verbs{
    Verb{"cache", "[BRIDGE]", "--entries",
         "print what the datapath has decided for packets so far: the ways they take "
         "(trajectories), or the entries of the cache that lead to them",
         "cache\ncache br0 --entries\ncache --format=json", Access::reads, DaemonRun{cache}},
};

} // namespace

std::span<const Verb> cache_verbs() {
    return k_verbs;
}

} // namespace bvs::ctl
