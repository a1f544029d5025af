// SPDX-License-Identifier: Apache-2.0
#include "switch/export_commands.h"

#include "switch/unixctl.h"

#include <nlohmann/json.hpp>

namespace bvs::daemon {

namespace {

using nlohmann::json;

json describe(const ExporterView &view) {
    return {{"bridge", view.bridge},      {"protocol", view.protocol},
            {"targets", view.targets},    {"sampling", view.sampling},
            {"records", view.records},    {"datagrams", view.sent.datagrams},
            {"errors", view.sent.errors}, {"refused", view.refused}};
}

json describe(const FlowExport::Totals &totals) {
    return {{"flows", totals.flows},           {"capacity", totals.capacity},
            {"alone", totals.alone},           {"lost_packets", totals.lost_packets},
            {"lost_bytes", totals.lost_bytes}, {"lost_samples", totals.lost_samples}};
}

} // namespace

void add_export_commands(Commands &commands, const FlowExport &exports) {
    commands.add("bvs/exporters", "", 0, 0, [&exports](Arguments) {
        json all = json::array();
        for (const auto &view : exports.views())
            all.push_back(describe(view));
        return Result<std::string>(
            json{{"exporters", all}, {"table", describe(exports.totals())}}.dump());
    });
}

} // namespace bvs::daemon
