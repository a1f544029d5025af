// SPDX-License-Identifier: Apache-2.0
//
// Meters: OpenFlow 1.5.1, 5.11 and 7.3.4.5. Rates are in kilobits, or packets, a second; bursts in
// kilobits or packets.
#pragma once

#include "switch/model/flow.h"

#include <chrono>
#include <cstdint>
#include <vector>

namespace bvs::model {

inline constexpr std::uint32_t k_max_meter = 0xffff0000;
inline constexpr std::uint32_t k_slowpath_meter = 0xfffffffd;
inline constexpr std::uint32_t k_controller_meter = 0xfffffffe;
inline constexpr std::uint32_t k_all_meters = 0xffffffff;

enum class MeterCommand : std::uint8_t { add, modify, remove };
enum class BandType : std::uint8_t { drop = 1, dscp_remark = 2 };

// OFPMF_*; the numbers are OpenFlow's.
struct MeterFlags {
    bool kbps = false;    // 1 << 0
    bool packets = false; // 1 << 1
    bool burst = false;   // 1 << 2
    bool stats = false;   // 1 << 3

    bool operator==(const MeterFlags &) const = default;
};

struct Band {
    BandType type = BandType::drop;
    std::uint32_t rate = 0;
    std::uint32_t burst = 0;
    std::uint8_t precedence = 0; // of dscp_remark

    bool operator==(const Band &) const = default;
};

struct MeterConfig {
    std::uint32_t meter = 0;
    MeterFlags flags;
    std::vector<Band> bands;

    bool operator==(const MeterConfig &) const = default;
};

struct MeterMod {
    MeterCommand command = MeterCommand::add;
    MeterConfig config;

    bool operator==(const MeterMod &) const = default;
};

struct MeterStats {
    std::uint32_t meter = 0;
    std::uint32_t flows = 0;
    FlowCounters counters;
    std::chrono::nanoseconds duration{};
    std::vector<FlowCounters> bands;

    bool operator==(const MeterStats &) const = default;
};

} // namespace bvs::model
