// SPDX-License-Identifier: Apache-2.0
#include "ctl/of_changes.h"
#include "ofagent/text/duration.h"
#include "ofagent/text/meter.h"

#include <algorithm>
#include <array>

namespace bvs::ctl {

using model::MeterCommand;

namespace {

Result<> change(OpenFlowContext &context, MeterCommand command) {
    const auto lines = lines_of(context.optional_argument(1));
    if (!lines)
        return std::unexpected(lines.error());
    auto changes =
        parse_changes(context, *lines, [&](const std::string &text) -> Result<wire::Body> {
            return text::parse_meter_mod(text, command);
        });
    if (!changes)
        return std::unexpected(changes.error());
    return apply(context.peer, *changes, Together::no);
}

Result<> add_meter(OpenFlowContext &context) {
    return change(context, MeterCommand::add);
}

Result<> mod_meter(OpenFlowContext &context) {
    return change(context, MeterCommand::modify);
}

Result<> del_meters(OpenFlowContext &context) {
    return change(context, MeterCommand::remove);
}

// A number or name, with or without "meter="; nothing: all.
Result<std::uint32_t> which_meter(const OpenFlowContext &context) {
    const auto said = context.optional_argument(1);
    if (said.empty())
        return model::k_all_meters;
    return text::parse_meter_id(std::string_view(said).substr(said.starts_with("meter=") ? 6 : 0));
}

Cell band_cell(const model::Band &band, const model::MeterFlags &flags) {
    auto text = fmt::format("{} {} {}", band.type == model::BandType::drop ? "drop" : "dscp_remark",
                            band.rate, flags.kbps ? "kbit/s" : "packets/s");
    if (flags.burst)
        text += fmt::format(" burst {}", band.burst);
    if (band.type == model::BandType::dscp_remark)
        text += fmt::format(" precedence {}", band.precedence);
    return text;
}

Result<> dump_meters(OpenFlowContext &context) {
    const auto which = which_meter(context);
    if (!which)
        return std::unexpected(which.error());
    auto meters =
        context.peer.list(wire::MeterConfigRequest{*which}, &wire::MeterConfigReply::meters);
    if (!meters)
        return std::unexpected(meters.error());
    std::ranges::sort(*meters, {}, &model::MeterConfig::meter);
    Table table{{"meter", "band", "does"}, {}};
    for (const auto &meter : *meters) {
        context.output.text += text::format(meter) + "\n\n";
        for (std::size_t i = 0; i < meter.bands.size(); i++)
            table.rows.push_back({meter.meter, i, band_cell(meter.bands[i], meter.flags)});
    }
    context.output.table = std::move(table);
    return {};
}

Result<> meter_stats(OpenFlowContext &context) {
    const auto which = which_meter(context);
    if (!which)
        return std::unexpected(which.error());
    auto meters =
        context.peer.list(wire::MeterStatsRequest{*which}, &wire::MeterStatsReply::meters);
    if (!meters)
        return std::unexpected(meters.error());
    std::ranges::sort(*meters, {}, &model::MeterStats::meter);
    Table table{{"meter", "band", "packets", "bytes", "flows", "duration"}, {}};
    for (const auto &meter : *meters) {
        context.output.text += text::format(meter) + "\n\n";
        table.rows.push_back({meter.meter, Cell("all", "null"), meter.counters.packets,
                              meter.counters.bytes, meter.flows,
                              text::format_duration(meter.duration)});
        for (std::size_t i = 0; i < meter.bands.size(); i++)
            table.rows.push_back({meter.meter, i, meter.bands[i].packets, meter.bands[i].bytes,
                                  Cell("", "null"), Cell("", "null")});
    }
    context.output.table = std::move(table);
    return {};
}

// The names at the bits that are set.
template <std::size_t N>
std::string names(std::uint32_t bits, const std::array<std::string_view, N> &of_bits) {
    std::vector<std::string_view> found;
    for (std::size_t bit = 0; bit < N; bit++)
        if (bits & 1U << bit && !of_bits[bit].empty())
            found.push_back(of_bits[bit]);
    return fmt::format("{}", fmt::join(found, " "));
}

Result<> meter_features(OpenFlowContext &context) {
    constexpr std::array<std::string_view, 3> k_bands{"", "drop", "dscp_remark"};
    constexpr std::array<std::string_view, 4> k_flags{"kbps", "pktps", "burst", "stats"};
    auto features = context.peer.ask_for<wire::MeterFeatures>(wire::MeterFeaturesRequest{});
    if (!features)
        return std::unexpected(features.error());
    context.output.print_table(
        Table{{"max_meters", "max_bands", "max_color", "bands", "capabilities"},
              {{features->max_meters, features->max_bands, features->max_color,
                names(features->band_types, k_bands), names(features->capabilities, k_flags)}}},
        Format::list);
    return {};
}

constexpr std::array k_verbs{
    Verb{"add-meter", "BRIDGE METER", "", "add a meter, or those of standard input for -",
         "add-meter br0 meter=1,kbps,burst,bands=type=drop,rate=10000,burst_size=1000\n"
         "add-meter br0 meter=2,pktps,stats,bands=type=dscp_remark,rate=500,prec_level=1",
         Access::writes, OpenFlowRun{add_meter}},
    Verb{"mod-meter", "BRIDGE METER", "", "give a meter other bands",
         "mod-meter br0 meter=1,pktps,bands=type=drop,rate=50", Access::writes,
         OpenFlowRun{mod_meter}},
    Verb{"del-meters", "BRIDGE [METER]", "", "delete a meter, or all, and the flows that use them",
         "del-meters br0 meter=1\ndel-meters br0", Access::writes, OpenFlowRun{del_meters}},
    Verb{"dump-meters", "BRIDGE [METER]", "", "print meters and their bands",
         "dump-meters br0\ndump-meters br0 meter=1 --format=json", Access::reads,
         OpenFlowRun{dump_meters}},
    Verb{"meter-stats", "BRIDGE [METER]", "", "print what meters and bands have counted",
         "meter-stats br0\nmeter-stats br0 meter=1 --format=table", Access::reads,
         OpenFlowRun{meter_stats}},
    Verb{"meter-features", "BRIDGE", "", "print which meters the bridge can have",
         "meter-features br0", Access::reads, OpenFlowRun{meter_features}},
};

} // namespace

std::span<const Verb> meter_verbs() {
    return k_verbs;
}

} // namespace bvs::ctl
