// SPDX-License-Identifier: Apache-2.0
//
// What accompanies a packet as a match does: its input port, which the model keeps for itself, and
// the fields that are not of the packet.
#pragma once

#include "ofagent/wire/match.h"

#include <optional>

namespace bvs::wire {

inline model::Match with_port(const model::Match &metadata, std::uint32_t in_port) {
    model::Match match = metadata;
    match.set(model::Field::in_port, in_port);
    return match;
}

struct PacketMetadata {
    std::optional<std::uint32_t> in_port;
    model::Match metadata;
};
inline PacketMetadata split_port(const model::Match &match) {
    PacketMetadata split;
    for (const model::FieldMatch &field : match.fields())
        if (field.field == model::Field::in_port)
            split.in_port = static_cast<std::uint32_t>(field.value.low);
        else
            split.metadata.set(field.field, field.value, field.mask);
    return split;
}

} // namespace bvs::wire
