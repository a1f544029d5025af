// SPDX-License-Identifier: Apache-2.0
//
// Packets between the switch and its controllers: OpenFlow 1.5.1, 7.4.1 and 7.3.6.
#pragma once

#include "switch/model/action.h"
#include "switch/model/match.h"

#include <cstdint>
#include <vector>

namespace bvs::model {

using Bytes = std::vector<std::uint8_t>;

// OFPR_*; the numbers are OpenFlow 1.5's, where 1.0 to 1.3 know no_match, action and invalid_ttl.
enum class PacketInReason : std::uint8_t {
    no_match = 0,
    action = 1,
    invalid_ttl = 2,
    action_set = 3,
    group = 4,
    packet_out = 5,
};

struct PacketIn {
    PacketInReason reason = PacketInReason::no_match;
    std::uint8_t table = 0;
    std::uint64_t cookie = ~0ULL;
    std::uint32_t in_port = 0;
    Match metadata; // metadata, tunnel and registers that are not zero; in_port is not among them
    std::uint32_t buffer = 0xffffffff;
    std::uint16_t max_len = k_no_buffer_bytes; // how much of the packet was asked for
    std::uint16_t controller_id = 0;           // whom it is for
    std::uint32_t total_length = 0;
    Bytes packet;

    bool operator==(const PacketIn &) const = default;
};

struct PacketOut {
    std::uint32_t buffer = 0xffffffff;
    std::uint32_t in_port = port::controller;
    Match metadata; // OpenFlow 1.5: what the pipeline is to know besides in_port
    Actions actions;
    Bytes packet;

    bool operator==(const PacketOut &) const = default;
};

} // namespace bvs::model
