// SPDX-License-Identifier: Apache-2.0
//
// A port as OpenFlow describes it: OpenFlow 1.5.1, 7.2.1 and 7.3.5.3, and 1.0's and 1.3's features.
#pragma once

#include "switch/model/settings.h"

#include <chrono>
#include <cstdint>
#include <string>

namespace bvs::model {

// OFPPC_*; the numbers are OpenFlow's. 1.0 has more: no_stp (1 << 1), no_recv_stp, no_flood.
struct PortConfig {
    bool down = false;         // 1 << 0
    bool no_receive = false;   // 1 << 2
    bool no_flood = false;     // 1 << 4, 1.0 only
    bool no_forward = false;   // 1 << 5
    bool no_packet_in = false; // 1 << 6

    bool operator==(const PortConfig &) const = default;
};

struct PortState {
    bool link_down = false; // 1 << 0
    bool blocked = false;   // 1 << 1
    bool live = false;      // 1 << 2

    bool operator==(const PortState &) const = default;
};

struct PortDescription {
    std::uint32_t number = 0;
    Mac address{};
    std::string name;
    PortConfig config;
    PortState state;
    // Bits of enum ofp_port_features (OpenFlow 1.4 and older: ofp11_port_features).
    std::uint32_t current = 0;
    std::uint32_t advertised = 0;
    std::uint32_t supported = 0;
    std::uint32_t peer = 0;
    std::uint32_t speed_kbps = 0;
    std::uint32_t max_speed_kbps = 0;

    bool operator==(const PortDescription &) const = default;
};

enum class PortChange : std::uint8_t { added = 0, removed = 1, modified = 2 };

struct PortMod {
    std::uint32_t number = 0;
    Mac address{};
    PortConfig config;
    PortConfig mask; // which of them to change
    std::uint32_t advertise = 0;

    bool operator==(const PortMod &) const = default;
};

// All ones: not known.
struct PortStats {
    std::uint32_t number = 0;
    std::uint64_t rx_packets = 0, tx_packets = 0;
    std::uint64_t rx_bytes = 0, tx_bytes = 0;
    std::uint64_t rx_dropped = 0, tx_dropped = 0;
    std::uint64_t rx_errors = 0, tx_errors = 0;
    std::uint64_t rx_frame_errors = 0, rx_over_errors = 0, rx_crc_errors = 0;
    std::uint64_t collisions = 0;
    std::chrono::nanoseconds duration{};

    bool operator==(const PortStats &) const = default;
};

struct QueueStats {
    std::uint32_t port = 0;
    std::uint32_t queue = 0;
    std::uint64_t tx_packets = 0, tx_bytes = 0, tx_errors = 0;
    std::chrono::nanoseconds duration{};

    bool operator==(const QueueStats &) const = default;
};

} // namespace bvs::model
