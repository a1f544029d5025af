// SPDX-License-Identifier: Apache-2.0
#include "ofagent/wire/bundle.h"

#include "ofagent/wire/codec.h"
#include "ofagent/wire/experimenter.h"

#include <fmt/format.h>

namespace bvs::wire {

using model::Answer;
using model::Refusal;

namespace {

constexpr std::uint8_t k_experimenter_message = 4;
constexpr std::uint8_t k_bundle_control = 33; // OFPT_BUNDLE_CONTROL
constexpr std::uint8_t k_bundle_add = 34;
constexpr std::uint32_t k_onf_bundle_control = 2300;
constexpr std::uint32_t k_onf_bundle_add = 2301;

// Nothing could be nested deeper than the stack is.
bool is_about_bundles(ByteSpan bytes, const Header &header) {
    if (header.type != k_experimenter_message)
        return header.type == k_bundle_control || header.type == k_bundle_add;
    Reader body(bytes.subspan(k_header));
    std::uint32_t experimenter = body.u32();
    std::uint32_t kind = body.u32();
    return experimenter == k_onf && (kind == k_onf_bundle_control || kind == k_onf_bundle_add);
}

} // namespace

bool BundleAdd::operator==(const BundleAdd &other) const {
    if (bundle != other.bundle || flags != other.flags || !message != !other.message)
        return false;
    return !message || *message == *other.message;
}

Answer<BundleControl> read_bundle_control(Reader &reader, const Dialect &) {
    BundleControl control;
    control.bundle = reader.u32();
    std::uint16_t step = reader.u16();
    control.flags = reader.u16();
    reader.rest(); // properties, of which none is known
    if (step > static_cast<unsigned>(BundleStep::discard_reply))
        return model::refuse(Refusal::bundle_bad_type, fmt::format("bundle control {}", step));
    control.step = static_cast<BundleStep>(step);
    return control;
}

void write_bundle_control(Writer &writer, const BundleControl &control, const Dialect &) {
    writer.u32(control.bundle);
    writer.u16(static_cast<std::uint16_t>(control.step));
    writer.u16(control.flags);
}

Answer<BundleAdd> read_bundle_add(Reader &reader, const Dialect &dialect) {
    BundleAdd add;
    add.bundle = reader.u32();
    reader.skip(2);
    add.flags = reader.u16();
    Reader rest = reader;
    ByteSpan bytes = rest.rest();
    auto header = read_header(bytes);
    if (!header || header->length < k_header || header->length > bytes.size())
        return model::refuse(Refusal::bundle_message_bad_length,
                             "a message that does not fit into the one that brings it");
    bytes = reader.bytes(header->length);
    reader.rest(); // properties, of which none is known
    if (is_about_bundles(bytes, *header))
        return model::refuse(Refusal::bundle_message_unsupported, "a bundle within a bundle");
    auto message = decode(bytes, dialect);
    if (!message)
        return std::unexpected(message.error());
    add.raw.assign(bytes.begin(), bytes.end());
    add.message = std::make_shared<const Message>(std::move(*message));
    return add;
}

void write_bundle_add(Writer &writer, const BundleAdd &add, const Dialect &dialect) {
    writer.u32(add.bundle);
    writer.zeros(2);
    writer.u16(add.flags);
    if (!add.raw.empty())
        writer.bytes(add.raw);
    else if (add.message)
        writer.bytes(encode(*add.message, dialect));
}

} // namespace bvs::wire
