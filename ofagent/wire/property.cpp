// SPDX-License-Identifier: Apache-2.0
#include "ofagent/wire/property.h"

#include <fmt/format.h>

namespace bvs::wire {

using model::Refusal;
using model::refuse;

namespace {

constexpr std::size_t k_property_header = 4;

} // namespace

model::Answer<> read_properties(Reader &reader,
                                const std::function<model::Answer<>(Property &)> &take) {
    while (reader.left() > 0) {
        std::uint16_t type = reader.u16();
        std::size_t length = reader.u16();
        if (!reader.ok() || length < k_property_header ||
            length - k_property_header > reader.left())
            return refuse(Refusal::features_bad_length,
                          fmt::format("property {} has {} bytes", type, length));
        Property property{type, reader.part(length - k_property_header)};
        // Some senders leave out the zeros after the last one.
        reader.skip(std::min(padding8(length), reader.left()));
        if (auto taken = take(property); !taken)
            return taken;
        if (!property.body.ok())
            return refuse(Refusal::features_bad_length,
                          fmt::format("property {} ends too early", type));
    }
    return {};
}

std::size_t begin_property(Writer &writer, std::uint16_t type) {
    std::size_t begun = writer.size();
    writer.u16(type);
    writer.u16(0);
    return begun;
}

void end_property(Writer &writer, std::size_t begun) {
    writer.patch_length(begun + 2, begun);
    writer.pad8(begun);
}

} // namespace bvs::wire
