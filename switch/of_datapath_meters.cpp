// SPDX-License-Identifier: Apache-2.0
//
// The meters of OfDatapath. A meter keeps its place, so nobody who names it is written anew.
#include "switch/compile/meter.h"
#include "switch/of_datapath.h"
#include "switch/of_record.h"

namespace bvs::daemon {

using model::Answer;
using model::Refusal;

Answer<> OfDatapath::write_meters(const MeterSums &sums) {
    for (const auto &[meter, sum] : sums) {
        const auto known = meters_.find(meter);
        if (!sum.after) {
            if (known != meters_.end())
                writer_.remove_meter(known->second);
            continue;
        }
        const auto record = record_of(*sum.after, bridge_);
        const maps::NewMeter fresh{.bands = compile::compile_meter(sum.after->config),
                                   .record = record};
        if (known != meters_.end()) {
            if (const auto changed = writer_.change_meter(known->second, fresh); !changed)
                return model::refuse(Refusal::meter_out_of_meters, changed.error().message);
            continue;
        }
        const auto place = writer_.add_meter(fresh);
        if (!place)
            return model::refuse(Refusal::meter_out_of_meters, place.error().message);
        new_meters_[meter] = *place;
    }
    return {};
}

void OfDatapath::settle_meters(const MeterSums &sums) {
    for (const auto &[meter, sum] : sums)
        if (!sum.after)
            meters_.erase(meter);
    meters_.merge(new_meters_);
    new_meters_.clear();
    const auto controller = meters_.find(model::k_controller_meter);
    maps_.pipelines.at(bridge_).controller_meter =
        controller == meters_.end() ? 0 : controller->second;
}

void OfDatapath::adopt_meters(const OfTables &tables, std::vector<std::uint32_t> &strangers) {
    writer_.for_each_meter([&](std::uint32_t place) {
        if (writer_.bridge_of_meter(place) != bridge_)
            return;
        const auto recorded = recorded_meter(writer_.meter_record(place));
        const auto changes = recorded ? tables.meters.plan(recorded->mod, recorded->about.created)
                                      : std::unexpected(model::OpenFlowError());
        if (!changes) {
            strangers.push_back(place);
            return;
        }
        tables.meters.apply(*changes);
        meters_[recorded->mod.config.meter] = place;
    });
}

maps::MeterCounters OfDatapath::meter_counters(std::uint32_t meter) const {
    const auto place = meters_.find(meter);
    return place == meters_.end() ? maps::MeterCounters() : writer_.meter_counters(place->second);
}

} // namespace bvs::daemon
