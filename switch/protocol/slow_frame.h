// SPDX-License-Identifier: Apache-2.0
//
// Frames of the Link Aggregation Control Protocol and of its marker protocol: bytes to values and
// back. IEEE 802.1AX-2014, 6.4.2 (LACPDU), 6.5.3 (marker) and annex A (slow protocols).
//
// A frame that is none of them is an error that says what is wrong. A version above 1 is read as 1,
// as 6.4.2.3 asks of those who know no more; bytes behind the last known one are not looked at.
#pragma once

#include "base/result.h"
#include "switch/protocol/bytes.h"

#include <variant>

namespace bvs::protocol {

inline constexpr std::uint16_t k_slow_protocols = 0x8809; // their EtherType
inline constexpr model::Mac k_slow_group = {0x01, 0x80, 0xc2, 0x00, 0x00, 0x02};

// Bits of LacpParty::state, in the order of the wire.
namespace lacp_state {
inline constexpr std::uint8_t activity = 1, timeout = 2, aggregation = 4, synchronized = 8,
                              collecting = 16, distributing = 32, defaulted = 64, expired = 128;
} // namespace lacp_state

// What one end of a link says of itself, or believes of the other.
struct LacpParty {
    std::uint16_t system_priority = 0; // of all priorities, the lower number is the better one
    model::Mac system{};
    std::uint16_t key = 0;
    std::uint16_t port_priority = 0;
    std::uint16_t port = 0;
    std::uint8_t state = 0;

    bool operator==(const LacpParty &) const = default;
};

struct LacpPdu {
    LacpParty actor; // the sender
    LacpParty partner;
    std::uint16_t collector_max_delay = 0; // tens of microseconds

    bool operator==(const LacpPdu &) const = default;
};

struct Marker {
    bool response = false;
    std::uint16_t port = 0; // of the requester, as are the others
    model::Mac system{};
    std::uint32_t transaction = 0;

    bool operator==(const Marker &) const = default;
};

using SlowPdu = std::variant<LacpPdu, Marker>;

Result<SlowPdu> decode_slow_frame(ByteSpan frame);
Bytes encode_slow_frame(const model::Mac &source, const SlowPdu &pdu);

} // namespace bvs::protocol
