// SPDX-License-Identifier: Apache-2.0
#include "ofagent/wire/features.h"

#include "ofagent/wire/port.h"
#include "ofagent/wire/scalar.h"

#include <fmt/format.h>

namespace bvs::wire {

using model::Answer;
using model::Refusal;

namespace {

constexpr std::uint32_t k_actions10 = (1 << 12) - 1; // OFPAT_OUTPUT to OFPAT_ENQUEUE
constexpr std::uint16_t k_fragments = 3;             // OFPC_FRAG_MASK
constexpr std::uint16_t k_invalid_ttl = 1 << 2;      // OFPC_INVALID_TTL_TO_CONTROLLER
constexpr std::size_t k_largest_message = 0xffff;
constexpr std::size_t k_message_header = 8;

constexpr std::size_t k_text = 256;
constexpr std::size_t k_serial = 32;

} // namespace

Answer<FeaturesReply> read_features(Reader &reader, const Dialect &dialect) {
    FeaturesReply features;
    features.datapath_id = reader.u64();
    features.buffers = reader.u32();
    features.tables = reader.u8();
    std::uint8_t auxiliary_id = reader.u8();
    reader.skip(2);
    features.capabilities = reader.u32();
    reader.skip(4);
    if (dialect.version >= Version::of13) {
        features.auxiliary_id = auxiliary_id;
        return features;
    }
    auto ports = read_list(reader, dialect, read_port_description);
    if (!ports)
        return std::unexpected(ports.error());
    features.ports = std::move(*ports);
    return features;
}

void write_features(Writer &writer, const FeaturesReply &features, const Dialect &dialect) {
    std::size_t begun = writer.size();
    writer.u64(features.datapath_id);
    writer.u32(features.buffers);
    writer.u8(features.tables);
    writer.u8(dialect.version >= Version::of13 ? features.auxiliary_id : 0);
    writer.zeros(2);
    writer.u32(features.capabilities);
    writer.u32(dialect.version == Version::of10 ? k_actions10 : 0);
    if (dialect.version >= Version::of13)
        return;
    std::size_t size = port_description_size(dialect.version);
    for (const auto &port : features.ports) {
        if (k_message_header + writer.size() - begun + size > k_largest_message)
            return;
        write_port_description(writer, port, dialect);
    }
}

Answer<SwitchConfig> read_switch_config(Reader &reader, const Dialect &dialect) {
    std::uint16_t flags = reader.u16();
    std::uint16_t known =
        dialect.version < Version::of13 ? k_fragments | k_invalid_ttl : k_fragments;
    if (flags & ~known)
        return model::refuse(Refusal::config_bad_flags, fmt::format("flags {:#x}", flags));
    return SwitchConfig{static_cast<Fragments>(flags & k_fragments), (flags & k_invalid_ttl) != 0,
                        reader.u16()};
}

void write_switch_config(Writer &writer, const SwitchConfig &config, const Dialect &dialect) {
    auto flags = static_cast<std::uint16_t>(config.fragments);
    if (config.invalid_ttl_to_controller && dialect.version < Version::of13)
        flags |= k_invalid_ttl;
    writer.u16(flags);
    writer.u16(config.miss_send_len);
}

Answer<Description> read_description(Reader &reader, const Dialect &) {
    Description description;
    description.manufacturer = read_text(reader, k_text);
    description.hardware = read_text(reader, k_text);
    description.software = read_text(reader, k_text);
    description.serial = read_text(reader, k_serial);
    description.datapath = read_text(reader, k_text);
    return description;
}

void write_description(Writer &writer, const Description &description, const Dialect &) {
    write_text(writer, description.manufacturer, k_text);
    write_text(writer, description.hardware, k_text);
    write_text(writer, description.software, k_text);
    write_text(writer, description.serial, k_serial);
    write_text(writer, description.datapath, k_text);
}

} // namespace bvs::wire
