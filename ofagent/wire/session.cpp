// SPDX-License-Identifier: Apache-2.0
#include "ofagent/wire/session.h"

#include "ofagent/wire/codec.h"
#include "ofagent/wire/error.h"

#include <bit>

namespace bvs::wire {

using model::Answer;

namespace {

constexpr std::uint16_t k_version_bitmap = 1;          // OFPHET_VERSIONBITMAP
constexpr std::uint16_t k_vendor_error = 0xb0c2;       // NXET_VENDOR, before OpenFlow 1.2
constexpr std::uint16_t k_experimenter_error = 0xffff; // OFPET_EXPERIMENTER

// 1 to n.
constexpr std::uint32_t versions_up_to(unsigned n) {
    return ((2u << n) - 1) & ~1u;
}

Bytes rest(Reader &reader) {
    ByteSpan bytes = reader.rest();
    return {bytes.begin(), bytes.end()};
}

} // namespace

// Elements are there to be extended, and a 1.0 peer may send anything: what is no element is
// passed over.
Answer<Hello> read_hello(Reader &reader, const Dialect &dialect) {
    Hello hello{versions_up_to(std::min(static_cast<unsigned>(dialect.version), 31u))};
    while (reader.left() >= 8) {
        std::uint16_t type = reader.u16();
        std::size_t length = reader.u16();
        if (length < 4 || length - 4 > reader.left())
            break;
        Reader element = reader.part(length - 4);
        reader.skip(std::min(padding8(length), reader.left()));
        if (type == k_version_bitmap && element.left() >= 4) {
            hello.versions = element.u32();
            break;
        }
    }
    reader.rest();
    return hello;
}

void write_hello(Writer &writer, const Hello &hello, const Dialect &) {
    std::uint8_t highest = highest_version(hello);
    // Older peers have never seen an element.
    if (highest < static_cast<unsigned>(Version::of13) && highest > 0 &&
        hello.versions == versions_up_to(highest))
        return;
    writer.u16(k_version_bitmap);
    writer.u16(8);
    writer.u32(hello.versions);
}

std::uint8_t highest_version(const Hello &hello) {
    return hello.versions ? static_cast<std::uint8_t>(std::bit_width(hello.versions) - 1) : 0;
}

Answer<ErrorMessage> read_error(Reader &reader, const Dialect &dialect) {
    ErrorMessage error;
    error.type = reader.u16();
    error.code = reader.u16();
    Reader after = reader;
    ErrorNumber number{0, error.type, error.code};
    bool extended = false;
    if (dialect.version < Version::of12 && error.type == k_vendor_error && error.code == 0) {
        extended = true;
        number = {after.u32(), after.u16(), after.u16()};
    } else if (dialect.version >= Version::of12 && error.type == k_experimenter_error) {
        extended = true;
        number = {after.u32(), 0, error.code};
    }
    if (after.ok() && extended == (number.experimenter != 0))
        error.refusal = find_refusal(number, dialect.version);
    if (error.refusal)
        reader = after;
    error.data = rest(reader);
    return error;
}

void write_error(Writer &writer, const ErrorMessage &error, const Dialect &dialect) {
    if (!error.refusal) {
        writer.u16(error.type);
        writer.u16(error.code);
        writer.bytes(error.data);
        return;
    }
    ErrorNumber number = error_number(*error.refusal, dialect.version);
    if (number.experimenter == 0) {
        writer.u16(number.type);
        writer.u16(number.code);
    } else if (dialect.version < Version::of12) {
        writer.u16(k_vendor_error);
        writer.u16(0);
        writer.u32(number.experimenter);
        writer.u16(number.type);
        writer.u16(number.code);
    } else {
        writer.u16(k_experimenter_error);
        writer.u16(number.code);
        writer.u32(number.experimenter);
    }
    writer.bytes(error.data);
}

Answer<EchoRequest> read_echo_request(Reader &reader, const Dialect &) {
    return EchoRequest{rest(reader)};
}
void write_echo_request(Writer &writer, const EchoRequest &echo, const Dialect &) {
    writer.bytes(echo.data);
}
Answer<EchoReply> read_echo_reply(Reader &reader, const Dialect &) {
    return EchoReply{rest(reader)};
}
void write_echo_reply(Writer &writer, const EchoReply &echo, const Dialect &) {
    writer.bytes(echo.data);
}

} // namespace bvs::wire
