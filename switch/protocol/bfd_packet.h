// SPDX-License-Identifier: Apache-2.0
//
// Control packets of Bidirectional Forwarding Detection in frames of IPv4 and UDP: bytes to values
// and back. RFC 5880, 4.1 and 6.8.6 (what makes a packet invalid); RFC 5881 (ports, TTL).
//
// What cannot be a control packet of one hop, without authentication, is an error that says why.
#pragma once

#include "base/result.h"
#include "switch/protocol/bytes.h"

#include <string_view>

namespace bvs::protocol {

using Microseconds = std::chrono::microseconds;

enum class BfdState : std::uint8_t { admin_down, down, init, up };

enum class BfdDiagnostic : std::uint8_t {
    none,
    detection_expired,
    echo_failed,
    neighbor_down,
    plane_reset,
    path_down,
    concatenated_path_down,
    admin_down,
    reverse_concatenated_path_down,
};

struct BfdPacket {
    BfdDiagnostic diagnostic = BfdDiagnostic::none; // may be a number that has no name
    BfdState state = BfdState::down;
    bool poll = false;
    bool final = false;
    bool control_plane_independent = false;
    bool demand = false;
    std::uint8_t multiplier = 3;
    std::uint32_t my_discriminator = 0;
    std::uint32_t your_discriminator = 0;
    Microseconds desired_min_tx{0};
    Microseconds required_min_rx{0};
    Microseconds required_min_echo_rx{0};

    bool operator==(const BfdPacket &) const = default;
};

struct BfdFrame {
    model::Mac source{};
    model::Mac destination{};
    std::uint32_t source_ip = 0;
    std::uint32_t destination_ip = 0;
    std::uint16_t source_port = 0;
    BfdPacket packet;

    bool operator==(const BfdFrame &) const = default;
};

// A frame with at most two VLAN tags.
Result<BfdFrame> decode_bfd_frame(ByteSpan frame);
Bytes encode_bfd_frame(const BfdFrame &frame); // without tag

std::string_view to_string(BfdState state); // as bfd_status has it
std::string_view to_string(BfdDiagnostic diagnostic);

} // namespace bvs::protocol
