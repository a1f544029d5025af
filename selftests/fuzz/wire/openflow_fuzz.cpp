// SPDX-License-Identifier: Apache-2.0
//
// Whatever a peer sends: what is understood is encoded such that it is understood again as the
// same, and what is refused gets an error that is understood. The first byte is what the connection
// has settled, the rest the message.
#include "ofagent/wire/bytes.h"
#include "ofagent/wire/codec.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);

namespace {

using namespace bvs::wire;

void claim(bool holds) {
    if (!holds)
        std::abort();
}

Dialect dialect_from(std::uint8_t bits) {
    return {.version = static_cast<Version>(1 + bits % 8 % 6),
            .flow_format = bits & 1 << 3 ? FlowFormat::nxm : FlowFormat::openflow10,
            .packet_in_format = static_cast<PacketInFormat>((bits >> 4) % 3),
            .table_id_in_command = (bits & 1 << 7) != 0};
}

// What a message itself tells of the connection: hello, errors and echoes may come in a version of
// their own, and Nicira's forms where they have been asked for.
void settle(Dialect &dialect, ByteSpan bytes) {
    Reader reader(bytes);
    std::uint8_t version = reader.u8();
    std::uint8_t type = reader.u8();
    if (type <= 3 && version > 0)
        dialect.version = static_cast<Version>(version);
    reader.skip(6);
    if (type != 4 || reader.u32() != 0x2320)
        return;
    std::uint32_t subtype = reader.u32();
    dialect.flow_format = FlowFormat::nxm;
    dialect.packet_in_format =
        subtype == 17 ? PacketInFormat::nxt_packet_in : PacketInFormat::nxt_packet_in2;
}

void same_again(const Message &message, const Dialect &dialect) {
    Bytes bytes = encode(message, dialect);
    auto header = read_header(bytes);
    // What a version has no message for; a form that is longer than the one it was read from.
    if (bytes.empty() || bytes.size() > 0xffff || !header || header->length != bytes.size())
        return;
    auto again = decode(bytes, dialect);
    claim(again.has_value());
    claim(*again == message);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    if (size == 0)
        return 0;
    Dialect dialect = dialect_from(data[0]);
    Bytes bytes(data + 1, data + size);
    // A length that does not fit is soon refused.
    if (bytes.size() >= k_header && bytes.size() <= 0xffff) {
        bytes[2] = static_cast<std::uint8_t>(bytes.size() >> 8);
        bytes[3] = static_cast<std::uint8_t>(bytes.size());
    }
    settle(dialect, bytes);
    auto message = decode(bytes, dialect);
    if (message) {
        same_again(*message, dialect);
        return 0;
    }
    Bytes error = encode_error(message.error(), 1, bytes, dialect.version);
    claim(decode(error, dialect).has_value());
    return 0;
}
