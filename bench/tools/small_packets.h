// SPDX-License-Identifier: Apache-2.0
//
// UDP datagrams of 18 bytes, 64 bytes on a wire, as fast as one CPU sends them; what counts is how
// many arrive.
#pragma once

#include "base/result.h"

#include <string>

namespace bvs::bench {

struct SmallPacketsOptions {
    std::string from; // network namespace of the sender, on CPU 0
    std::string to;   // of the receiver, on CPU 1
    std::string address;
    double seconds = 1;
};

// JSON: sent_per_second, received_per_second.
Result<std::string> small_packets(const SmallPacketsOptions &options);

} // namespace bvs::bench
