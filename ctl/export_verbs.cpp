// SPDX-License-Identifier: Apache-2.0
#include "ctl/context.h"
#include "ctl/document.h"

#include <algorithm>
#include <array>

namespace bvs::ctl {

namespace {

std::string targets(const Json &exporter) {
    std::string text;
    for (const auto &target : exporter["targets"])
        text += (text.empty() ? "" : " ") + target.get<std::string>();
    return text;
}

Table exporters_table(const Json &exporters) {
    Table table{{"bridge", "protocol", "collectors", "sampling", "records", "datagrams", "errors"},
                {}};
    for (const auto &exporter : exporters) {
        const auto errors = number(exporter, "errors");
        table.rows.push_back({word(exporter, "bridge"), word(exporter, "protocol"),
                              targets(exporter), number(exporter, "sampling"),
                              number(exporter, "records"), number(exporter, "datagrams"),
                              errors ? Cell(errors).with(Tone::bad) : Cell(errors)});
    }
    return table;
}

Result<> exporters(DaemonContext &context) {
    auto all = context.daemon.call_json("bvs/exporters", {});
    if (!all)
        return std::unexpected(all.error());
    auto chosen = Json::array();
    const auto &names = context.command.arguments;
    for (const auto &exporter : (*all)["exporters"])
        if (names.empty() || std::ranges::find(names, word(exporter, "bridge")) != names.end())
            chosen.push_back(exporter);
    context.output.print_table(exporters_table(chosen));
    (*all)["exporters"] = std::move(chosen);
    context.output.json = pretty(*all);
    return {};
}

constexpr std::array k_verbs{
    Verb{"exporters", "[BRIDGE...]", "",
         "print which collectors of NetFlow, IPFIX and sFlow are told of flows, and of how many",
         "exporters\nexporters br0\nexporters --format=json", Access::reads, DaemonRun{exporters}},
};

} // namespace

std::span<const Verb> export_verbs() {
    return k_verbs;
}

} // namespace bvs::ctl
