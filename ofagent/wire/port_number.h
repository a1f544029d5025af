// SPDX-License-Identifier: Apache-2.0
//
// Port numbers: 16 bits in OpenFlow 1.0 and in Nicira's messages, 32 bits since 1.1 and in the
// model. The reserved ones are the same but for their upper half.
#pragma once

#include "ofagent/wire/bytes.h"
#include "ofagent/wire/message.h"

namespace bvs::wire {

inline constexpr std::uint16_t k_first_reserved_port16 = 0xff00;

constexpr std::uint32_t widen_port(std::uint16_t port) {
    return port < k_first_reserved_port16 ? port : 0xffff0000u | port;
}
// A port that 16 bits cannot name becomes none.
constexpr std::uint16_t narrow_port(std::uint32_t port) {
    bool fits = port < k_first_reserved_port16 || port >= model::port::max;
    return fits ? static_cast<std::uint16_t>(port) : std::uint16_t{0xffff};
}

inline std::uint32_t read_port(Reader &reader, const Dialect &dialect) {
    return dialect.version == Version::of10 ? widen_port(reader.u16()) : reader.u32();
}
inline void write_port(Writer &writer, std::uint32_t port, const Dialect &dialect) {
    if (dialect.version == Version::of10)
        writer.u16(narrow_port(port));
    else
        writer.u32(port);
}

} // namespace bvs::wire
