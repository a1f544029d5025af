// SPDX-License-Identifier: Apache-2.0
#include "switch/protocol/slow_frame.h"

namespace bvs::protocol {

namespace {

constexpr std::size_t k_ethernet = 14, k_pdu = 110; // every PDU of the two protocols is that long
constexpr std::uint8_t k_lacp = 1, k_marker = 2, k_version = 1;
constexpr std::uint8_t k_actor = 1, k_partner = 2, k_collector = 3;
constexpr std::uint8_t k_marker_request = 1, k_marker_response = 2;
constexpr std::uint8_t k_party_length = 20, k_collector_length = 16, k_marker_length = 16;

LacpParty read_party(Reader &reader) {
    LacpParty party;
    party.system_priority = reader.u16();
    party.system = reader.mac();
    party.key = reader.u16();
    party.port_priority = reader.u16();
    party.port = reader.u16();
    party.state = reader.u8();
    reader.skip(3);
    return party;
}

void write_party(Writer &writer, std::uint8_t type, const LacpParty &party) {
    writer.u8(type).u8(k_party_length).u16(party.system_priority).mac(party.system);
    writer.u16(party.key).u16(party.port_priority).u16(party.port).u8(party.state).zeros(3);
}

// The type and length of a part, which are fixed.
Result<> read_heading(Reader &reader, std::string_view part, std::uint8_t type,
                      std::uint8_t length) {
    const unsigned has_type = reader.u8();
    const unsigned has_length = reader.u8();
    if (has_type != type)
        return fail("the {} of an LACPDU has type {}, not {}", part, has_type, type);
    if (has_length != length)
        return fail("the {} of an LACPDU has length {}, not {}", part, has_length, length);
    return {};
}

Result<SlowPdu> read_lacp(Reader &reader) {
    LacpPdu pdu;
    if (auto heading = read_heading(reader, "actor", k_actor, k_party_length); !heading)
        return std::unexpected(heading.error());
    pdu.actor = read_party(reader);
    if (auto heading = read_heading(reader, "partner", k_partner, k_party_length); !heading)
        return std::unexpected(heading.error());
    pdu.partner = read_party(reader);
    if (auto heading = read_heading(reader, "collector", k_collector, k_collector_length); !heading)
        return std::unexpected(heading.error());
    pdu.collector_max_delay = reader.u16();
    return pdu;
}

Result<SlowPdu> read_marker(Reader &reader) {
    const unsigned type = reader.u8();
    const unsigned length = reader.u8();
    if (type != k_marker_request && type != k_marker_response)
        return fail("a marker has type {}; 1 is a request and 2 a response", type);
    if (length != k_marker_length)
        return fail("a marker has length {}, not {}", length, k_marker_length);
    Marker marker;
    marker.response = type == k_marker_response;
    marker.port = reader.u16();
    marker.system = reader.mac();
    marker.transaction = reader.u32();
    return marker;
}

} // namespace

Result<SlowPdu> decode_slow_frame(ByteSpan frame) {
    Reader reader(frame);
    reader.skip(12);
    const unsigned type = reader.u16();
    if (reader.ok() && type != k_slow_protocols)
        return fail("a frame of EtherType {:#06x}; that of LACP is {:#06x}", type,
                    k_slow_protocols);
    if (reader.rest().size() < k_pdu)
        return fail("a frame of {} bytes; that of an LACPDU has {}", frame.size(),
                    k_ethernet + k_pdu);
    const unsigned subtype = reader.u8();
    const unsigned version = reader.u8();
    if (subtype != k_lacp && subtype != k_marker)
        return fail("slow protocol {}; LACP is 1 and its marker 2", subtype);
    if (version < k_version)
        return fail("version {} of {}; the first is 1", version,
                    subtype == k_lacp ? "LACP" : "the marker protocol");
    return subtype == k_lacp ? read_lacp(reader) : read_marker(reader);
}

Bytes encode_slow_frame(const model::Mac &source, const SlowPdu &pdu) {
    Writer writer;
    writer.mac(k_slow_group).mac(source).u16(k_slow_protocols);
    if (const auto *lacp = std::get_if<LacpPdu>(&pdu)) {
        writer.u8(k_lacp).u8(k_version);
        write_party(writer, k_actor, lacp->actor);
        write_party(writer, k_partner, lacp->partner);
        writer.u8(k_collector).u8(k_collector_length).u16(lacp->collector_max_delay);
    } else {
        const auto &marker = std::get<Marker>(pdu);
        writer.u8(k_marker).u8(k_version);
        writer.u8(marker.response ? k_marker_response : k_marker_request).u8(k_marker_length);
        writer.u16(marker.port).mac(marker.system).u32(marker.transaction);
    }
    auto frame = writer.take();
    frame.resize(k_ethernet + k_pdu); // padding and the terminator are zeros
    return frame;
}

} // namespace bvs::protocol
