// SPDX-License-Identifier: Apache-2.0
//
// sFlow version 5 (sflow.org/sflow_version_5.txt): sampled packets with the first bytes of their
// frames and what the switch knows of their VLANs, and counters of interfaces.
//
// - A data source is an interface, by its ifIndex (below 2^24). The samples of each have a sequence
//   of their own, its counters another, datagrams a third; all count from 1.
// - The uptime is milliseconds since `boot`, in 32 bits.
// - Lengths of frames are given without FCS and sent with it, as the standard asks.
// - What a device does not count is all ones, as in model::PortStats.
//
// Samples in, datagrams out; nothing is kept back but the sequences. No clock, no I/O; one thread.
#pragma once

#include "netflow/flow.h"
#include "netflow/writer.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <variant>
#include <vector>

namespace bvs::netflow {

// Where a sampled packet went.
struct SampleOutput {
    enum class Kind : std::uint8_t { interface = 0, discarded = 1, several = 2 };
    Kind kind = Kind::interface;
    std::uint32_t number =
        0; // an ifIndex, 0 if not known; why (0: no reason); how many, 0: unknown
};

struct VlanAndPriority {
    std::uint32_t vlan = 0;
    std::uint32_t priority = 0;
};

struct PacketSample {
    std::uint32_t source = 0; // the interface whose packets are sampled
    std::uint32_t rate = 0;   // one of so many is taken
    std::uint32_t pool = 0;   // packets of which one could have been taken, ever
    std::uint32_t drops = 0;  // samples that were lost for want of room, ever
    std::uint32_t input = 0;  // ifIndex; 0: not known
    SampleOutput output;
    VlanAndPriority received;
    VlanAndPriority sent;
    std::uint32_t frame_length = 0;
    Bytes frame; // its first bytes, at most frame_length
};

enum class Duplex : std::uint8_t { unknown = 0, full = 1, half = 2 };

// A direction of an interface: RFC 2233's counters.
struct InterfaceTraffic {
    std::uint64_t octets = 0;
    std::uint32_t unicast = 0;
    std::uint32_t multicast = 0;
    std::uint32_t broadcast = 0;
    std::uint32_t discards = 0;
    std::uint32_t errors = 0;
};

// RFC 2358's dot3 counters.
struct EthernetCounters {
    std::uint32_t alignment_errors = 0;
    std::uint32_t fcs_errors = 0;
    std::uint32_t single_collisions = 0;
    std::uint32_t multiple_collisions = 0;
    std::uint32_t sqe_test_errors = 0;
    std::uint32_t deferred = 0;
    std::uint32_t late_collisions = 0;
    std::uint32_t excessive_collisions = 0;
    std::uint32_t transmit_errors = 0;
    std::uint32_t carrier_errors = 0;
    std::uint32_t too_long = 0;
    std::uint32_t receive_errors = 0;
    std::uint32_t symbol_errors = 0;
};

struct CounterSample {
    std::uint32_t ifindex = 0;
    std::uint64_t speed = 0; // bits a second
    Duplex duplex = Duplex::unknown;
    bool admin_up = false;
    bool link_up = false;
    bool promiscuous = false;
    InterfaceTraffic in;
    std::uint32_t in_unknown_protocols = 0;
    InterfaceTraffic out;
    std::optional<EthernetCounters> ethernet;
};

using Sample = std::variant<PacketSample, CounterSample>;

struct SflowSettings {
    model::IpAddress agent;
    std::uint32_t sub_agent = 0;
    Time boot{};                    // when sampling began
    std::size_t header_bytes = 128; // of a frame, at most
    std::size_t most_bytes = 1400;  // of a datagram
};

class Sflow {
  public:
    explicit Sflow(const SflowSettings &settings) : settings_(settings) {}

    Datagrams encode(std::span<const Sample> samples, const Moment &moment);

  private:
    struct Sequences {
        std::uint32_t packets = 0;
        std::uint32_t counters = 0;
    };

    void write(Writer &writer, const PacketSample &sample);
    void write(Writer &writer, const CounterSample &sample);
    Bytes datagram(std::uint32_t count, ByteSpan samples, const Moment &moment);

    SflowSettings settings_;
    std::map<std::uint32_t, Sequences> sources_; // by ifIndex
    std::uint32_t sequence_ = 0;
};

} // namespace bvs::netflow
