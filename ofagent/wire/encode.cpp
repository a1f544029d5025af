// SPDX-License-Identifier: Apache-2.0
#include "ofagent/wire/catalog.h"
#include "ofagent/wire/codec.h"
#include "ofagent/wire/session.h"

#include <algorithm>

namespace bvs::wire {

namespace {

constexpr std::size_t k_largest = 0xffff;
constexpr std::size_t k_offender = 64; // bytes of it in an error

void write_header(Writer &writer, Version version, std::uint8_t type, std::uint32_t xid) {
    writer.u8(static_cast<std::uint8_t>(version));
    writer.u8(type);
    writer.u16(0);
    writer.u32(xid);
}

void write_multipart_opening(Writer &writer, const Place &place, std::uint32_t xid, bool more,
                             Version version) {
    bool request = place.frame == Frame::request;
    write_header(writer, version,
                 request ? message_type::multipart_request(version)
                         : message_type::multipart_reply(version),
                 xid);
    writer.u16(place.experimenter ? k_experimenter_multipart
                                  : static_cast<std::uint16_t>(place.number));
    writer.u16(more ? k_multipart_more : 0);
    writer.zeros(version == Version::of10 ? 0 : 4);
    if (!place.experimenter)
        return;
    writer.u32(place.experimenter);
    writer.u32(place.number);
    writer.zeros(version == Version::of10 ? 4 : 0);
}

void write_opening(Writer &writer, const Place &place, std::uint32_t xid, bool more,
                   Version version) {
    if (place.frame != Frame::message)
        return write_multipart_opening(writer, place, xid, more, version);
    if (!place.experimenter)
        return write_header(writer, version, static_cast<std::uint8_t>(place.number), xid);
    write_header(writer, version, message_type::experimenter, xid);
    writer.u32(place.experimenter);
    writer.u32(place.number);
}

// The body in as few messages as its marks allow.
Bytes split(ByteSpan body, const Marks &marks, const Place &place, const Message &message,
            Version version) {
    Writer writer;
    std::size_t sent = 0;
    auto mark = marks.begin();
    do {
        std::size_t begun = writer.size();
        write_opening(writer, place, message.xid, message.more, version);
        std::size_t room = k_largest - (writer.size() - begun);
        std::size_t until = body.size();
        if (body.size() - sent > room && mark != marks.end()) {
            auto beyond = std::upper_bound(mark, marks.end(), sent + room);
            mark = beyond == mark ? mark + 1 : beyond;
            until = *(mark - 1);
        }
        writer.bytes(body.subspan(sent, until - sent));
        sent = until;
        if (sent < body.size() && place.frame != Frame::message)
            writer.patch16(begun + k_header + 2, k_multipart_more);
        writer.patch_length(begun + 2, begun);
    } while (sent < body.size());
    return writer.take();
}

} // namespace

Bytes encode(const Message &message, const Dialect &dialect) {
    const Row *row = find_row(message.body, dialect);
    if (!row)
        return {};
    Writer body;
    Marks marks;
    row->write(body, message.body, dialect, marks);
    Version version = dialect.version;
    if (const auto *hello = std::get_if<Hello>(&message.body); hello && hello->versions > 1)
        version = static_cast<Version>(highest_version(*hello));
    return split(body.whole(), marks, row->place, message, version);
}

Bytes encode_forwarded(const Message &request, const Dialect &dialect) {
    constexpr std::uint8_t requestforward = 32;
    const auto inner = encode(request, dialect);
    if (inner.empty() || inner.size() > k_largest - k_header)
        return {};
    Writer writer;
    write_header(writer, dialect.version, requestforward, 0);
    writer.bytes(inner);
    writer.patch_length(2, 0);
    return writer.take();
}

Bytes encode_error(const model::OpenFlowError &error, std::uint32_t xid, ByteSpan offender,
                   Version version) {
    ErrorMessage message{.refusal = error.refusal, .data = {}};
    if (error.refusal == model::Refusal::hello_incompatible) // has words for a person
        message.data.assign(error.why.begin(), error.why.end());
    else
        message.data.assign(offender.begin(),
                            offender.begin() +
                                static_cast<std::ptrdiff_t>(std::min(offender.size(), k_offender)));
    return encode({.xid = xid, .body = std::move(message)}, Dialect{.version = version});
}

} // namespace bvs::wire
