// SPDX-License-Identifier: Apache-2.0
#include "switch/protocol/group_query.h"

#include "switch/model/frame.h"

namespace bvs::protocol {

namespace {

constexpr std::uint8_t k_igmp = 2, k_igmp_query = 0x11, k_icmpv6 = 58, k_mld_query = 130;
constexpr std::uint8_t k_internetwork_control = 0xc0, k_ttl = 1;
constexpr std::uint32_t k_all_hosts = 0xe0000001;                   // 224.0.0.1
constexpr bvs_address k_all_nodes = {0xff02'0000'0000'0000ULL, 1U}; // ff02::1
constexpr std::uint32_t k_v4_router_alert = 0x94040000;             // RFC 2113
constexpr unsigned k_tenth_of_second = 100;

// From half of the range on a code is a floating point number (RFC 3376, 4.1.1; RFC 3810, 5.1.3).
std::uint32_t pack(std::int64_t value, unsigned mantissa_bits) {
    constexpr unsigned k_most_exponent = 7;
    const std::int64_t one = std::int64_t{1} << mantissa_bits;
    if (value < one << 3)
        return static_cast<std::uint32_t>(value);
    unsigned exponent = 0;
    while (value >> (exponent + 3) >= 2 * one && exponent < k_most_exponent)
        exponent++;
    const auto mantissa = std::min(value >> (exponent + 3), 2 * one - 1) - one;
    return static_cast<std::uint32_t>(one << 3 | std::int64_t{exponent} << mantissa_bits |
                                      mantissa);
}

// What follows the group in both protocols: robustness, the interval, and no sources.
void write_end(Writer &writer, const GroupQuery &query) {
    const auto interval = pack(query.interval.count(), 4);
    writer.u8(query.robustness & 7).u8(static_cast<std::uint8_t>(interval)).u16(0);
}

Bytes igmp_message(const GroupQuery &query, std::uint16_t checksum) {
    const auto max_response = pack(query.max_response.count() / k_tenth_of_second, 4);
    Writer writer;
    writer.u8(k_igmp_query).u8(static_cast<std::uint8_t>(max_response)).u16(checksum).u32(0);
    write_end(writer, query);
    return writer.take();
}

Bytes mld_message(const GroupQuery &query, std::uint16_t checksum) {
    const auto max_response = pack(query.max_response.count(), 12);
    Writer writer;
    writer.u8(k_mld_query).u8(0).u16(checksum);
    writer.u16(static_cast<std::uint16_t>(max_response)).u16(0).zeros(16);
    write_end(writer, query);
    return writer.take();
}

Bytes ipv4_header(const GroupQuery &query, std::size_t payload, std::uint16_t checksum) {
    constexpr std::size_t k_words = 6;
    Writer writer;
    writer.u8(0x40 | k_words).u8(k_internetwork_control);
    writer.u16(static_cast<std::uint16_t>(k_words * 4 + payload)).u16(0).u16(0x4000);
    writer.u8(k_ttl).u8(k_igmp).u16(checksum);
    writer.u32(static_cast<std::uint32_t>(query.source.bits().low)).u32(k_all_hosts);
    return writer.u32(k_v4_router_alert).take();
}

Bytes ipv4_packet(const GroupQuery &query) {
    const auto message = igmp_message(query, model::internet_checksum(igmp_message(query, 0)));
    const auto size = message.size();
    const auto checksum = model::internet_checksum(ipv4_header(query, size, 0));
    return Writer().bytes(ipv4_header(query, size, checksum)).bytes(message).take();
}

Writer &write_ends(Writer &writer, const GroupQuery &query) {
    const auto source = query.source.bits();
    writer.u64(source.high).u64(source.low);
    return writer.u64(k_all_nodes.high).u64(k_all_nodes.low);
}

Bytes ipv6_packet(const GroupQuery &query) {
    auto message = mld_message(query, 0);
    Writer pseudo;
    write_ends(pseudo, query).u32(static_cast<std::uint32_t>(message.size())).u32(k_icmpv6);
    message = mld_message(query, model::internet_checksum(pseudo.bytes(message).take()));
    Writer writer;
    writer.u32(0x60000000).u16(static_cast<std::uint16_t>(8 + message.size())).u8(0).u8(k_ttl);
    // The hop-by-hop header: a router alert (RFC 2711) for MLD, and padding.
    write_ends(writer, query).u8(k_icmpv6).u8(0).u32(0x05020000).u16(0x0100);
    return writer.bytes(message).take();
}

} // namespace

Bytes encode_general_query(const GroupQuery &query) {
    const bool v4 = query.source.is_v4();
    Writer writer;
    writer.mac(v4 ? model::Mac{1, 0, 0x5e, 0, 0, 1} : model::Mac{0x33, 0x33, 0, 0, 0, 1});
    writer.mac(query.mac);
    if (query.vlan)
        writer.u16(0x8100).u16(query.vlan);
    writer.u16(v4 ? 0x0800 : 0x86dd).bytes(v4 ? ipv4_packet(query) : ipv6_packet(query));
    return writer.fill().take();
}

} // namespace bvs::protocol
