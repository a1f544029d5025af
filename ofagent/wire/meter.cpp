// SPDX-License-Identifier: Apache-2.0
#include "ofagent/wire/meter.h"

#include "ofagent/wire/scalar.h"

#include <fmt/format.h>

namespace bvs::wire {

using model::Answer;
using model::Band;
using model::BandType;
using model::FlowCounters;
using model::MeterCommand;
using model::MeterConfig;
using model::MeterFlags;
using model::MeterMod;
using model::MeterStats;
using model::Refusal;

namespace {

constexpr std::size_t k_band = 16;
constexpr std::uint16_t k_flags = 0xf;

std::uint16_t bits_of(const MeterFlags &flags) {
    return static_cast<std::uint16_t>(flags.kbps << 0 | flags.packets << 1 | flags.burst << 2 |
                                      flags.stats << 3);
}

Answer<MeterFlags> flags_from(std::uint16_t bits) {
    MeterFlags flags{.kbps = (bits & 1 << 0) != 0,
                     .packets = (bits & 1 << 1) != 0,
                     .burst = (bits & 1 << 2) != 0,
                     .stats = (bits & 1 << 3) != 0};
    if (bits & ~k_flags || (flags.kbps && flags.packets))
        return model::refuse(Refusal::meter_bad_flags, fmt::format("meter flags {:#x}", bits));
    return flags;
}

Answer<Band> read_band(Reader &reader, const Dialect &) {
    std::uint16_t type = reader.u16();
    std::size_t length = reader.u16();
    Band band;
    band.rate = reader.u32();
    band.burst = reader.u32();
    std::uint8_t precedence = reader.u8();
    reader.skip(3);
    if (type != static_cast<unsigned>(BandType::drop) &&
        type != static_cast<unsigned>(BandType::dscp_remark))
        return model::refuse(Refusal::meter_bad_band, fmt::format("meter band of type {}", type));
    if (length != k_band)
        return model::refuse(Refusal::bad_length, fmt::format("a meter band of {} bytes", length));
    band.type = static_cast<BandType>(type);
    band.precedence = band.type == BandType::dscp_remark ? precedence : 0;
    return band;
}

void write_band(Writer &writer, const Band &band, const Dialect &) {
    writer.u16(static_cast<std::uint16_t>(band.type));
    writer.u16(k_band);
    writer.u32(band.rate);
    writer.u32(band.burst);
    writer.u8(band.precedence);
    writer.zeros(3);
}

Answer<FlowCounters> read_counters(Reader &reader, const Dialect &) {
    return FlowCounters{reader.u64(), reader.u64()};
}

void write_counters(Writer &writer, const FlowCounters &counters, const Dialect &) {
    writer.u64(counters.packets);
    writer.u64(counters.bytes);
}

std::uint32_t read_meter_number(Reader &reader) {
    std::uint32_t meter = reader.u32();
    reader.skip(4);
    return meter;
}

} // namespace

Answer<MeterMod> read_meter_mod(Reader &reader, const Dialect &dialect) {
    MeterMod mod;
    std::uint16_t command = reader.u16();
    std::uint16_t flag_bits = reader.u16();
    mod.config.meter = reader.u32();
    if (command > static_cast<unsigned>(MeterCommand::remove))
        return model::refuse(Refusal::meter_bad_command, fmt::format("meter command {}", command));
    mod.command = static_cast<MeterCommand>(command);
    if (mod.command == MeterCommand::remove) { // says no more than which
        reader.rest();
        return mod;
    }
    auto flags = flags_from(flag_bits);
    if (!flags)
        return std::unexpected(flags.error());
    mod.config.flags = *flags;
    auto bands = read_list(reader, dialect, read_band);
    if (!bands)
        return std::unexpected(bands.error());
    mod.config.bands = std::move(*bands);
    return mod;
}

void write_meter_mod(Writer &writer, const MeterMod &mod, const Dialect &dialect) {
    writer.u16(static_cast<std::uint16_t>(mod.command));
    writer.u16(bits_of(mod.config.flags));
    writer.u32(mod.config.meter);
    write_list(writer, mod.config.bands, dialect, write_band);
}

Answer<MeterStatsRequest> read_meter_stats_request(Reader &reader, const Dialect &) {
    return MeterStatsRequest{read_meter_number(reader)};
}
void write_meter_stats_request(Writer &writer, const MeterStatsRequest &request, const Dialect &) {
    writer.u32(request.meter);
    writer.zeros(4);
}

Answer<MeterStats> read_meter_stats(Reader &reader, const Dialect &dialect) {
    std::size_t begun = reader.position();
    MeterStats stats;
    stats.meter = reader.u32();
    std::size_t length = reader.u16();
    reader.skip(6);
    stats.flows = reader.u32();
    stats.counters = *read_counters(reader, dialect);
    stats.duration = read_duration(reader);
    std::size_t read = reader.position() - begun;
    if (!reader.ok() || length < read || length - read > reader.left())
        return model::refuse(Refusal::bad_length, fmt::format("a meter of {} bytes", length));
    Reader rest = reader.part(length - read);
    auto bands = read_list(rest, dialect, read_counters);
    if (!bands)
        return std::unexpected(bands.error());
    stats.bands = std::move(*bands);
    return stats;
}

void write_meter_stats(Writer &writer, const MeterStats &stats, const Dialect &dialect) {
    std::size_t begun = writer.size();
    writer.u32(stats.meter);
    writer.zeros(8);
    writer.u32(stats.flows);
    write_counters(writer, stats.counters, dialect);
    write_duration(writer, stats.duration);
    write_list(writer, stats.bands, dialect, write_counters);
    writer.patch_length(begun + 4, begun);
}

Answer<MeterConfigRequest> read_meter_config_request(Reader &reader, const Dialect &) {
    return MeterConfigRequest{read_meter_number(reader)};
}
void write_meter_config_request(Writer &writer, const MeterConfigRequest &request,
                                const Dialect &) {
    writer.u32(request.meter);
    writer.zeros(4);
}

Answer<MeterConfig> read_meter_config(Reader &reader, const Dialect &dialect) {
    constexpr std::size_t k_before_bands = 8;
    std::size_t length = reader.u16();
    auto flags = flags_from(reader.u16());
    if (!flags)
        return std::unexpected(flags.error());
    MeterConfig config{.meter = reader.u32(), .flags = *flags, .bands = {}};
    if (!reader.ok() || length < k_before_bands || length - k_before_bands > reader.left())
        return model::refuse(Refusal::bad_length, fmt::format("a meter of {} bytes", length));
    Reader rest = reader.part(length - k_before_bands);
    auto bands = read_list(rest, dialect, read_band);
    if (!bands)
        return std::unexpected(bands.error());
    config.bands = std::move(*bands);
    return config;
}

void write_meter_config(Writer &writer, const MeterConfig &config, const Dialect &dialect) {
    std::size_t begun = writer.size();
    writer.u16(0);
    writer.u16(bits_of(config.flags));
    writer.u32(config.meter);
    write_list(writer, config.bands, dialect, write_band);
    writer.patch_length(begun, begun);
}

Answer<MeterFeatures> read_meter_features(Reader &reader, const Dialect &) {
    MeterFeatures features;
    features.max_meters = reader.u32();
    features.band_types = reader.u32();
    features.capabilities = reader.u32();
    features.max_bands = reader.u8();
    features.max_color = reader.u8();
    reader.skip(2);
    return features;
}

void write_meter_features(Writer &writer, const MeterFeatures &features, const Dialect &) {
    writer.u32(features.max_meters);
    writer.u32(features.band_types);
    writer.u32(features.capabilities);
    writer.u8(features.max_bands);
    writer.u8(features.max_color);
    writer.zeros(2);
}

} // namespace bvs::wire
