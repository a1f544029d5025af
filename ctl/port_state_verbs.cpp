// SPDX-License-Identifier: Apache-2.0
//
// What belongs to a port, as a document (docs/port-state.md): the daemon has its rules, counters
// and addresses, the database its settings. An import asks the daemon whether it would take its
// part, commits the settings, and then has the daemon take it; should that fail now, the settings
// are set back.
#include "ctl/bridge_change.h"
#include "ctl/context.h"
#include "ctl/document.h"
#include "ctl/lookup.h"
#include "ctl/switch_view.h"
#include "ovsdb/json.h"

#include <algorithm>
#include <array>
#include <iostream>
#include <iterator>

namespace bvs::ctl {

namespace {

constexpr auto k_port_columns = std::to_array<std::string_view>(
    {"tag", "trunks", "vlan_mode", "cvlans", "protected", "other_config", "external_ids"});
constexpr auto k_interface_columns = std::to_array<std::string_view>(
    {"ingress_policing_rate", "ingress_policing_burst", "ingress_policing_kpkts_rate",
     "ingress_policing_kpkts_burst", "other_config", "external_ids"});

// The rows of a port and its only interface, and which of their columns move.
struct Place {
    std::string_view table;
    std::span<const std::string_view> columns;
    ovsdb::Uuid row{};
};
using Places = std::array<Place, 2>;
constexpr Places k_places{Place{"Port", k_port_columns}, Place{"Interface", k_interface_columns}};

void select(const Command &command, const ovsdb::Schema &schema, ovsdb::Selection &selection) {
    select_view(command, schema, selection);
    for (const auto &place : k_places) {
        std::vector<std::string> columns;
        const auto *table = schema.find(place.table);
        for (const auto column : place.columns)
            if (table && table->columns.contains(column))
                columns.emplace_back(column);
        select_columns(selection, std::string(place.table), columns);
    }
}

Result<Places> find_places(const Draft &draft, const std::string &name) {
    const SwitchView view(draft);
    const auto *port = view.find_port(name);
    if (!port)
        return fail("no port named {}", name);
    if (port->interfaces.size() != 1)
        return fail("port {} has {} interfaces; a bond belongs to its host", name,
                    port->interfaces.size());
    auto places = k_places;
    places[0].row = port->row;
    places[1].row = view.find_interface(port->interfaces.front())->row;
    return places;
}

Daemon daemon_of(const DatabaseContext &context) {
    return Daemon(context.options.rundir, context.options.timeout);
}

// ---- export -----------------------------------------------------------------------------------

Json settings(const Draft &draft, const Places &places) {
    Json all = Json::object();
    for (const auto &[table, columns, row] : places)
        for (const auto column : columns)
            if (draft.schema().find(table)->columns.contains(column)) {
                std::string text;
                ovsdb::append_json(text, draft.get(table, row, column));
                all[std::string(table)][std::string(column)] = Json::parse(text, nullptr, false);
            }
    return all;
}

std::vector<std::string> export_arguments(const Command &command) {
    std::vector<std::string> arguments{command.arguments[0]};
    std::string_view macs = command.options.contains("--mac")
                                ? std::string_view(command.options.at("--mac"))
                                : std::string_view();
    while (!macs.empty()) {
        const auto end = std::min(macs.find(','), macs.size());
        arguments.push_back(fmt::format("mac={}", macs.substr(0, end)));
        macs.remove_prefix(std::min(end + 1, macs.size()));
    }
    if (const auto cookie = command.option("--cookie"))
        arguments.push_back("cookie=" + *cookie);
    return arguments;
}

Result<> export_state(DatabaseContext &context) {
    const auto places = find_places(context.draft, context.argument(0));
    if (!places)
        return std::unexpected(places.error());
    auto document =
        daemon_of(context).call_json("bvs/port-state-export", export_arguments(context.command));
    if (!document)
        return std::unexpected(document.error());
    (*document)["database"] = settings(context.draft, *places);
    context.output.json = context.output.text = pretty(*document);
    return {};
}

// ---- import -----------------------------------------------------------------------------------

struct Setting {
    std::string table;
    ovsdb::Uuid row;
    std::string column;
    ovsdb::Datum value;
};
using Settings = std::vector<Setting>;

Result<ovsdb::Datum> read_value(const Draft &draft, const Place &place, const std::string &column,
                                const Json &json) {
    const auto *table = draft.schema().find(place.table);
    const auto found = table->columns.find(column);
    if (std::ranges::find(place.columns, column) == place.columns.end() ||
        found == table->columns.end())
        return fail("it is no setting that moves with a port");
    auto value = ovsdb::datum_from_json(json, found->second.type);
    if (value)
        if (auto good = ovsdb::check(*value, found->second.type); !good)
            return std::unexpected(good.error());
    return value;
}

Result<Settings> read_settings(const Draft &draft, const Places &places, const Json &database) {
    Settings settings;
    if (!database.is_object() && !database.is_null())
        return fail("\"database\" of the document is no JSON object");
    for (const auto &[table, columns] : database.items()) {
        const auto place = std::ranges::find(places, table, &Place::table);
        if (place == places.end() || !columns.is_object())
            return fail("\"{}\" in \"database\" of the document is neither Port nor Interface with "
                        "its columns",
                        table);
        for (const auto &[column, json] : columns.items()) {
            auto value = read_value(draft, *place, column, json);
            if (!value)
                return fail("column {} of {} in the document: {}", column, table,
                            value.error().message);
            settings.push_back({table, place->row, column, std::move(*value)});
        }
    }
    return settings;
}

void set_all(Draft &draft, const Settings &settings) {
    for (const auto &[table, row, column, value] : settings)
        draft.set(table, row, column, value);
}

// Standard input, once, however often a conflict makes us try again.
const std::string &document_text(std::any &memory) {
    if (!memory.has_value())
        memory = std::string(std::istreambuf_iterator<char>(std::cin), {});
    return std::any_cast<const std::string &>(memory);
}

Result<> import_state(DatabaseContext &context) {
    const auto places = find_places(context.draft, context.argument(0));
    if (!places)
        return std::unexpected(places.error());
    const std::vector<std::string> call{context.argument(0), document_text(context.memory)};
    auto daemon = daemon_of(context);
    if (auto good = daemon.call("bvs/port-state-import", {call[0], call[1], "check"}); !good)
        return std::unexpected(good.error());
    const auto document = Json::parse(call[1], nullptr, false);
    auto wanted = read_settings(context.draft, *places, member(document, "database"));
    if (!wanted)
        return std::unexpected(wanted.error());
    Settings before;
    for (const auto &[table, row, column, value] : *wanted)
        before.push_back({table, row, column, context.draft.get(table, row, column)});
    set_all(context.draft, *wanted);
    context.afterwards =
        Afterwards{.act = [daemon, call]() mutable -> Result<> {
                       if (auto taken = daemon.call("bvs/port-state-import", call); !taken)
                           return std::unexpected(taken.error());
                       return {};
                   },
                   .undo = [before](Draft &draft) { set_all(draft, before); }};
    return {};
}

constexpr std::array k_verbs{
    Verb{"port-state export", "PORT", "--mac=MACS --cookie=VALUE[/MASK]",
         "print what belongs to a port: the rules that match it, an address that it has learned or "
         "one of MACS, or that have the cookie; with counters, addresses and settings",
         "port-state export vm1\nport-state export vm1 --mac=02:00:00:00:00:01 --cookie=0x10/0xf0",
         Access::reads, DatabaseRun{export_state, select}},
    Verb{"port-state import", "PORT", "",
         "give a port what standard input has of another one, all or nothing",
         "port-state import vm1", Access::writes, DatabaseRun{import_state, select}},
};

} // namespace

std::span<const Verb> port_state_verbs() {
    return k_verbs;
}

} // namespace bvs::ctl
