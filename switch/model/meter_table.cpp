// SPDX-License-Identifier: Apache-2.0
#include "switch/model/meter_table.h"

#include <fmt/format.h>
#include <ranges>

namespace bvs::model {

namespace {

bool may_be_meter(std::uint32_t meter) {
    return (meter && meter <= k_max_meter) || meter == k_slowpath_meter ||
           meter == k_controller_meter;
}

Answer<> check(const MeterConfig &config) {
    if (config.flags.kbps == config.flags.packets)
        return refuse(Refusal::meter_bad_flags,
                      "a meter's rates are either in kilobits or in packets a second");
    if (config.bands.size() > k_most_bands)
        return refuse(Refusal::meter_out_of_bands,
                      fmt::format("a meter of {} bands is too large; the most is {}",
                                  config.bands.size(), k_most_bands));
    for (const auto &band : config.bands) {
        if (band.type != BandType::drop && band.type != BandType::dscp_remark)
            return refuse(Refusal::meter_bad_band,
                          fmt::format("there is no band of type {}", static_cast<int>(band.type)));
        if (!band.rate)
            return refuse(Refusal::meter_bad_rate, "a band's rate cannot be 0");
        if (band.type == BandType::dscp_remark && band.precedence > k_most_precedence)
            return refuse(Refusal::meter_bad_band_value,
                          fmt::format("DSCP has {} levels of drop precedence, not {}",
                                      k_most_precedence, band.precedence));
    }
    return {};
}

} // namespace

Answer<MeterChanges> MeterTable::plan(const MeterMod &mod, std::chrono::nanoseconds now) const {
    if (mod.command == MeterCommand::remove)
        return plan_remove(mod.config.meter);
    if (mod.command > MeterCommand::remove)
        return refuse(Refusal::meter_bad_command, "there is no such command for meters");
    const auto number = mod.config.meter;
    if (!may_be_meter(number))
        return refuse(Refusal::meter_invalid,
                      fmt::format("{:#x} cannot be a meter's number", number));
    const auto before = find(number);
    if (before && mod.command == MeterCommand::add)
        return refuse(Refusal::meter_exists, fmt::format("meter {} is there already", number));
    if (!before && mod.command == MeterCommand::modify)
        return refuse(Refusal::meter_unknown, fmt::format("there is no meter {}", number));
    if (!before && meters_.size() >= most_)
        return refuse(Refusal::meter_out_of_meters,
                      fmt::format("there are {} meters; the most is {}", meters_.size(), most_));
    if (auto answer = check(mod.config); !answer)
        return std::unexpected(answer.error());
    return MeterChanges{
        {number, before,
         std::make_shared<const Meter>(Meter{mod.config, before ? before->created : now})}};
}

Answer<MeterChanges> MeterTable::plan_remove(std::uint32_t meter) const {
    MeterChanges changes;
    if (meter == k_all_meters) {
        for (const auto &[number, value] : meters_)
            changes.push_back({.meter = number, .before = value});
    } else if (!may_be_meter(meter)) {
        return refuse(Refusal::meter_invalid,
                      fmt::format("{:#x} cannot be a meter's number", meter));
    } else if (const auto before = find(meter)) {
        changes.push_back({.meter = meter, .before = before});
    }
    return changes;
}

void MeterTable::apply(const MeterChanges &changes) {
    for (const auto &change : changes)
        put(change.meter, change.after);
}

void MeterTable::undo(const MeterChanges &changes) {
    for (const auto &change : changes | std::views::reverse)
        put(change.meter, change.before);
}

void MeterTable::put(std::uint32_t meter, const MeterPtr &value) {
    if (value)
        meters_[meter] = value;
    else
        meters_.erase(meter);
}

MeterPtr MeterTable::find(std::uint32_t meter) const {
    const auto found = meters_.find(meter);
    return found == meters_.end() ? nullptr : found->second;
}

} // namespace bvs::model
