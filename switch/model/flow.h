// SPDX-License-Identifier: Apache-2.0
//
// Flow entries, and what can be asked of the tables that hold them: OpenFlow 1.5.1, 7.3.4.2 and
// 7.3.5.2. Times are seconds where OpenFlow counts in seconds.
#pragma once

#include "switch/model/action.h"
#include "switch/model/match.h"

#include <chrono>
#include <cstdint>
#include <vector>

namespace bvs::model {

inline constexpr std::uint8_t k_all_tables = 255;
inline constexpr std::uint8_t k_tables = 254; // 0 to 253; 254 is kept for hidden rules
inline constexpr std::uint32_t k_any_group = 0xffffffff;
inline constexpr std::uint32_t k_no_buffer = 0xffffffff;

enum class FlowCommand : std::uint8_t { add, modify, modify_strict, remove, remove_strict };

// OFPFF_*; the numbers are OpenFlow's.
struct FlowFlags {
    bool send_removed = false;  // 1 << 0
    bool check_overlap = false; // 1 << 1, of the request only
    bool reset_counts = false;  // 1 << 2, of the request only
    bool no_packets = false;    // 1 << 3
    bool no_bytes = false;      // 1 << 4

    bool operator==(const FlowFlags &) const = default;
};

struct FlowMod {
    FlowCommand command = FlowCommand::add;
    std::uint8_t table = 0; // k_all_tables: of add, the switch chooses; of remove, all
    std::uint16_t priority = 0x8000;
    Match match;
    Instructions instructions;
    std::uint64_t cookie = 0; // add: the new one; else the one to look for, with cookie_mask
    std::uint64_t cookie_mask = 0;
    // OpenFlow 1.0 and NXM: what a modified flow's cookie becomes; nothing: it stays.
    std::optional<std::uint64_t> new_cookie;
    std::uint16_t idle_timeout = 0;
    std::uint16_t hard_timeout = 0;
    FlowFlags flags;
    std::uint16_t importance = 0;
    std::uint32_t buffer = k_no_buffer;
    std::uint32_t out_port = port::any; // remove: only flows that output there
    std::uint32_t out_group = k_any_group;
    // OpenFlow 1.0 and 1.1: modify adds where nothing was there to be modified.
    bool modify_adds = false;
    // OpenFlow 1.0: an action for a header that the match does not promise is no error.
    bool lenient_actions = false;

    bool operator==(const FlowMod &) const = default;
};

struct FlowFilter {
    std::uint8_t table = k_all_tables;
    Match match;
    std::uint64_t cookie = 0;
    std::uint64_t cookie_mask = 0;
    std::uint32_t out_port = port::any;
    std::uint32_t out_group = k_any_group;

    bool operator==(const FlowFilter &) const = default;
};

struct FlowCounters {
    std::uint64_t packets = 0;
    std::uint64_t bytes = 0;

    bool operator==(const FlowCounters &) const = default;
};

// A flow as it is told to those who ask.
struct FlowStats {
    std::uint8_t table = 0;
    std::uint16_t priority = 0;
    Match match;
    Instructions instructions;
    std::uint64_t cookie = 0;
    std::uint16_t idle_timeout = 0;
    std::uint16_t hard_timeout = 0;
    FlowFlags flags;
    std::uint16_t importance = 0;
    FlowCounters counters;
    std::chrono::nanoseconds duration{}; // since it was added
    std::chrono::seconds idle{};         // since a packet matched it
    std::chrono::seconds hard_age{};     // since it was added or modified

    bool operator==(const FlowStats &) const = default;
};

struct AggregateStats {
    FlowCounters counters;
    std::uint32_t flows = 0;

    bool operator==(const AggregateStats &) const = default;
};

// OFPRR_*; the numbers are OpenFlow's.
enum class RemovedReason : std::uint8_t {
    idle_timeout = 0,
    hard_timeout = 1,
    removed = 2,
    group_removed = 3,
    meter_removed = 4,
    evicted = 5,
};

struct FlowRemoved {
    RemovedReason reason = RemovedReason::removed;
    FlowStats flow;

    bool operator==(const FlowRemoved &) const = default;
};

struct TableStats {
    std::uint8_t table = 0;
    std::uint32_t active = 0;
    std::uint32_t max_entries = 0;
    std::uint64_t lookups = 0;
    std::uint64_t matched = 0;

    bool operator==(const TableStats &) const = default;
};

// What a table does beyond its flows: OFPMP_TABLE_DESC, OFPT_TABLE_MOD.
struct TableConfig {
    std::uint8_t table = 0;
    bool eviction = false;
    bool vacancy_events = false;
    std::uint8_t vacancy_down = 0;
    std::uint8_t vacancy_up = 0;

    bool operator==(const TableConfig &) const = default;
};

} // namespace bvs::model
