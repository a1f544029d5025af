// SPDX-License-Identifier: Apache-2.0
#include "ofagent/wire/packet_out.h"

#include "ofagent/wire/action.h"
#include "ofagent/wire/packet_metadata.h"
#include "ofagent/wire/port_number.h"
#include "ofagent/wire/scalar.h"

#include <fmt/format.h>

namespace bvs::wire {

using model::Answer;
using model::PacketOut;
using model::Refusal;
using model::refuse;

namespace {

// A packet comes in at a real port, or at one that stands for the controller or nobody.
bool may_come_in(std::uint32_t port) {
    return port < model::port::max || port == model::port::local ||
           port == model::port::controller || port == model::port::any;
}

// OpenFlow 1.5 sends the input port as part of a match.
Answer<> read_match15(PacketOut &packet, Reader &reader, const Dialect &dialect) {
    reader.skip(2);
    auto match = read_match(reader, dialect);
    if (!match)
        return std::unexpected(match.error());
    PacketMetadata split = split_port(*match);
    if (!split.in_port)
        return refuse(Refusal::bad_port, "a packet-out without an input port");
    packet.in_port = *split.in_port;
    packet.metadata = std::move(split.metadata);
    return {};
}

} // namespace

Answer<PacketOut> read_packet_out(Reader &reader, const Dialect &dialect) {
    bool of15 = dialect.version >= Version::of15;
    PacketOut packet;
    packet.buffer = reader.u32();
    if (!of15)
        packet.in_port = read_port(reader, dialect);
    std::size_t length = reader.u16();
    if (of15) {
        if (auto match = read_match15(packet, reader, dialect); !match)
            return std::unexpected(match.error());
    } else if (dialect.version > Version::of10) {
        reader.skip(6);
    }
    if (!reader.ok())
        return too_short("a packet-out");
    if (!may_come_in(packet.in_port))
        return refuse(Refusal::bad_port,
                      fmt::format("no packet comes in at port {}", packet.in_port));
    Reader list = reader.part(length);
    if (!reader.ok())
        return refuse(Refusal::bad_length, "a packet-out's actions are longer than itself");
    auto actions = read_actions(list, dialect);
    if (!actions)
        return std::unexpected(actions.error());
    packet.actions = std::move(*actions);
    ByteSpan bytes = reader.rest();
    packet.packet.assign(bytes.begin(), bytes.end());
    return packet;
}

void write_packet_out(Writer &writer, const PacketOut &packet, const Dialect &dialect) {
    bool of15 = dialect.version >= Version::of15;
    writer.u32(packet.buffer);
    if (!of15)
        write_port(writer, packet.in_port, dialect);
    std::size_t length_at = writer.size();
    writer.u16(0);
    if (of15) {
        writer.zeros(2);
        write_match(writer, with_port(packet.metadata, packet.in_port), dialect);
    } else if (dialect.version > Version::of10) {
        writer.zeros(6);
    }
    std::size_t start = writer.size();
    write_actions(writer, packet.actions, dialect);
    writer.patch_length(length_at, start);
    writer.bytes(packet.packet);
}

} // namespace bvs::wire
