// SPDX-License-Identifier: Apache-2.0
#include "ofagent/wire/flow_removed.h"

#include "ofagent/wire/match.h"
#include "ofagent/wire/scalar.h"
#include "ofagent/wire/stats.h"

#include <fmt/format.h>

namespace bvs::wire {

using model::Answer;
using model::FlowRemoved;
using model::FlowStats;
using model::RemovedReason;

namespace {

RemovedReason last_reason(Version version) {
    return version == Version::of10  ? RemovedReason::removed
           : version < Version::of14 ? RemovedReason::group_removed
                                     : RemovedReason::evicted;
}

std::uint8_t reason_number(RemovedReason reason, Version version) {
    return static_cast<std::uint8_t>(reason <= last_reason(version) ? reason
                                                                    : RemovedReason::removed);
}

void read_counters(Reader &reader, FlowStats &flow) {
    flow.counters.packets = reader.u64();
    flow.counters.bytes = reader.u64();
}
void write_counters(Writer &writer, const FlowStats &flow) {
    writer.u64(flow.counters.packets);
    writer.u64(flow.counters.bytes);
}

// What was read and the match, if all of it makes sense.
Answer<FlowRemoved> finish(FlowStats flow, std::uint8_t reason, Answer<model::Match> match,
                           const Reader &reader, Version version) {
    if (!reader.ok())
        return too_short("a flow's removal");
    if (reason > static_cast<std::uint8_t>(last_reason(version)))
        return model::refuse(model::Refusal::bad_packet,
                             fmt::format("a flow removed for the unknown reason {}", reason));
    if (!match)
        return std::unexpected(match.error());
    flow.match = std::move(*match);
    return FlowRemoved{static_cast<RemovedReason>(reason), std::move(flow)};
}

Answer<FlowRemoved> read10(Reader &reader) {
    FlowStats flow;
    auto match = read_match10(reader);
    flow.cookie = reader.u64();
    flow.priority = reader.u16();
    std::uint8_t reason = reader.u8();
    reader.skip(1);
    flow.duration = read_duration(reader);
    flow.idle_timeout = reader.u16();
    reader.skip(2);
    read_counters(reader, flow);
    return finish(std::move(flow), reason, std::move(match), reader, Version::of10);
}

void write10(Writer &writer, const FlowRemoved &removed) {
    const FlowStats &flow = removed.flow;
    write_match10(writer, flow.match);
    writer.u64(flow.cookie);
    writer.u16(flow.priority);
    writer.u8(reason_number(removed.reason, Version::of10));
    writer.zeros(1);
    write_duration(writer, flow.duration);
    writer.u16(flow.idle_timeout);
    writer.zeros(2);
    write_counters(writer, flow);
}

// OpenFlow 1.1 to 1.4.
Answer<FlowRemoved> read11(Reader &reader, const Dialect &dialect) {
    FlowStats flow;
    flow.cookie = reader.u64();
    flow.priority = reader.u16();
    std::uint8_t reason = reader.u8();
    flow.table = reader.u8();
    flow.duration = read_duration(reader);
    flow.idle_timeout = reader.u16();
    flow.hard_timeout = reader.u16();
    read_counters(reader, flow);
    auto match = read_match(reader, dialect);
    return finish(std::move(flow), reason, std::move(match), reader, dialect.version);
}

void write11(Writer &writer, const FlowRemoved &removed, const Dialect &dialect) {
    const FlowStats &flow = removed.flow;
    writer.u64(flow.cookie);
    writer.u16(flow.priority);
    writer.u8(reason_number(removed.reason, dialect.version));
    writer.u8(flow.table);
    write_duration(writer, flow.duration);
    writer.u16(flow.idle_timeout);
    writer.u16(flow.hard_timeout);
    write_counters(writer, flow);
    write_match(writer, flow.match, dialect);
}

Answer<FlowRemoved> read15(Reader &reader, const Dialect &dialect) {
    FlowStats flow;
    flow.table = reader.u8();
    std::uint8_t reason = reader.u8();
    flow.priority = reader.u16();
    flow.idle_timeout = reader.u16();
    flow.hard_timeout = reader.u16();
    flow.cookie = reader.u64();
    auto match = read_match(reader, dialect);
    if (!match)
        return std::unexpected(match.error());
    auto stats = read_stats(reader);
    if (!stats)
        return std::unexpected(stats.error());
    flow.duration = stats->duration.value_or(std::chrono::nanoseconds{});
    flow.counters = {stats->packets.value_or(0), stats->bytes.value_or(0)};
    return finish(std::move(flow), reason, std::move(match), reader, dialect.version);
}

void write15(Writer &writer, const FlowRemoved &removed, const Dialect &dialect) {
    const FlowStats &flow = removed.flow;
    writer.u8(flow.table);
    writer.u8(reason_number(removed.reason, dialect.version));
    writer.u16(flow.priority);
    writer.u16(flow.idle_timeout);
    writer.u16(flow.hard_timeout);
    writer.u64(flow.cookie);
    write_match(writer, flow.match, dialect);
    write_stats(writer, {.duration = flow.duration,
                         .packets = flow.counters.packets,
                         .bytes = flow.counters.bytes});
}

} // namespace

Answer<FlowRemoved> read_flow_removed(Reader &reader, const Dialect &dialect) {
    if (dialect.version == Version::of10)
        return read10(reader);
    return dialect.version >= Version::of15 ? read15(reader, dialect) : read11(reader, dialect);
}

void write_flow_removed(Writer &writer, const FlowRemoved &removed, const Dialect &dialect) {
    if (dialect.version == Version::of10)
        write10(writer, removed);
    else if (dialect.version >= Version::of15)
        write15(writer, removed, dialect);
    else
        write11(writer, removed, dialect);
}

// The table is sent as its number and one more; zero is not known.
Answer<FlowRemoved> read_nx_flow_removed(Reader &reader, const Dialect &) {
    FlowStats flow;
    flow.cookie = reader.u64();
    flow.priority = reader.u16();
    std::uint8_t reason = reader.u8();
    std::uint8_t table = reader.u8();
    flow.table = table ? static_cast<std::uint8_t>(table - 1) : model::k_all_tables;
    flow.duration = read_duration(reader);
    flow.idle_timeout = reader.u16();
    std::size_t length = reader.u16();
    read_counters(reader, flow);
    auto nxm = read_nxm_match(reader, length);
    if (!nxm)
        return std::unexpected(nxm.error());
    return finish(std::move(flow), reason, std::move(nxm->match), reader, Version::of10);
}

void write_nx_flow_removed(Writer &writer, const FlowRemoved &removed, const Dialect &dialect) {
    const FlowStats &flow = removed.flow;
    writer.u64(flow.cookie);
    writer.u16(flow.priority);
    writer.u8(reason_number(removed.reason, dialect.version));
    writer.u8(static_cast<std::uint8_t>(flow.table + 1));
    write_duration(writer, flow.duration);
    writer.u16(flow.idle_timeout);
    std::size_t length_at = writer.size();
    writer.u16(0);
    write_counters(writer, flow);
    writer.patch16(length_at, write_nxm_match(writer, {flow.match, {}}, dialect));
}

} // namespace bvs::wire
