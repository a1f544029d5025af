// SPDX-License-Identifier: Apache-2.0
//
// Which message goes by which number in which version, and who reads and writes its body. Decoding
// takes the row of a number, encoding the first row of a body that applies.
#pragma once

#include "ofagent/wire/bytes.h"
#include "ofagent/wire/message.h"

#include <span>

namespace bvs::wire {

// Where a message's number stands.
enum class Frame : std::uint8_t { message, request, reply }; // the latter two of multipart messages

struct Place {
    Frame frame = Frame::message;
    std::uint32_t experimenter = 0; // 0: OpenFlow itself
    std::uint32_t number = 0;       // type, subtype or multipart type

    bool operator==(const Place &) const = default;
};

// Positions in a Writer after which a multipart reply may be continued in another message.
using Marks = std::vector<std::size_t>;

struct Row {
    Version first, last;
    Place place;
    std::size_t body;                                       // which alternative of Body
    model::Answer<Body> (*read)(Reader &, const Dialect &); // none: is only written
    void (*write)(Writer &, const Body &, const Dialect &, Marks &);
    bool (*applies)(const Body &, const Dialect &) = nullptr; // none: always
};

const Row *find_row(const Place &place, Version version);
const Row *find_row(const Body &body, const Dialect &dialect);

// Does the experimenter have any message in that frame?
bool knows_experimenter(Frame frame, std::uint32_t experimenter);

namespace message_type {
inline constexpr std::uint8_t hello = 0;
inline constexpr std::uint8_t error = 1;
inline constexpr std::uint8_t echo_reply = 3;
inline constexpr std::uint8_t experimenter = 4;
constexpr std::uint8_t multipart_request(Version version) {
    return version == Version::of10 ? 16 : 18;
}
constexpr std::uint8_t multipart_reply(Version version) {
    return version == Version::of10 ? 17 : 19;
}
} // namespace message_type

inline constexpr std::uint16_t k_experimenter_multipart = 0xffff;
inline constexpr std::uint16_t k_multipart_more = 1;

} // namespace bvs::wire
