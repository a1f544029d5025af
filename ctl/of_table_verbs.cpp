// SPDX-License-Identifier: Apache-2.0
#include "ctl/of_changes.h"
#include "ofagent/text/scan.h"

#include <algorithm>
#include <array>

namespace bvs::ctl {

using model::TableConfig;

namespace {

Result<> features(OpenFlowContext &context) {
    auto features = context.peer.ask_for<wire::FeaturesReply>(wire::FeaturesRequest{});
    if (!features)
        return std::unexpected(features.error());
    auto about = context.peer.ask_for<wire::Description>(wire::DescriptionRequest{});
    if (!about)
        return std::unexpected(about.error());
    auto config = context.peer.ask_for<wire::GetConfigReply>(wire::GetConfigRequest{});
    if (!config)
        return std::unexpected(config.error());
    constexpr std::array<std::string_view, 4> k_fragments{"normal", "drop", "reassemble",
                                                          "nx-match"};
    const auto fragments = static_cast<std::size_t>(config->config.fragments);
    context.output.print_table(
        Table{{"datapath_id", "tables", "buffers", "capabilities", "manufacturer", "hardware",
               "software", "serial", "description", "fragments", "miss_send_len", "protocol"},
              {{fmt::format("{:016x}", features->datapath_id), features->tables, features->buffers,
                Cell(fmt::format("{:#x}", features->capabilities),
                     fmt::format("{}", features->capabilities)),
                about->manufacturer, about->hardware, about->software, about->serial,
                about->datapath, fragments < k_fragments.size() ? k_fragments[fragments] : "?",
                config->config.miss_send_len, version_name(context.peer.dialect().version)}}},
        Format::list);
    return {};
}

Result<> dump_tables(OpenFlowContext &context) {
    auto tables = context.peer.list(wire::TableStatsRequest{}, &wire::TableStatsReply::tables);
    if (!tables)
        return std::unexpected(tables.error());
    const bool all = context.command.has("--all");
    Table table{{"table", "flows", "lookups", "matched"}, {}};
    for (const auto &one : *tables)
        if (all || one.active || one.lookups)
            table.rows.push_back({one.table, one.active, one.lookups, one.matched});
    context.output.print_table(std::move(table));
    return {};
}

Cell hex_cell(std::uint64_t number) {
    return Cell(text::hex(number));
}

Result<> dump_table_features(OpenFlowContext &context) {
    auto tables =
        context.peer.list(wire::TableFeaturesRequest{}, &wire::TableFeaturesReply::tables);
    if (!tables)
        return std::unexpected(tables.error());
    Table table{{"table", "name", "max_entries", "metadata_match", "metadata_write"}, {}};
    for (const auto &one : *tables)
        table.rows.push_back({one.table, one.name, one.max_entries, hex_cell(one.metadata_match),
                              hex_cell(one.metadata_write)});
    context.output.print_table(std::move(table));
    return {};
}

Cell yes_or_no(bool yes) {
    return Cell(yes ? "yes" : "no", yes ? "true" : "false");
}

Result<std::vector<TableConfig>> table_configs(OpenFlowClient &peer) {
    return peer.list(wire::TableDescRequest{}, &wire::TableDescReply::tables);
}

Result<> dump_table_desc(OpenFlowContext &context) {
    auto tables = table_configs(context.peer);
    if (!tables)
        return std::unexpected(tables.error());
    Table table{{"table", "eviction", "vacancy_events", "vacancy_down", "vacancy_up"}, {}};
    for (const auto &one : *tables)
        table.rows.push_back({one.table, yes_or_no(one.eviction), yes_or_no(one.vacancy_events),
                              one.vacancy_down, one.vacancy_up});
    context.output.print_table(std::move(table));
    return {};
}

Result<> take_setting(TableConfig &config, std::string_view setting) {
    const auto vacancy = text::split(setting, "vacancy:");
    if (setting == "evict" || setting == "noevict") {
        config.eviction = setting == "evict";
    } else if (setting == "novacancy") {
        config.vacancy_events = false;
    } else if (vacancy && vacancy->before.empty()) {
        const auto ends = text::split(vacancy->after, ",");
        const auto down = ends ? text::parse_number(ends->before, 100) : std::nullopt;
        const auto up = ends ? text::parse_number(ends->after, 100) : std::nullopt;
        if (!down || !up || *down > *up)
            return fail("\"{}\" is not vacancy:LOW,HIGH, with percents from 0 to 100", setting);
        config.vacancy_events = true;
        config.vacancy_down = static_cast<std::uint8_t>(*down);
        config.vacancy_up = static_cast<std::uint8_t>(*up);
    } else {
        return fail("\"{}\" is none of evict, noevict, vacancy:LOW,HIGH, novacancy", setting);
    }
    return {};
}

// What is not said stays.
Result<> mod_table(OpenFlowContext &context) {
    TableConfig config{.table = model::k_all_tables};
    const auto &which = context.argument(1);
    if (which != "all") {
        const auto number =
            text::number_of<std::uint8_t>("table", which, std::uint8_t{model::k_tables});
        if (!number)
            return std::unexpected(number.error());
        config.table = *number;
    }
    auto tables = table_configs(context.peer);
    if (!tables)
        return std::unexpected(tables.error());
    const auto now = std::ranges::find(*tables, config.table, &TableConfig::table);
    if (now != tables->end())
        config = *now;
    if (auto taken = take_setting(config, context.argument(2)); !taken)
        return taken;
    return apply(context.peer, {{wire::TableMod{config}, {which + " " + context.argument(2), ""}}},
                 Together::no);
}

constexpr std::array k_verbs{
    Verb{"features", "BRIDGE", "", "print what the bridge is to a controller",
         "features br0\nfeatures tcp:192.0.2.1:6653", Access::reads, OpenFlowRun{features}},
    Verb{"dump-tables", "BRIDGE", "--all", "print the flow tables in use, or all, and their counts",
         "dump-tables br0\ndump-tables br0 --watch 1", Access::reads, OpenFlowRun{dump_tables}},
    Verb{"dump-table-features", "BRIDGE", "", "print what the flow tables can do",
         "dump-table-features br0", Access::reads, OpenFlowRun{dump_table_features}},
    Verb{"dump-table-desc", "BRIDGE", "", "print what flow tables do when they are full",
         "dump-table-desc br0", Access::reads, OpenFlowRun{dump_table_desc}},
    Verb{"mod-table", "BRIDGE NUMBER SETTING", "",
         "set what a flow table does when it is full: evict, noevict, vacancy:LOW,HIGH, novacancy",
         "mod-table br0 0 evict\nmod-table br0 all vacancy:20,80", Access::writes,
         OpenFlowRun{mod_table}},
};

} // namespace

std::span<const Verb> table_verbs() {
    return k_verbs;
}

} // namespace bvs::ctl
