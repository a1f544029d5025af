// SPDX-License-Identifier: Apache-2.0
//
// What one CPU spends on a forwarded small packet: frames of 60 bytes are made by the kernel (XDP
// live frames), received by a port of the switch without any sender's cost, and counted and dropped
// where they arrive. Making and dropping them costs the same whatever lies between.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>

namespace bvs::bench {

struct ForwardOptions {
    std::string port_netns; // where the frames are received: a port of the switch, on a veth
    std::string port;
    std::string sink_netns; // where they arrive
    std::string sink;
    std::string pin_dir;           // of a bpffs, for the time of the run
    bool new_flows = false;        // each frame is the first of its flow
    std::uint32_t packets = 20000; // a burst
    std::uint32_t bursts = 15;
};

// JSON: ns_per_packet, the median of the bursts by the packets that arrived, their number, and the
// share lost.
Result<std::string> forward(const ForwardOptions &options);

} // namespace bvs::bench
