// SPDX-License-Identifier: Apache-2.0
//
// NetFlow v9 (RFC 3954). One template for IPv4 and one for IPv6, with MAC addresses, VLAN, type of
// service and TCP flags; other flows are left out.
//
// - Interfaces are OpenFlow ports and octets are those of frames, as in v5, so that both give the
//   same numbers; times are uptimes in milliseconds since `boot`, in 32 bits.
// - The sequence counts messages, from 0 since the encoder was made.
// - When packets are sampled, an options record says so (scope: the system).
//
// Records in, datagrams out; templates: templated.h. No clock, no I/O; one thread.
#pragma once

#include "netflow/templated.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace bvs::netflow {

struct Netflow9Settings {
    std::uint32_t source_id = 0;
    Time boot{};                // when exporting began
    std::uint32_t sampling = 1; // one of so many packets is counted
    TemplateRefresh refresh{.messages = 20};
    std::size_t most_bytes = k_most_bytes;
};

class Netflow9 {
  public:
    explicit Netflow9(const Netflow9Settings &settings);

    Datagrams encode(std::span<const FlowRecord> records, const Moment &moment);

  private:
    void add_sampling(Time now);

    Netflow9Settings settings_;
    Templated templated_;
    std::uint32_t sequence_ = 0;
};

} // namespace bvs::netflow
