// SPDX-License-Identifier: Apache-2.0
//
// IPv4 and UDP from 10.99.0.1 to 10.99.0.2: with Ethernet's header 60 bytes, for switches that look
// that deep.
#pragma once

#include "selftests/fixture/frame.h"

namespace bvs::bench {

inline fixture::Bytes datagram() {
    using fixture::big_endian;
    using fixture::operator+;
    return big_endian(0x4500002e'00004000, 8) + big_endian(0x401125f7, 4) +
           big_endian(0x0a630001'0a630002, 8) + big_endian(0x1f401f40'001a0000, 8) +
           fixture::Bytes(18);
}

} // namespace bvs::bench
