// SPDX-License-Identifier: Apache-2.0
#include "switch/protocol/group_message.h"

#include "switch/model/frame.h"

#include <string_view>

namespace bvs::protocol {

namespace {

using model::IpAddress;
using std::unexpected;

constexpr std::uint8_t k_igmp = 2, k_icmpv6 = 58, k_pim = 103;
constexpr std::uint8_t k_query = 0x11, k_report_v1 = 0x12, k_report_v2 = 0x16, k_leave = 0x17,
                       k_report_v3 = 0x22;
constexpr std::uint8_t k_mld_query = 130, k_mld_report = 131, k_mld_done = 132,
                       k_mld_report_v2 = 143;
constexpr std::uint8_t k_include = 1, k_exclude = 2, k_to_include = 3, k_to_exclude = 4,
                       k_allow = 5;
constexpr unsigned k_tenth_of_second = 100;

// The payload of IP with what its header said.
struct Packet {
    bool v4 = true;
    std::uint8_t protocol = 0;
    std::uint8_t ttl = 0;
    bool router_alert = false;
    IpAddress source;
    std::uint32_t pseudo_header = 0; // its part of the checksum
    ByteSpan payload;
};

bool is_group(const IpAddress &address) {
    return address.is_multicast() && (!address.is_v4() || address.bits().low >> 28 == 0xffffe);
}

IpAddress read_address(Reader &reader, bool v4) {
    if (v4)
        return IpAddress::v4(reader.u32());
    const auto high = reader.u64();
    return IpAddress({.high = high, .low = reader.u64()});
}

// Options of IPv4, and of IPv6's hop-by-hop header: they differ in which types have no length, and
// in what the length counts.
bool has_router_alert(ByteSpan options, bool v4) {
    const unsigned alert = v4 ? 148 : 5, padding = v4 ? 1 : 0;
    Reader reader(options);
    while (!reader.rest().empty()) {
        const unsigned type = reader.u8();
        if (v4 && type == 0)
            break;
        if (type == padding)
            continue;
        const unsigned length = reader.u8();
        const unsigned counted = v4 ? 2 : 0;
        if (length < counted)
            break;
        Reader body(reader.bytes(length - counted));
        if (type == alert && body.rest().size() == 2 && body.u16() == 0)
            return reader.ok();
    }
    return false;
}

Result<Packet> read_ipv4(ByteSpan bytes) {
    Reader reader(bytes);
    const unsigned first = reader.u8();
    const std::size_t header = (first & 15) * std::size_t{4};
    reader.skip(1);
    const std::size_t total = reader.u16();
    reader.skip(2);
    const unsigned fragment = reader.u16() & 0x3fff;
    Packet packet;
    packet.ttl = reader.u8();
    packet.protocol = reader.u8();
    reader.skip(2);
    packet.source = read_address(reader, true);
    if (first >> 4 != 4 || header < 20 || total < header || total > bytes.size())
        return fail("an IPv4 header whose lengths, {} and {}, do not fit {} bytes", header, total,
                    bytes.size());
    if (model::internet_checksum(bytes.first(header)) != 0)
        return fail("an IPv4 header with a wrong checksum");
    if (fragment)
        return fail("a fragment");
    packet.router_alert = has_router_alert(bytes.subspan(20, header - 20), true);
    packet.payload = bytes.subspan(header, total - header);
    return packet;
}

Result<Packet> read_ipv6(ByteSpan bytes) {
    Reader reader(bytes);
    const auto version = reader.u32() >> 28;
    const std::size_t length = reader.u16();
    Packet packet{.v4 = false};
    packet.protocol = reader.u8();
    packet.ttl = reader.u8();
    const auto addresses = reader.rest().first(std::min<std::size_t>(32, reader.rest().size()));
    packet.source = read_address(reader, false);
    reader.skip(16);
    if (version != 6 || !reader.ok() || length > reader.rest().size())
        return fail("an IPv6 header whose length, {}, does not fit {} bytes", length, bytes.size());
    packet.payload = reader.rest().first(length);
    if (packet.protocol == 0) {
        Reader options(packet.payload);
        packet.protocol = options.u8();
        const std::size_t size = (options.u8() + 1) * std::size_t{8};
        packet.router_alert = has_router_alert(options.bytes(size - 2), false);
        if (!options.ok())
            return fail("a hop-by-hop header of {} bytes in {}", size, length);
        packet.payload = options.rest();
    }
    for (std::size_t at = 0; at < addresses.size(); at += 2)
        packet.pseudo_header += static_cast<std::uint32_t>(addresses[at] << 8 | addresses[at + 1]);
    packet.pseudo_header += static_cast<std::uint32_t>(packet.payload.size()) + packet.protocol;
    return packet;
}

Result<Packet> read_packet(ByteSpan frame) {
    Reader reader(frame);
    reader.skip(12);
    unsigned type = reader.u16();
    while (type == 0x8100 || type == 0x88a8) {
        reader.skip(2);
        type = reader.u16();
    }
    if (type == 0x0800)
        return read_ipv4(reader.rest());
    if (type == 0x86dd)
        return read_ipv6(reader.rest());
    return fail("a frame of EtherType {:#06x}, which is not IP", type);
}

// Codes beyond half of their range are floating point numbers (RFC 3376, 4.1.1; RFC 3810, 5.1.3).
std::uint32_t unpack(std::uint32_t code, unsigned mantissa_bits) {
    if (code < 1u << (mantissa_bits + 3))
        return code;
    const auto exponent = code >> mantissa_bits & 7;
    const auto mantissa = (code & ((1u << mantissa_bits) - 1)) | 1u << mantissa_bits;
    return mantissa << (exponent + 3);
}

Result<GroupMessage> report_of(const Packet &packet, const IpAddress &group, bool joins) {
    if (!is_group(group))
        return fail("a report of {}, which is no group", model::to_string(group));
    return GroupMessage{.source = packet.source, .changes = {{group, joins}}};
}

// The records of IGMP v3 and MLD v2; what is neither joining nor leaving is passed over.
Result<GroupMessage> read_records(const Packet &packet) {
    Reader reader(packet.payload);
    reader.skip(6);
    const unsigned count = reader.u16();
    GroupMessage message{.source = packet.source};
    for (unsigned i = 0; i < count; i++) {
        const unsigned type = reader.u8();
        const unsigned auxiliary_words = reader.u8();
        const unsigned sources = reader.u16();
        const auto group = read_address(reader, packet.v4);
        reader.skip(sources * (packet.v4 ? 4 : 16) + auxiliary_words * 4);
        if (!reader.ok())
            return fail("a report of {} records ends within number {}", count, i + 1);
        const bool joins =
            type == k_exclude || type == k_to_exclude ||
            (sources && (type == k_include || type == k_to_include || type == k_allow));
        const bool leaves = !sources && (type == k_include || type == k_to_include);
        if ((joins || leaves) && is_group(group))
            message.changes.push_back({group, joins});
    }
    return message;
}

Result<GroupMessage> query_of(const Packet &packet, const IpAddress &group,
                              std::uint32_t max_response) {
    const bool general = group.is_none() || group == IpAddress::v4(0);
    if (!general && !is_group(group))
        return fail("a query for {}, which is no group", model::to_string(group));
    return GroupMessage{.kind = GroupMessage::Kind::query,
                        .source = packet.source,
                        .group = general ? IpAddress() : group,
                        .max_response = Milliseconds(max_response)};
}

Result<GroupMessage> read_igmp(const Packet &packet) {
    const auto size = packet.payload.size();
    Reader reader(packet.payload);
    const unsigned type = reader.u8();
    const unsigned code = reader.u8();
    reader.skip(2);
    const auto group = read_address(reader, true);
    if (!reader.ok())
        return fail("an IGMP message of {} bytes; the shortest has 8", size);
    switch (type) {
    case k_query:
        if (size > 8 && size < 12)
            return fail("an IGMP query of {} bytes; it has 8, or 12 and more", size);
        if (size == 8 && code == 0) // version 1, which waits ten seconds (RFC 2236, 4)
            return query_of(packet, group, 100 * k_tenth_of_second);
        if (!packet.router_alert)
            return fail("an IGMP query without router alert");
        return query_of(packet, group, (size == 8 ? code : unpack(code, 4)) * k_tenth_of_second);
    case k_report_v1:
    case k_report_v2:
        return report_of(packet, group, true);
    case k_leave:
        return report_of(packet, group, false);
    case k_report_v3:
        return read_records(packet);
    default:
        return fail("an IGMP message of type {:#04x}", type);
    }
}

Result<GroupMessage> read_mld(const Packet &packet) {
    constexpr std::size_t k_version_1 = 24, k_version_2 = 28;
    const auto size = packet.payload.size();
    Reader reader(packet.payload);
    const unsigned type = reader.u8();
    const bool is_query = type == k_mld_query;
    if (!is_query && type != k_mld_report && type != k_mld_done && type != k_mld_report_v2)
        return fail("an ICMPv6 message of type {}, which is not of MLD", type);
    if (!packet.router_alert)
        return fail("an MLD message without router alert");
    if (!is_link_local(packet.source) && (is_query || !packet.source.is_none()))
        return fail("an MLD message from {}, which is no link-local address",
                    model::to_string(packet.source));
    if (type == k_mld_report_v2)
        return read_records(packet);
    reader.skip(3);
    const unsigned code = reader.u16();
    reader.skip(2);
    const auto group = read_address(reader, false);
    if (!reader.ok())
        return fail("an MLD message of {} bytes; the shortest has {}", size, k_version_1);
    if (!is_query)
        return report_of(packet, group, type == k_mld_report);
    if (size > k_version_1 && size < k_version_2)
        return fail("an MLD query of {} bytes; it has {}, or {} and more", size, k_version_1,
                    k_version_2);
    return query_of(packet, group, size == k_version_1 ? code : unpack(code, 12));
}

Result<GroupMessage> read_pim(const Packet &packet) {
    Reader reader(packet.payload);
    const unsigned first = reader.u8();
    reader.skip(3);
    if (!reader.ok() || first != 0x20)
        return fail("a PIM message that is no hello of version 2");
    return GroupMessage{.kind = GroupMessage::Kind::router, .source = packet.source};
}

} // namespace

bool is_link_local(const IpAddress &address) {
    return address.bits().high >> 54 == 0xfe80 >> 6;
}

bool is_link_local_group(const IpAddress &group) {
    const auto bits = group.bits();
    if (group.is_v4())
        return (bits.low & 0xffffffff) >> 8 == 0xe00000;
    return bits.high == 0xff02'0000'0000'0000 && bits.low == 1;
}

Result<GroupMessage> decode_group_message(ByteSpan frame) {
    const auto packet = read_packet(frame);
    if (!packet)
        return unexpected(packet.error());
    const unsigned protocol = packet->protocol;
    const bool is_mine = protocol == k_pim || protocol == (packet->v4 ? k_igmp : k_icmpv6);
    if (!is_mine)
        return fail("an IP packet of protocol {}, which says nothing of groups", protocol);
    if (packet->ttl != 1)
        return fail("a message with a TTL of {}; it is sent with 1", packet->ttl);
    if (model::internet_checksum(packet->payload, packet->pseudo_header) != 0)
        return fail("a message of {} bytes with a wrong checksum", packet->payload.size());
    if (protocol == k_pim)
        return read_pim(*packet);
    return packet->v4 ? read_igmp(*packet) : read_mld(*packet);
}

} // namespace bvs::protocol
