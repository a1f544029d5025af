// SPDX-License-Identifier: Apache-2.0
#include "ofagent/wire/flow_stats.h"

#include "ofagent/wire/flow_filter.h"
#include "ofagent/wire/flow_mod.h"
#include "ofagent/wire/instruction.h"
#include "ofagent/wire/match.h"
#include "ofagent/wire/scalar.h"
#include "ofagent/wire/stats.h"

namespace bvs::wire {

using model::Answer;
using model::FlowStats;

namespace {

Answer<FlowStatsRequest> request(Answer<model::FlowFilter> filter, bool nicira) {
    if (!filter)
        return std::unexpected(filter.error());
    return FlowStatsRequest{std::move(*filter), nicira};
}

void read_counters(Reader &entry, FlowStats &flow) {
    flow.cookie = entry.u64();
    flow.counters.packets = entry.u64();
    flow.counters.bytes = entry.u64();
}
void write_counters(Writer &writer, const FlowStats &flow) {
    writer.u64(flow.cookie);
    writer.u64(flow.counters.packets);
    writer.u64(flow.counters.bytes);
}

// Priority and timeouts follow one another everywhere.
void read_times(Reader &entry, FlowStats &flow) {
    flow.priority = entry.u16();
    flow.idle_timeout = entry.u16();
    flow.hard_timeout = entry.u16();
}
void write_times(Writer &writer, const FlowStats &flow) {
    writer.u16(flow.priority);
    writer.u16(flow.idle_timeout);
    writer.u16(flow.hard_timeout);
}

// Nicira's ages are in seconds and one more; zero is not known.
std::chrono::seconds read_age(Reader &entry) {
    std::uint16_t age = entry.u16();
    return std::chrono::seconds(age ? age - 1 : 0);
}
void write_age(Writer &writer, std::chrono::seconds age) {
    writer.u16(static_cast<std::uint16_t>(std::min<std::int64_t>(age.count() + 1, 0xffff)));
}

Answer<> set_match(FlowStats &flow, Answer<model::Match> match) {
    if (!match)
        return std::unexpected(match.error());
    flow.match = std::move(*match);
    return {};
}

Answer<> read10(Reader &entry, FlowStats &flow) {
    entry.skip(1);
    auto match = set_match(flow, read_match10(entry));
    flow.duration = read_duration(entry);
    read_times(entry, flow);
    entry.skip(6);
    read_counters(entry, flow);
    return match;
}

void write10(Writer &writer, const FlowStats &flow) {
    writer.u8(flow.table);
    writer.zeros(1);
    write_match10(writer, flow.match);
    write_duration(writer, flow.duration);
    write_times(writer, flow);
    writer.zeros(6);
    write_counters(writer, flow);
}

Answer<> read_flags(Reader &entry, FlowStats &flow, const Dialect &dialect) {
    auto flags = read_flow_flags(entry.u16(), dialect.version);
    flow.importance = entry.u16();
    if (!flags)
        return std::unexpected(flags.error());
    flow.flags = *flags;
    return {};
}

// OpenFlow 1.1 to 1.4.
Answer<> read11(Reader &entry, FlowStats &flow, const Dialect &dialect) {
    entry.skip(1);
    flow.duration = read_duration(entry);
    read_times(entry, flow);
    auto flags = read_flags(entry, flow, dialect);
    if (dialect.version < Version::of14)
        flow.importance = 0;
    entry.skip(2);
    read_counters(entry, flow);
    return flags ? set_match(flow, read_match(entry, dialect)) : flags;
}

void write11(Writer &writer, const FlowStats &flow, const Dialect &dialect) {
    writer.u8(flow.table);
    writer.zeros(1);
    write_duration(writer, flow.duration);
    write_times(writer, flow);
    writer.u16(flow_flag_bits(flow.flags, dialect.version));
    writer.u16(dialect.version >= Version::of14 ? flow.importance : 0);
    writer.zeros(2);
    write_counters(writer, flow);
    write_match(writer, flow.match, dialect);
}

Answer<> read15(Reader &entry, FlowStats &flow, const Dialect &dialect) {
    entry.skip(1);
    read_times(entry, flow);
    auto flags = read_flags(entry, flow, dialect);
    flow.cookie = entry.u64();
    auto match = set_match(flow, read_match(entry, dialect));
    if (!flags || !match)
        return flags ? match : flags;
    auto stats = read_stats(entry);
    if (!stats)
        return std::unexpected(stats.error());
    flow.duration = stats->duration.value_or(std::chrono::nanoseconds{});
    flow.idle =
        std::chrono::floor<std::chrono::seconds>(stats->idle.value_or(std::chrono::nanoseconds{}));
    flow.counters = {stats->packets.value_or(0), stats->bytes.value_or(0)};
    return {};
}

void write15(Writer &writer, const FlowStats &flow, const Dialect &dialect) {
    writer.zeros(2);
    writer.u8(flow.table);
    writer.zeros(1);
    write_times(writer, flow);
    writer.u16(flow_flag_bits(flow.flags, dialect.version));
    writer.u16(flow.importance);
    writer.u64(flow.cookie);
    write_match(writer, flow.match, dialect);
    write_stats(writer, {.duration = flow.duration,
                         .idle = flow.idle,
                         .packets = flow.counters.packets,
                         .bytes = flow.counters.bytes});
}

Answer<> read_nx(Reader &entry, FlowStats &flow) {
    entry.skip(1);
    flow.duration = read_duration(entry);
    read_times(entry, flow);
    std::size_t length = entry.u16();
    flow.idle = read_age(entry);
    flow.hard_age = read_age(entry);
    read_counters(entry, flow);
    auto match = read_nxm_match(entry, length);
    if (!match)
        return std::unexpected(match.error());
    flow.match = std::move(match->match);
    return {};
}

// An entry of the given length with what differs, and then the instructions.
template <class Read>
Answer<FlowStats> read_entry(Reader &reader, const Dialect &dialect, Read read) {
    constexpr std::size_t length_size = 2;
    std::size_t length = reader.u16();
    if (length < length_size)
        return too_short("a flow's statistics");
    Reader entry = reader.part(length - length_size);
    FlowStats flow;
    if (dialect.version >= Version::of15)
        entry.skip(2);
    flow.table = entry.u8();
    auto fixed = read(entry, flow);
    if (!entry.ok())
        return too_short("a flow's statistics");
    if (!fixed)
        return std::unexpected(fixed.error());
    auto instructions = read_instructions(entry, dialect, scope_of(flow.match));
    if (!instructions)
        return std::unexpected(instructions.error());
    flow.instructions = std::move(*instructions);
    return flow;
}

template <class Write>
void write_entry(Writer &writer, const FlowStats &flow, const Dialect &dialect, Write write) {
    std::size_t start = writer.size();
    writer.u16(0);
    write();
    write_instructions(writer, flow.instructions, dialect, scope_of(flow.match));
    writer.patch_length(start, start);
}

} // namespace

Answer<FlowStatsRequest> read_flow_stats_request(Reader &reader, const Dialect &dialect) {
    return request(read_flow_filter(reader, dialect), false);
}

void write_flow_stats_request(Writer &writer, const FlowStatsRequest &request,
                              const Dialect &dialect) {
    write_flow_filter(writer, request.filter, dialect);
}

Answer<FlowStatsRequest> read_nx_flow_stats_request(Reader &reader, const Dialect &) {
    return request(read_nx_flow_filter(reader), true);
}

void write_nx_flow_stats_request(Writer &writer, const FlowStatsRequest &request,
                                 const Dialect &dialect) {
    write_nx_flow_filter(writer, request.filter, dialect);
}

Answer<FlowStats> read_flow_stats(Reader &reader, const Dialect &dialect) {
    return read_entry(reader, dialect, [&](Reader &entry, FlowStats &flow) {
        if (dialect.version == Version::of10)
            return read10(entry, flow);
        return dialect.version >= Version::of15 ? read15(entry, flow, dialect)
                                                : read11(entry, flow, dialect);
    });
}

void write_flow_stats(Writer &writer, const FlowStats &flow, const Dialect &dialect) {
    write_entry(writer, flow, dialect, [&] {
        if (dialect.version == Version::of10)
            write10(writer, flow);
        else if (dialect.version >= Version::of15)
            write15(writer, flow, dialect);
        else
            write11(writer, flow, dialect);
    });
}

Answer<FlowStats> read_nx_flow_stats(Reader &reader, const Dialect &dialect) {
    return read_entry(reader, dialect, read_nx);
}

void write_nx_flow_stats(Writer &writer, const FlowStats &flow, const Dialect &dialect) {
    write_entry(writer, flow, dialect, [&] {
        writer.u8(flow.table);
        writer.zeros(1);
        write_duration(writer, flow.duration);
        write_times(writer, flow);
        std::size_t length_at = writer.size();
        writer.u16(0);
        write_age(writer, flow.idle);
        write_age(writer, flow.hard_age);
        write_counters(writer, flow);
        writer.patch16(length_at, write_nxm_match(writer, {flow.match, {}}, dialect));
    });
}

} // namespace bvs::wire
