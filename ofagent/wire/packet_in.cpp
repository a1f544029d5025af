// SPDX-License-Identifier: Apache-2.0
#include "ofagent/wire/packet_in.h"

#include "ofagent/wire/packet_metadata.h"
#include "ofagent/wire/port_number.h"
#include "ofagent/wire/property.h"
#include "ofagent/wire/scalar.h"

#include <algorithm>
#include <fmt/format.h>

namespace bvs::wire {

using model::Answer;
using model::Bytes;
using model::PacketIn;
using model::PacketInReason;

namespace {

// Before 1.4 there are three; only Nicira's second form has all of them in every version.
PacketInReason last_reason(Version version) {
    return version < Version::of14 ? PacketInReason::invalid_ttl : PacketInReason::packet_out;
}

std::uint8_t reason_number(PacketInReason reason, Version version) {
    return static_cast<std::uint8_t>(reason <= last_reason(version) ? reason
                                                                    : PacketInReason::action);
}

Answer<> set_reason(PacketIn &packet, std::uint8_t reason, Version version) {
    if (reason > static_cast<std::uint8_t>(last_reason(version)))
        return model::refuse(model::Refusal::bad_packet,
                             fmt::format("a packet sent for the unknown reason {}", reason));
    packet.reason = static_cast<PacketInReason>(reason);
    return {};
}

void set_metadata(PacketIn &packet, const model::Match &match) {
    PacketMetadata split = split_port(match);
    packet.in_port = split.in_port.value_or(0);
    packet.metadata = std::move(split.metadata);
}

Bytes rest(Reader &reader) {
    ByteSpan bytes = reader.rest();
    return {bytes.begin(), bytes.end()};
}

// No packet is shorter than what there is of it.
void set_least_length(PacketIn &packet) {
    auto size = static_cast<std::uint32_t>(packet.packet.size());
    packet.total_length = std::max(packet.total_length, size);
}

Answer<PacketIn> finish(PacketIn packet, std::uint8_t reason, Reader &reader, Version version) {
    packet.packet = rest(reader);
    set_least_length(packet);
    if (!reader.ok())
        return too_short("a packet-in");
    if (auto set = set_reason(packet, reason, version); !set)
        return std::unexpected(set.error());
    return packet;
}

Answer<PacketIn> read10(Reader &reader) {
    PacketIn packet;
    packet.buffer = reader.u32();
    packet.total_length = reader.u16();
    packet.in_port = widen_port(reader.u16());
    std::uint8_t reason = reader.u8();
    reader.skip(1);
    return finish(std::move(packet), reason, reader, Version::of10);
}

void write10(Writer &writer, const PacketIn &packet) {
    writer.u32(packet.buffer);
    writer.u16(static_cast<std::uint16_t>(packet.total_length));
    writer.u16(narrow_port(packet.in_port));
    writer.u8(reason_number(packet.reason, Version::of10));
    writer.zeros(1);
    writer.bytes(packet.packet);
}

// As a match; prerequisites are not asked for, so it is read by its fields.
Answer<model::Match> read_metadata(Reader &reader) {
    constexpr std::size_t header = 4;
    reader.skip(2);
    std::size_t length = reader.u16();
    if (length < header)
        return too_short("a packet's metadata");
    Reader fields = reader.part(length - header);
    reader.skip(padding8(length));
    return read_fields(fields);
}

// The properties of Nicira's second form: enum nx_packet_in2_prop_type.
enum Property2 : std::uint16_t {
    packet_bytes,
    full_length,
    buffer_id,
    table_id,
    cookie,
    reason_id,
    metadata,
};
constexpr std::size_t k_before_u64 = 4; // aligns it

Answer<> read_property2(PacketIn &packet, Property &property) {
    Reader &body = property.body;
    switch (property.type) {
    case packet_bytes:
        packet.packet = rest(body);
        return {};
    case full_length:
        packet.total_length = body.u32();
        return {};
    case buffer_id:
        packet.buffer = body.u32();
        return {};
    case table_id:
        packet.table = body.u8();
        return {};
    case cookie:
        body.skip(k_before_u64);
        packet.cookie = body.u64();
        return {};
    case reason_id:
        return set_reason(packet, body.u8(), Version::of15);
    case metadata: {
        auto fields = read_fields(body);
        if (!fields)
            return std::unexpected(fields.error());
        set_metadata(packet, *fields);
        return {};
    }
    default:
        return {};
    }
}

template <class Write>
void put_property(Writer &writer, std::uint16_t type, Write write) {
    std::size_t begun = begin_property(writer, type);
    write();
    end_property(writer, begun);
}

} // namespace

Answer<PacketIn> read_packet_in(Reader &reader, const Dialect &dialect) {
    if (dialect.version == Version::of10)
        return read10(reader);
    PacketIn packet;
    packet.buffer = reader.u32();
    packet.total_length = reader.u16();
    std::uint8_t reason = reader.u8();
    packet.table = reader.u8();
    if (dialect.version >= Version::of13)
        packet.cookie = reader.u64();
    auto match = read_metadata(reader);
    if (!match)
        return std::unexpected(match.error());
    set_metadata(packet, *match);
    reader.skip(2); // so that what follows the Ethernet header is aligned
    return finish(std::move(packet), reason, reader, dialect.version);
}

void write_packet_in(Writer &writer, const PacketIn &packet, const Dialect &dialect) {
    if (dialect.version == Version::of10)
        return write10(writer, packet);
    writer.u32(packet.buffer);
    writer.u16(static_cast<std::uint16_t>(packet.total_length));
    writer.u8(reason_number(packet.reason, dialect.version));
    writer.u8(packet.table);
    if (dialect.version >= Version::of13)
        writer.u64(packet.cookie);
    write_match(writer, with_port(packet.metadata, packet.in_port), dialect);
    writer.zeros(2);
    writer.bytes(packet.packet);
}

Answer<PacketIn> read_nx_packet_in(Reader &reader, const Dialect &dialect) {
    PacketIn packet;
    packet.buffer = reader.u32();
    packet.total_length = reader.u16();
    std::uint8_t reason = reader.u8();
    packet.table = reader.u8();
    packet.cookie = reader.u64();
    std::size_t length = reader.u16();
    reader.skip(6);
    Reader fields = reader.part(length);
    reader.skip(padding8(length) + 2);
    auto match = read_fields(fields);
    if (!match)
        return std::unexpected(match.error());
    set_metadata(packet, *match);
    return finish(std::move(packet), reason, reader, dialect.version);
}

void write_nx_packet_in(Writer &writer, const PacketIn &packet, const Dialect &dialect) {
    writer.u32(packet.buffer);
    writer.u16(static_cast<std::uint16_t>(packet.total_length));
    writer.u8(reason_number(packet.reason, dialect.version));
    writer.u8(packet.table);
    writer.u64(packet.cookie);
    std::size_t length_at = writer.size();
    writer.u16(0);
    writer.zeros(6);
    NxmMatch match{with_port(packet.metadata, packet.in_port), {}};
    writer.patch16(length_at, write_nxm_match(writer, match, dialect));
    writer.zeros(2);
    writer.bytes(packet.packet);
}

Answer<PacketIn> read_nx_packet_in2(Reader &reader, const Dialect &) {
    PacketIn packet;
    auto read = read_properties(reader, [&packet](Property &property) -> Answer<> {
        auto one = read_property2(packet, property);
        if (one && !property.body.ok())
            return too_short("a packet-in");
        return one;
    });
    if (!read)
        return std::unexpected(read.error());
    set_least_length(packet); // not said if it is the whole packet
    return packet;
}

void write_nx_packet_in2(Writer &writer, const PacketIn &packet, const Dialect &dialect) {
    put_property(writer, packet_bytes, [&] { writer.bytes(packet.packet); });
    if (packet.total_length != packet.packet.size())
        put_property(writer, full_length, [&] { writer.u32(packet.total_length); });
    if (packet.buffer != model::k_no_buffer)
        put_property(writer, buffer_id, [&] { writer.u32(packet.buffer); });
    put_property(writer, table_id, [&] { writer.u8(packet.table); });
    if (packet.cookie != ~0ULL)
        put_property(writer, cookie, [&] {
            writer.zeros(k_before_u64);
            writer.u64(packet.cookie);
        });
    put_property(writer, reason_id, [&] { writer.u8(static_cast<std::uint8_t>(packet.reason)); });
    put_property(writer, metadata, [&] {
        write_fields(writer, with_port(packet.metadata, packet.in_port), dialect);
    });
}

} // namespace bvs::wire
