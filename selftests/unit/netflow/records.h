// SPDX-License-Identifier: Apache-2.0
//
// Flows to export, and a reader of what comes out of it, which knows nothing of how it was written.
#pragma once

#include "netflow/flow.h"
#include "netflow/writer.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace bvs::netflow {

using namespace std::chrono_literals;

inline std::string to_hex(ByteSpan bytes) {
    std::string hex;
    for (const auto byte : bytes)
        hex += fmt::format("{:02x}", byte);
    return hex;
}

inline std::string without_blanks(std::string_view hex) {
    std::string digits;
    for (const char c : hex)
        if (c != ' ' && c != '\n')
            digits += c;
    return digits;
}

// Reads numbers one after the other; a number that is not there fails the test.
class Cursor {
  public:
    explicit Cursor(ByteSpan bytes) : left_(bytes) {}

    std::uint64_t number(std::size_t size) {
        std::uint64_t number = 0;
        for (const auto byte : bytes(size))
            number = number << 8 | byte;
        return number;
    }
    std::string hex(std::size_t size) { return to_hex(bytes(size)); }
    ByteSpan bytes(std::size_t size) {
        if (size > left_.size()) {
            ADD_FAILURE() << size << " bytes expected, " << left_.size() << " left";
            left_ = {};
            return {};
        }
        const auto part = left_.first(size);
        left_ = left_.subspan(size);
        return part;
    }
    std::size_t left() const { return left_.size(); }

  private:
    ByteSpan left_;
};

// An instant in 2026, when the clock of flows' times showed a thousand seconds.
inline constexpr Moment k_moment{.now = 1000s, .wall = 1'792'000'000'250'000'000ns};
inline constexpr Time k_boot = 400s;

inline model::IpAddress address(std::string_view text) {
    return *model::parse_ip_address(text);
}

inline FlowRecord tcp_record() {
    FlowRecord record;
    record.key = {.in_port = 3,
                  .out_port = 5,
                  .in_ifindex = 13,
                  .out_ifindex = 15,
                  .observation_point = 77,
                  .source_mac = {2, 0, 0, 0, 0, 1},
                  .destination_mac = {2, 0, 0, 0, 0, 2},
                  .ethertype = k_ethertype_ipv4,
                  .source = address("10.0.0.1"),
                  .destination = address("10.0.0.2"),
                  .protocol = k_protocol_tcp,
                  .tos = 0xb9,
                  .source_port = 40000,
                  .destination_port = 443};
    record.traffic = {.packets = 10,
                      .octets = 1640,
                      .ip_octets = 1500,
                      .first = 990s,
                      .last = 999s,
                      .tcp_flags = 0x1b};
    record.started = 900s;
    record.end = FlowEnd::detected;
    return record;
}

inline FlowRecord icmp_record() {
    auto record = tcp_record();
    record.key.protocol = k_protocol_icmp;
    record.key.source_port = record.key.destination_port = 0;
    record.key.icmp_type = 3;
    record.key.icmp_code = 4;
    record.traffic.tcp_flags = 0;
    return record;
}

inline FlowRecord udp6_record() {
    auto record = tcp_record();
    record.key.ethertype = k_ethertype_ipv6;
    record.key.source = address("2001:db8::1");
    record.key.destination = address("2001:db8::2");
    record.key.label = 0x12345;
    record.key.protocol = k_protocol_udp;
    record.traffic.tcp_flags = 0;
    return record;
}

inline FlowRecord arp_record() {
    FlowRecord record = tcp_record();
    record.key.ethertype = 0x0806;
    record.key.source = record.key.destination = {};
    record.key.protocol = record.key.tos = 0;
    record.key.source_port = record.key.destination_port = 0;
    record.traffic.tcp_flags = 0;
    record.traffic.ip_octets = 0;
    return record;
}

} // namespace bvs::netflow
