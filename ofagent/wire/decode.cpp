// SPDX-License-Identifier: Apache-2.0
#include "ofagent/wire/catalog.h"
#include "ofagent/wire/codec.h"

#include <fmt/format.h>

namespace bvs::wire {

using model::Answer;
using model::Refusal;
using model::refuse;

namespace {

// What stands between a message's header and its body.
struct Opening {
    Place place;
    bool more = false;
};

Answer<Opening> read_multipart_opening(Reader &reader, Frame frame, Version version) {
    std::uint16_t type = reader.u16();
    Opening opening{.place = {frame, 0, type}, .more = (reader.u16() & k_multipart_more) != 0};
    reader.skip(version == Version::of10 ? 0 : 4);
    if (type == k_experimenter_multipart) {
        opening.place.experimenter = reader.u32();
        opening.place.number = reader.u32();
        reader.skip(version == Version::of10 ? 4 : 0);
    }
    if (!reader.ok())
        return refuse(Refusal::bad_length, "a multipart message without its header");
    return opening;
}

Answer<Opening> read_opening(Reader &reader, const Header &header, Version version) {
    if (header.type == message_type::multipart_request(version))
        return read_multipart_opening(reader, Frame::request, version);
    if (header.type == message_type::multipart_reply(version))
        return read_multipart_opening(reader, Frame::reply, version);
    if (header.type != message_type::experimenter)
        return Opening{.place = {Frame::message, 0, header.type}};
    Opening opening{.place = {Frame::message, reader.u32(), reader.u32()}};
    if (!reader.ok())
        return refuse(Refusal::bad_length, "an experimenter's message without its header");
    return opening;
}

std::unexpected<model::OpenFlowError> unknown(const Place &place) {
    if (place.experimenter && !knows_experimenter(place.frame, place.experimenter))
        return refuse(Refusal::bad_experimenter,
                      fmt::format("experimenter {:#x}", place.experimenter));
    if (place.experimenter)
        return refuse(
            Refusal::bad_experimenter_type,
            fmt::format("experimenter {:#x} has no message {}", place.experimenter, place.number));
    if (place.frame == Frame::message)
        return refuse(Refusal::bad_type, fmt::format("message type {}", place.number));
    return refuse(Refusal::bad_multipart, fmt::format("multipart type {}", place.number));
}

// Hello, errors and echoes are the same in all versions.
bool of_any_version(std::uint8_t type) {
    return type <= message_type::echo_reply;
}

Answer<Message> read_message(Reader &reader, const Header &header, const Dialect &dialect) {
    auto opening = read_opening(reader, header, dialect.version);
    if (!opening)
        return std::unexpected(opening.error());
    const Row *row = find_row(opening->place, dialect.version);
    if (!row)
        return unknown(opening->place);
    auto body = row->read(reader, dialect);
    if (!body)
        return std::unexpected(body.error());
    if (!reader.done())
        return refuse(Refusal::bad_length,
                      fmt::format("a message of type {} of {} bytes", header.type, header.length));
    if (const auto *add = std::get_if<BundleAdd>(&*body); add && add->message->xid != header.xid)
        return refuse(Refusal::bundle_message_bad_xid,
                      fmt::format("transaction {:#x} within {:#x}", add->message->xid, header.xid));
    return Message{header.xid, std::move(*body), opening->more};
}

} // namespace

std::optional<Header> read_header(ByteSpan bytes) {
    Reader reader(bytes);
    Header header{reader.u8(), reader.u8(), reader.u16(), reader.u32()};
    if (!reader.ok())
        return std::nullopt;
    return header;
}

Answer<Message> decode(ByteSpan bytes, const Dialect &dialect) {
    auto header = read_header(bytes);
    if (!header || header->length != bytes.size())
        return refuse(Refusal::bad_length, fmt::format("{} bytes with a length of {}", bytes.size(),
                                                       header ? header->length : 0));
    bool right = header->version == static_cast<std::uint8_t>(dialect.version);
    if (!right && (!of_any_version(header->type) || header->version == 0))
        return refuse(Refusal::bad_version,
                      fmt::format("version {} on a connection of version {}", header->version,
                                  static_cast<unsigned>(dialect.version)));
    Reader reader(bytes.subspan(k_header));
    Dialect of_message = dialect;
    of_message.version = static_cast<Version>(header->version);
    return read_message(reader, *header, of_message);
}

} // namespace bvs::wire
