// SPDX-License-Identifier: Apache-2.0
#include "ofagent/wire/stats.h"

#include "ofagent/wire/scalar.h"

namespace bvs::wire {

using model::Answer;

namespace {

constexpr std::uint16_t k_oxs_class = 0x8002; // OFPXSC_OPENFLOW_BASIC
enum Number : std::uint8_t { duration = 0, idle = 1, flows = 3, packets = 4, bytes = 5 };

void read_one(Stats &stats, unsigned number, Reader &payload) {
    switch (number) {
    case duration:
        stats.duration = read_duration(payload);
        break;
    case idle:
        stats.idle = read_duration(payload);
        break;
    case flows:
        stats.flows = payload.u32();
        break;
    case packets:
        stats.packets = payload.u64();
        break;
    case bytes:
        stats.bytes = payload.u64();
        break;
    default:
        payload.rest();
        break;
    }
}

void write_header(Writer &writer, Number number, std::size_t length) {
    writer.u16(k_oxs_class);
    writer.u8(static_cast<std::uint8_t>(number << 1));
    writer.u8(static_cast<std::uint8_t>(length));
}

void write_time(Writer &writer, Number number, std::optional<std::chrono::nanoseconds> time) {
    if (!time)
        return;
    write_header(writer, number, 2 * sizeof(std::uint32_t));
    write_duration(writer, *time);
}

void write_count(Writer &writer, Number number, std::optional<std::uint64_t> count) {
    if (!count)
        return;
    write_header(writer, number, sizeof *count);
    writer.u64(*count);
}

} // namespace

Answer<Stats> read_stats(Reader &reader) {
    constexpr std::size_t header = 4;
    reader.skip(2);
    std::size_t length = reader.u16();
    if (length < header)
        return too_short("a list of statistics");
    Reader list = reader.part(length - header);
    reader.skip(padding8(length));
    Stats stats;
    while (list.left()) {
        std::uint16_t oxs_class = list.u16();
        unsigned number = list.u8() >> 1u;
        Reader payload = list.part(list.u8());
        if (oxs_class != k_oxs_class)
            continue;
        read_one(stats, number, payload);
        if (!payload.done())
            return too_short("a statistic");
    }
    if (!reader.ok() || !list.ok())
        return too_short("a list of statistics");
    return stats;
}

void write_stats(Writer &writer, const Stats &stats) {
    std::size_t start = writer.size();
    writer.zeros(2);
    std::size_t length_at = writer.size();
    writer.u16(0);
    write_time(writer, duration, stats.duration);
    write_time(writer, idle, stats.idle);
    if (stats.flows) {
        write_header(writer, flows, sizeof *stats.flows);
        writer.u32(*stats.flows);
    }
    write_count(writer, packets, stats.packets);
    write_count(writer, bytes, stats.bytes);
    writer.patch_length(length_at, start);
    writer.pad8(start);
}

} // namespace bvs::wire
