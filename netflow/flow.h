// SPDX-License-Identifier: Apache-2.0
//
// Flows as they are exported: what tells one from another, what was counted of it, and why a record
// of it leaves. Values only.
//
// - A record counts what no other record counts: the sums over all records of a flow are its
//   packets and bytes, exactly.
// - Times are milliseconds of one clock that never goes back (CLOCK_BOOTTIME, say); only an encoder
//   knows the time of day, by a Moment. So a step of the wall clock moves no timeout.
// - Octets are those of frames from the Ethernet header on, tags included and FCS not, which is
//   what Open vSwitch's NetFlow counts; ip_octets those from the IP header on, without padding,
//   0 of what is not IP (RFC 7012's octetDeltaCount).
#pragma once

#include "switch/model/ip_address.h"
#include "switch/model/settings.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace bvs::netflow {

using Time = std::chrono::milliseconds;

// One instant, by both clocks.
struct Moment {
    Time now{};                      // by the clock of all flows' times
    std::chrono::nanoseconds wall{}; // since 1970-01-01 00:00 UTC

    // The time of day at which the other clock showed `time`.
    Time wall_at(Time time) const {
        return std::chrono::floor<std::chrono::milliseconds>(wall) + (time - now);
    }
};

// Where a packet went that did not go to exactly one port, as Open vSwitch's NetFlow has it.
inline constexpr std::uint32_t k_out_flood = 0xffff;
inline constexpr std::uint32_t k_out_several = 0xfffe;
inline constexpr std::uint32_t k_out_dropped = 0xfffd;

inline constexpr std::uint16_t k_ethertype_ipv4 = 0x0800;
inline constexpr std::uint16_t k_ethertype_ipv6 = 0x86dd;

inline constexpr std::uint8_t k_protocol_icmp = 1;
inline constexpr std::uint8_t k_protocol_tcp = 6;
inline constexpr std::uint8_t k_protocol_udp = 17;
inline constexpr std::uint8_t k_protocol_icmpv6 = 58;
inline constexpr std::uint8_t k_protocol_sctp = 132;

enum class Direction : std::uint8_t { ingress = 0, egress = 1 }; // IANA's flowDirection

// The numbers are those of tunnelType in ovs-vswitchd.conf.db(5).
enum class TunnelType : std::uint8_t { none = 0, vxlan = 1, gre = 2, geneve = 7 };

// The headers around a packet that came out of a tunnel, or goes into one.
struct OuterHeaders {
    TunnelType type = TunnelType::none;
    std::uint64_t key = 0;
    model::IpAddress source;
    model::IpAddress destination;
    std::uint16_t source_port = 0; // 0 of GRE
    std::uint16_t destination_port = 0;

    bool operator==(const OuterHeaders &) const = default;
};

// What packets of one flow have in common. What a packet does not have is 0.
struct FlowKey {
    std::uint32_t in_port = 0;  // OpenFlow numbers
    std::uint32_t out_port = 0; // or one of k_out_...
    std::uint32_t in_ifindex = 0;
    std::uint32_t out_ifindex = 0;
    std::uint32_t observation_point = 0;
    Direction direction = Direction::ingress;
    model::Mac source_mac{};
    model::Mac destination_mac{};
    std::uint16_t ethertype = 0; // behind all tags
    bool tagged = false;
    std::uint16_t vlan = 0; // of the outer tag
    std::uint8_t priority = 0;
    model::IpAddress source;
    model::IpAddress destination;
    std::uint32_t label = 0; // IPv6's
    std::uint8_t protocol = 0;
    std::uint8_t tos = 0;          // or traffic class, ECN included
    std::uint16_t source_port = 0; // of TCP, UDP and SCTP
    std::uint16_t destination_port = 0;
    std::uint8_t icmp_type = 0;
    std::uint8_t icmp_code = 0;
    OuterHeaders tunnel;

    bool is_ipv4() const { return ethertype == k_ethertype_ipv4; }
    bool is_ipv6() const { return ethertype == k_ethertype_ipv6; }
    bool is_icmp() const {
        return (is_ipv4() && protocol == k_protocol_icmp) ||
               (is_ipv6() && protocol == k_protocol_icmpv6);
    }
    // Type and code where NetFlow has the destination port.
    std::uint16_t destination_port_or_icmp() const {
        return is_icmp() ? static_cast<std::uint16_t>(icmp_type << 8 | icmp_code)
                         : destination_port;
    }

    bool operator==(const FlowKey &) const = default;
};

// Different for every seed, so that nobody can send flows that all have the same.
std::size_t hash_of(const FlowKey &key, std::uint64_t seed);

inline constexpr std::uint16_t k_tcp_fin = 0x01;
inline constexpr std::uint16_t k_tcp_rst = 0x04;

// Some packets of a flow: one, or what the datapath counted since it was asked last.
struct Traffic {
    std::uint64_t packets = 0;
    std::uint64_t octets = 0;
    std::uint64_t ip_octets = 0;
    Time first{}; // and last: when they were seen
    Time last{};
    std::uint16_t tcp_flags = 0; // of all of them

    bool operator==(const Traffic &) const = default;

    Traffic &operator+=(const Traffic &more) {
        first = packets ? std::min(first, more.first) : more.first;
        last = packets ? std::max(last, more.last) : more.last;
        packets += more.packets;
        octets += more.octets;
        ip_octets += more.ip_octets;
        tcp_flags |= more.tcp_flags;
        return *this;
    }
};

// Why a record leaves; the numbers are IANA's flowEndReason (RFC 5102, 5.11.3).
enum class FlowEnd : std::uint8_t {
    idle = 1,
    active = 2, // goes on
    detected = 3,
    forced = 4,
    no_room = 5,
};

struct FlowRecord {
    FlowKey key;
    Traffic traffic;
    Time started{}; // the flow; traffic.first may be later, if records of it left before
    FlowEnd end = FlowEnd::active;

    bool operator==(const FlowRecord &) const = default;
};
using FlowRecords = std::vector<FlowRecord>;

} // namespace bvs::netflow
