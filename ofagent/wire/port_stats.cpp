// SPDX-License-Identifier: Apache-2.0
#include "ofagent/wire/port.h"
#include "ofagent/wire/port_number.h"
#include "ofagent/wire/property.h"
#include "ofagent/wire/scalar.h"

#include <array>
#include <fmt/format.h>

namespace bvs::wire {

using model::Answer;
using model::PortStats;
using model::Refusal;

namespace {

constexpr std::uint16_t k_ethernet = 0; // OFPPSPT_ETHERNET

// In the order of the wire, in all versions.
constexpr std::array k_common = {
    &PortStats::rx_packets, &PortStats::tx_packets, &PortStats::rx_bytes,  &PortStats::tx_bytes,
    &PortStats::rx_dropped, &PortStats::tx_dropped, &PortStats::rx_errors, &PortStats::tx_errors,
};
constexpr std::array k_of_ethernet = {&PortStats::rx_frame_errors, &PortStats::rx_over_errors,
                                      &PortStats::rx_crc_errors, &PortStats::collisions};

void read_counters(Reader &reader, PortStats &stats, const auto &members) {
    for (auto member : members)
        stats.*member = reader.u64();
}

void write_counters(Writer &writer, const PortStats &stats, const auto &members) {
    for (auto member : members)
        writer.u64(stats.*member);
}

Answer<PortStats> read_entry14(Reader &reader) {
    std::size_t begun = reader.position();
    std::size_t length = reader.u16();
    reader.skip(2);
    PortStats stats;
    stats.number = reader.u32();
    stats.duration = read_duration(reader);
    read_counters(reader, stats, k_common);
    // What is not there is not known.
    for (auto member : k_of_ethernet)
        stats.*member = ~0ULL;
    std::size_t read = reader.position() - begun;
    if (!reader.ok() || length < read || length - read > reader.left())
        return model::refuse(Refusal::bad_length,
                             fmt::format("port statistics of {} bytes", length));
    Reader properties = reader.part(length - read);
    auto done = read_properties(properties, [&](Property &property) -> Answer<> {
        if (property.type == k_ethernet) {
            property.body.skip(4);
            read_counters(property.body, stats, k_of_ethernet);
        }
        return {};
    });
    if (!done)
        return std::unexpected(done.error());
    return stats;
}

void write_entry14(Writer &writer, const PortStats &stats) {
    std::size_t begun = writer.size();
    writer.zeros(4);
    writer.u32(stats.number);
    write_duration(writer, stats.duration);
    write_counters(writer, stats, k_common);
    std::size_t property = begin_property(writer, k_ethernet);
    writer.zeros(4);
    write_counters(writer, stats, k_of_ethernet);
    end_property(writer, property);
    writer.patch_length(begun, begun);
}

} // namespace

Answer<PortStatsRequest> read_port_stats_request(Reader &reader, const Dialect &dialect) {
    PortStatsRequest request{read_port(reader, dialect)};
    reader.skip(dialect.version == Version::of10 ? 6 : 4);
    return request;
}

void write_port_stats_request(Writer &writer, const PortStatsRequest &request,
                              const Dialect &dialect) {
    write_port(writer, request.port, dialect);
    writer.zeros(dialect.version == Version::of10 ? 6 : 4);
}

Answer<PortStats> read_port_stats(Reader &reader, const Dialect &dialect) {
    if (dialect.version >= Version::of14)
        return read_entry14(reader);
    PortStats stats;
    stats.number = read_port(reader, dialect);
    reader.skip(dialect.version == Version::of10 ? 6 : 4);
    read_counters(reader, stats, k_common);
    read_counters(reader, stats, k_of_ethernet);
    if (dialect.version == Version::of13)
        stats.duration = read_duration(reader);
    return stats;
}

void write_port_stats(Writer &writer, const PortStats &stats, const Dialect &dialect) {
    if (dialect.version >= Version::of14)
        return write_entry14(writer, stats);
    write_port(writer, stats.number, dialect);
    writer.zeros(dialect.version == Version::of10 ? 6 : 4);
    write_counters(writer, stats, k_common);
    write_counters(writer, stats, k_of_ethernet);
    if (dialect.version == Version::of13)
        write_duration(writer, stats.duration);
}

} // namespace bvs::wire
