// SPDX-License-Identifier: Apache-2.0
#include "maps/meters.h"

#include "maps/store.h"

#include <utility>

namespace bvs::maps {

namespace {

constexpr std::uint64_t k_forever = ~0ULL;

} // namespace

Result<std::uint32_t> Meters::add(std::uint16_t bridge, std::uint64_t generation,
                                  const NewMeter &meter) {
    const auto place = places_.take();
    if (!place)
        return place;
    const auto record = records_.put(meter.record);
    if (!record) {
        places_.give_back(*place);
        return record;
    }
    auto &made = meters_[*place];
    made = {};
    made.bands[0] = meter.bands;
    made.record = *record;
    made.added = generation;
    made.removed = k_forever;
    store<__u32>(made.bridge, bridge);
    added_.push_back(*place);
    return place;
}

Result<> Meters::change(std::uint32_t place, const NewMeter &meter) {
    const auto record = records_.put(meter.record);
    if (!record)
        return std::unexpected(record.error());
    changed_.push_back({.place = place, .record = *record, .bands = meter.bands});
    return {};
}

void Meters::remove(std::uint32_t place, std::uint64_t generation) {
    store<__u64>(meters_[place].removed, generation);
    removed_.push_back(place);
}

void Meters::commit() {
    for (const auto &change : std::exchange(changed_, {})) {
        auto &meter = meters_[change.place];
        const auto other = meter.live ^ 1U;
        meter.bands[other & 1U] = change.bands;
        store<__u32>(meter.live, other);
        records_.give_back(std::exchange(meter.record, change.record));
    }
    leaving_.insert(leaving_.end(), removed_.begin(), removed_.end());
    removed_.clear();
    added_.clear();
}

void Meters::abort() {
    for (const auto place : std::exchange(removed_, {}))
        store<__u64>(meters_[place].removed, k_forever);
    for (const auto &change : std::exchange(changed_, {}))
        records_.give_back(change.record);
    for (const auto place : std::exchange(added_, {}))
        free(place);
}

void Meters::reclaim() {
    for (const auto place : std::exchange(leaving_, {}))
        free(place);
}

void Meters::free(std::uint32_t place) {
    auto &meter = meters_[place];
    store<__u32>(meter.bridge, 0);
    records_.give_back(meter.record);
    meter = {};
    places_.give_back(place);
}

MeterCounters Meters::counters(std::uint32_t place) const {
    auto &meter = meters_[place];
    MeterCounters found = {.meter = {load(meter.packets), load(meter.bytes)}, .bands = {}};
    auto &bands = meter.bands[meter.live & 1U];
    for (std::uint32_t i = 0; i < bands.bands; ++i)
        found.bands.push_back({load(bands.band[i].packets), load(bands.band[i].bytes)});
    return found;
}

void Meters::adopt(const Array<bvs_pipeline> &pipelines, std::set<std::uint32_t> &records) {
    for (std::uint32_t place = 1; place < meters_.size(); ++place) {
        auto &meter = meters_[place];
        const auto now = pipelines.at(meter.bridge).generation;
        if (!meter.bridge || meter.added > now) {
            meter = {};
            continue;
        }
        if (meter.removed <= now)
            leaving_.push_back(place);
        else
            meter.removed = k_forever;
        if (meter.record)
            records.insert(meter.record);
    }
    places_.adopt([this](std::uint32_t place) { return meters_[place].bridge != 0; });
}

} // namespace bvs::maps
