// SPDX-License-Identifier: Apache-2.0
//
// A flow, a group or a meter as it lies in the datapath's records, from which a restarted daemon
// takes it over: two times (CLOCK_MONOTONIC), and OpenFlow 1.5's message that would make it. Pure.
#pragma once

#include "switch/model/flow_store.h"
#include "switch/model/group_table.h"
#include "switch/model/meter_table.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace bvs::daemon {

std::vector<std::uint8_t> record_of(const model::Flow &flow);
std::vector<std::uint8_t> record_of(const model::Group &group);
std::vector<std::uint8_t> record_of(const model::Meter &meter);

struct RecordedFlow {
    model::FlowMod mod;
    std::chrono::nanoseconds created{};
};
struct RecordedGroup {
    model::GroupMod mod;
    std::chrono::nanoseconds created{};
};
struct RecordedMeter {
    model::MeterMod mod;
    std::chrono::nanoseconds created{};
};
// Nothing: it is damaged, or of a build with other ideas.
std::optional<RecordedFlow> recorded_flow(std::span<const std::uint8_t> record);
std::optional<RecordedGroup> recorded_group(std::span<const std::uint8_t> record);
std::optional<RecordedMeter> recorded_meter(std::span<const std::uint8_t> record);

} // namespace bvs::daemon
