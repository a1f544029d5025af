// SPDX-License-Identifier: Apache-2.0
//
// A frame that looks as a match says: for traces of flows that somebody describes. What the match
// leaves open is zero, but for what a frame cannot do without: a TTL is 64, checksums and lengths
// are right, TCP and UDP and ICMP have whole headers. Of fields with a mask the value counts.
#pragma once

#include "base/result.h"
#include "switch/model/match.h"
#include "switch/model/packet.h"

#include <span>

namespace bvs::model {

// An error names what no frame can have, as a register.
Result<Bytes> compose(const Match &match);

// RFC 1071, over what is there and the sum so far.
std::uint16_t internet_checksum(std::span<const std::uint8_t> bytes, std::uint32_t sum = 0);

} // namespace bvs::model
