// SPDX-License-Identifier: Apache-2.0
//
// NetFlow v5, as Open vSwitch sends it: ports are OpenFlow's, tos is the DSCP alone, next hop,
// masks and AS numbers are 0. Only IPv4 flows can be said; others are left out.
//
// - Uptimes are milliseconds since `boot`, in 32 bits, and so wrap after 49.7 days.
// - The header's flow sequence is, as Open vSwitch has it, the number of the datagram's last
// record,
//   counted from 0 since the encoder was made. (Cisco means that of the first one.)
// - Counters have 32 bits. A record with more becomes several, among which packets and bytes are
//   divided evenly, so that nothing is lost and the mean packet keeps its size.
//
// Records in, datagrams out; nothing is kept back but the sequence. No clock, no I/O; one thread.
#pragma once

#include "netflow/flow.h"
#include "netflow/writer.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace bvs::netflow {

struct Netflow5Settings {
    std::uint8_t engine_type = 0;
    std::uint8_t engine_id = 0;
    // The highest seven bits of a port are replaced by the lowest seven of the engine's id.
    bool add_id_to_interface = false;
    Time boot{}; // when exporting began
    std::size_t most_bytes = k_most_bytes;
};

class Netflow5 {
  public:
    explicit Netflow5(const Netflow5Settings &settings) : settings_(settings) {}

    Datagrams encode(std::span<const FlowRecord> records, const Moment &moment);

    std::uint32_t sent() const { return sent_; } // records so far

  private:
    std::uint32_t uptime(Time time) const {
        return static_cast<std::uint32_t>((time - settings_.boot).count());
    }
    std::uint32_t interface_of(std::uint32_t port) const;
    void write_header(Writer &writer, std::size_t count, const Moment &moment);
    void write_record(Writer &writer, const FlowRecord &record) const;

    Netflow5Settings settings_;
    std::uint32_t sent_ = 0;
};

} // namespace bvs::netflow
