// SPDX-License-Identifier: Apache-2.0
//
// A flow, a group, a meter or a TLV table as it lies in the datapath's records, from which a
// restarted daemon takes it over, be it another version: what is known about it, and OpenFlow 1.5's
// message that would make it. Pure.
#pragma once

#include "switch/model/flow_store.h"
#include "switch/model/group_table.h"
#include "switch/model/meter_table.h"
#include "switch/model/tlv_table.h"
#include "switch/of_hidden.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace bvs::daemon {

struct About {
    std::chrono::nanoseconds created{}; // by CLOCK_MONOTONIC
    std::uint32_t bridge = 0;           // its number in the datapath
    std::uint32_t priority = 0;         // of a hidden rule; 0 of all others
};

std::vector<std::uint8_t> record_of(const model::Flow &flow, std::uint32_t bridge);
std::vector<std::uint8_t> record_of(const model::Group &group, std::uint32_t bridge);
std::vector<std::uint8_t> record_of(const model::Meter &meter, std::uint32_t bridge);
std::vector<std::uint8_t> record_of(const model::TlvTable &table, std::uint32_t bridge);
std::vector<std::uint8_t> record_of(const HiddenFlow &flow, const About &about);

struct RecordedFlow {
    About about;
    model::FlowMod mod;
};
struct RecordedGroup {
    About about;
    model::GroupMod mod;
};
struct RecordedMeter {
    About about;
    model::MeterMod mod;
};
struct RecordedTlvTable {
    About about;
    model::TlvMod mod;
};
std::optional<About> recorded_about(std::span<const std::uint8_t> record);
// Nothing: it is damaged, or of a build with other ideas.
std::optional<RecordedFlow> recorded_flow(std::span<const std::uint8_t> record);
std::optional<RecordedGroup> recorded_group(std::span<const std::uint8_t> record);
std::optional<RecordedMeter> recorded_meter(std::span<const std::uint8_t> record);
std::optional<RecordedTlvTable> recorded_tlv_table(std::span<const std::uint8_t> record);

} // namespace bvs::daemon
