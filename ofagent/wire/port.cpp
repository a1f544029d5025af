// SPDX-License-Identifier: Apache-2.0
#include "ofagent/wire/port.h"

#include "ofagent/wire/port_number.h"
#include "ofagent/wire/property.h"
#include "ofagent/wire/scalar.h"

#include <fmt/format.h>

namespace bvs::wire {

using model::Answer;
using model::PortConfig;
using model::PortDescription;
using model::PortState;
using model::Refusal;

namespace {

constexpr std::size_t k_name = 16;
constexpr std::uint16_t k_ethernet = 0; // OFPPDPT_ETHERNET, OFPPMPT_ETHERNET
constexpr std::uint32_t k_config10 = 0x7f;
constexpr std::uint32_t k_config11 = 0x65;
constexpr std::uint32_t k_stp_blocked10 = 3 << 8;
// Features 1.0 does not have (40 Gb/s to "other") stand where it has those of the medium.
constexpr std::uint32_t k_rates10 = 0x7f;
constexpr unsigned k_medium10 = 7;
constexpr unsigned k_medium11 = 11;
constexpr std::uint32_t k_media = 0x1f;

PortConfig config_from(std::uint32_t bits, Version version) {
    return {.down = (bits & 1 << 0) != 0,
            .no_receive = (bits & 1 << 2) != 0,
            .no_flood = version == Version::of10 && bits & 1 << 4,
            .no_forward = (bits & 1 << 5) != 0,
            .no_packet_in = (bits & 1 << 6) != 0};
}

std::uint32_t bits_of(const PortConfig &config, Version version) {
    bool no_flood = config.no_flood && version == Version::of10;
    return static_cast<std::uint32_t>(config.down << 0 | config.no_receive << 2 | no_flood << 4 |
                                      config.no_forward << 5 | config.no_packet_in << 6);
}

PortState state_from(std::uint32_t bits, Version version) {
    if (version == Version::of10)
        return {.link_down = (bits & 1) != 0,
                .blocked = (bits & k_stp_blocked10) == k_stp_blocked10};
    return {.link_down = (bits & 1 << 0) != 0,
            .blocked = (bits & 1 << 1) != 0,
            .live = (bits & 1 << 2) != 0};
}

std::uint32_t bits_of(const PortState &state, Version version) {
    if (version == Version::of10)
        return static_cast<std::uint32_t>(state.link_down) | (state.blocked ? k_stp_blocked10 : 0);
    return static_cast<std::uint32_t>(state.link_down << 0 | state.blocked << 1 | state.live << 2);
}

std::uint32_t read_features(Reader &reader, Version version) {
    std::uint32_t bits = reader.u32();
    if (version == Version::of10)
        return (bits & k_rates10) | (bits >> k_medium10 & k_media) << k_medium11;
    return bits;
}

void write_features(Writer &writer, std::uint32_t bits, Version version) {
    if (version == Version::of10)
        bits = (bits & k_rates10) | (bits >> k_medium11 & k_media) << k_medium10;
    writer.u32(bits);
}

model::Mac read_mac(Reader &reader) {
    model::Mac mac{};
    if (ByteSpan bytes = reader.bytes(mac.size()); !bytes.empty())
        std::ranges::copy(bytes, mac.begin());
    return mac;
}

void read_ethernet(Reader &reader, PortDescription &port, Version version) {
    port.current = read_features(reader, version);
    port.advertised = read_features(reader, version);
    port.supported = read_features(reader, version);
    port.peer = read_features(reader, version);
    if (version == Version::of10)
        return;
    port.speed_kbps = reader.u32();
    port.max_speed_kbps = reader.u32();
}

void write_ethernet(Writer &writer, const PortDescription &port, Version version) {
    for (auto features : {port.current, port.advertised, port.supported, port.peer})
        write_features(writer, features, version);
    if (version == Version::of10)
        return;
    writer.u32(port.speed_kbps);
    writer.u32(port.max_speed_kbps);
}

// The properties of a description that began `begun` bytes into the reader.
Answer<> read_properties_of(Reader &reader, std::size_t begun, std::size_t length,
                            PortDescription &port) {
    std::size_t read = reader.position() - begun;
    if (length < read || length - read > reader.left())
        return model::refuse(Refusal::bad_length, fmt::format("a port of {} bytes", length));
    Reader properties = reader.part(length - read);
    return read_properties(properties, [&](Property &property) -> Answer<> {
        if (property.type == k_ethernet) {
            property.body.skip(4);
            read_ethernet(property.body, port, Version::of14);
        }
        return {};
    });
}

} // namespace

std::size_t port_description_size(Version version) {
    return version == Version::of10 ? 48 : version < Version::of14 ? 64 : 72;
}

Answer<PortDescription> read_port_description(Reader &reader, const Dialect &dialect) {
    Version version = dialect.version;
    std::size_t begun = reader.position();
    PortDescription port;
    port.number = read_port(reader, dialect);
    std::size_t length = version == Version::of10 ? 0 : reader.u16();
    if (version > Version::of10)
        reader.skip(2);
    port.address = read_mac(reader);
    if (version > Version::of10)
        reader.skip(2);
    port.name = read_text(reader, k_name);
    port.config = config_from(reader.u32(), version);
    port.state = state_from(reader.u32(), version);
    if (!reader.ok())
        return too_short("a port");
    if (version < Version::of14)
        read_ethernet(reader, port, version);
    else if (auto read = read_properties_of(reader, begun, length, port); !read)
        return std::unexpected(read.error());
    return port;
}

void write_port_description(Writer &writer, const PortDescription &port, const Dialect &dialect) {
    Version version = dialect.version;
    std::size_t begun = writer.size();
    write_port(writer, port.number, dialect);
    if (version > Version::of10)
        writer.zeros(4);
    writer.bytes(port.address);
    if (version > Version::of10)
        writer.zeros(2);
    write_text(writer, port.name, k_name);
    writer.u32(bits_of(port.config, version));
    writer.u32(bits_of(port.state, version));
    if (version < Version::of14) {
        write_ethernet(writer, port, version);
        return;
    }
    std::size_t property = begin_property(writer, k_ethernet);
    writer.zeros(4);
    write_ethernet(writer, port, version);
    end_property(writer, property);
    writer.patch_length(begun + 4, begun);
}

Answer<PortStatus> read_port_status(Reader &reader, const Dialect &dialect) {
    std::uint8_t change = reader.u8();
    if (change > static_cast<unsigned>(model::PortChange::modified))
        return model::refuse(Refusal::bad_type, fmt::format("port status with reason {}", change));
    reader.skip(7);
    auto port = read_port_description(reader, dialect);
    if (!port)
        return std::unexpected(port.error());
    return PortStatus{static_cast<model::PortChange>(change), std::move(*port)};
}

void write_port_status(Writer &writer, const PortStatus &status, const Dialect &dialect) {
    writer.u8(static_cast<std::uint8_t>(status.change));
    writer.zeros(7);
    write_port_description(writer, status.port, dialect);
}

Answer<model::PortMod> read_port_mod(Reader &reader, const Dialect &dialect) {
    Version version = dialect.version;
    model::PortMod mod;
    mod.number = read_port(reader, dialect);
    reader.skip(version == Version::of10 ? 0 : 4);
    mod.address = read_mac(reader);
    reader.skip(version == Version::of10 ? 0 : 2);
    std::uint32_t config = reader.u32();
    std::uint32_t mask = reader.u32();
    if (mask & ~(version == Version::of10 ? k_config10 : k_config11))
        return model::refuse(Refusal::port_bad_config, fmt::format("port config mask {:#x}", mask));
    mod.config = config_from(config, version);
    mod.mask = config_from(mask, version);
    if (version < Version::of14) {
        mod.advertise = read_features(reader, version);
        reader.skip(4);
        return mod;
    }
    auto read = read_properties(reader, [&](Property &property) -> Answer<> {
        if (property.type != k_ethernet)
            return model::refuse(Refusal::features_bad_type,
                                 fmt::format("port property {}", property.type));
        mod.advertise = property.body.u32();
        return {};
    });
    if (!read)
        return std::unexpected(read.error());
    return mod;
}

void write_port_mod(Writer &writer, const model::PortMod &mod, const Dialect &dialect) {
    Version version = dialect.version;
    write_port(writer, mod.number, dialect);
    writer.zeros(version == Version::of10 ? 0 : 4);
    writer.bytes(mod.address);
    writer.zeros(version == Version::of10 ? 0 : 2);
    writer.u32(bits_of(mod.config, version));
    writer.u32(bits_of(mod.mask, version));
    if (version < Version::of14) {
        write_features(writer, mod.advertise, version);
        writer.zeros(4);
    } else if (mod.advertise) {
        std::size_t property = begin_property(writer, k_ethernet);
        writer.u32(mod.advertise);
        end_property(writer, property);
    }
}

Answer<PortDescRequest> read_port_desc_request(Reader &reader, const Dialect &dialect) {
    if (dialect.version < Version::of15)
        return PortDescRequest{};
    PortDescRequest request{reader.u32()};
    reader.skip(4);
    return request;
}

void write_port_desc_request(Writer &writer, const PortDescRequest &request,
                             const Dialect &dialect) {
    if (dialect.version < Version::of15)
        return;
    writer.u32(request.port);
    writer.zeros(4);
}

} // namespace bvs::wire
