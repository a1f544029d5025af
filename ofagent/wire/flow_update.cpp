// SPDX-License-Identifier: Apache-2.0
#include "ofagent/wire/flow_update.h"

#include "ofagent/wire/instruction.h"
#include "ofagent/wire/match.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace bvs::wire {

using model::Answer;
using model::Refusal;
using model::RemovedReason;

namespace {

constexpr std::size_t k_short_update = 8;

// NXFME_* in order.
constexpr std::array k_nx_events = {FlowEvent::added, FlowEvent::removed, FlowEvent::modified,
                                    FlowEvent::abbreviated};

bool is_full(FlowEvent event) {
    return event < FlowEvent::abbreviated;
}

Answer<RemovedReason> reason_from(unsigned number) {
    if (number > static_cast<unsigned>(RemovedReason::evicted))
        return model::refuse(Refusal::bad_type, fmt::format("flow update with reason {}", number));
    return static_cast<RemovedReason>(number);
}

std::unexpected<model::OpenFlowError> bad_length(std::size_t length) {
    return model::refuse(Refusal::bad_length, fmt::format("a flow update of {} bytes", length));
}

// What follows a flow's numbers.
Answer<> read_flow(Reader &reader, FlowUpdate &update, const Dialect &dialect) {
    auto match = read_match(reader, dialect);
    if (!match)
        return std::unexpected(match.error());
    auto instructions = read_instructions(reader, dialect, scope_of(*match));
    if (!instructions)
        return std::unexpected(instructions.error());
    update.flow.match = std::move(*match);
    update.flow.instructions = std::move(*instructions);
    return {};
}

Answer<> read_full(Reader &reader, FlowUpdate &update, const Dialect &dialect) {
    update.flow.table = reader.u8();
    std::uint8_t reason = reader.u8();
    update.flow.idle_timeout = reader.u16();
    update.flow.hard_timeout = reader.u16();
    update.flow.priority = reader.u16();
    reader.skip(4);
    update.flow.cookie = reader.u64();
    if (update.event == FlowEvent::removed) {
        auto known = reason_from(reason);
        if (!known)
            return std::unexpected(known.error());
        update.reason = *known;
    }
    return read_flow(reader, update, dialect);
}

Answer<> read_nx_full(Reader &reader, FlowUpdate &update, const Dialect &dialect) {
    std::uint16_t reason = reader.u16();
    update.flow.priority = reader.u16();
    update.flow.idle_timeout = reader.u16();
    update.flow.hard_timeout = reader.u16();
    std::size_t match_length = reader.u16();
    update.flow.table = reader.u8();
    reader.skip(1);
    update.flow.cookie = reader.u64();
    if (update.event == FlowEvent::removed) {
        auto known = reason_from(reason);
        if (!known)
            return std::unexpected(known.error());
        update.reason = *known;
    }
    if (dialect.version != Version::of10)
        return read_flow(reader, update, dialect);
    auto match = read_nxm_match(reader, match_length);
    if (!match)
        return std::unexpected(match.error());
    auto actions = read_actions(reader, dialect, scope_of(match->match));
    if (!actions)
        return std::unexpected(actions.error());
    update.flow.match = std::move(match->match);
    update.flow.instructions.apply = std::move(*actions);
    return {};
}

// An update of known event and length; the reader is at what follows these.
template <class ReadFull>
Answer<FlowUpdate> read_update(Reader &reader, FlowEvent event, std::size_t length,
                               const Dialect &dialect, ReadFull read) {
    constexpr std::size_t k_before = 4;
    if (!reader.ok() || length < k_short_update || length - k_before > reader.left())
        return bad_length(length);
    FlowUpdate update;
    update.event = event;
    Reader content = reader.part(length - k_before);
    if (is_full(event)) {
        if (auto done = read(content, update, dialect); !done)
            return std::unexpected(done.error());
    } else if (event == FlowEvent::abbreviated) {
        update.xid = content.u32();
    } else {
        content.skip(4);
    }
    if (!content.done())
        return bad_length(length);
    return update;
}

void write_short(Writer &writer, FlowEvent event, std::uint16_t number, std::uint32_t xid) {
    writer.u16(k_short_update);
    writer.u16(number);
    writer.u32(event == FlowEvent::abbreviated ? xid : 0);
}

} // namespace

Answer<FlowUpdate> read_flow_update(Reader &reader, const Dialect &dialect) {
    std::size_t length = reader.u16();
    std::uint16_t event = reader.u16();
    if (event > static_cast<unsigned>(FlowEvent::resumed))
        return model::refuse(Refusal::bad_type, fmt::format("flow update with event {}", event));
    return read_update(reader, static_cast<FlowEvent>(event), length, dialect, read_full);
}

void write_flow_update(Writer &writer, const FlowUpdate &update, const Dialect &dialect) {
    auto number = static_cast<std::uint16_t>(update.event);
    if (!is_full(update.event))
        return write_short(writer, update.event, number, update.xid);
    std::size_t begun = writer.size();
    writer.u16(0);
    writer.u16(number);
    writer.u8(update.flow.table);
    writer.u8(static_cast<std::uint8_t>(
        update.event == FlowEvent::removed ? update.reason : RemovedReason::idle_timeout));
    writer.u16(update.flow.idle_timeout);
    writer.u16(update.flow.hard_timeout);
    writer.u16(update.flow.priority);
    writer.zeros(4);
    writer.u64(update.flow.cookie);
    write_match(writer, update.flow.match, dialect);
    write_instructions(writer, update.flow.instructions, dialect);
    writer.patch_length(begun, begun);
}

Answer<FlowUpdate> read_nx_flow_update(Reader &reader, const Dialect &dialect) {
    std::size_t length = reader.u16();
    std::uint16_t event = reader.u16();
    if (event >= k_nx_events.size())
        return model::refuse(Refusal::bad_type, fmt::format("flow update with event {}", event));
    return read_update(reader, k_nx_events[event], length, dialect, read_nx_full);
}

void write_nx_flow_update(Writer &writer, const FlowUpdate &update, const Dialect &dialect) {
    FlowEvent event = update.event == FlowEvent::initial ? FlowEvent::added : update.event;
    auto number =
        static_cast<std::uint16_t>(std::ranges::find(k_nx_events, event) - k_nx_events.begin());
    if (!is_full(event))
        return write_short(writer, event, number, update.xid);
    std::size_t begun = writer.size();
    writer.u16(0);
    writer.u16(number);
    writer.u16(static_cast<std::uint16_t>(
        event == FlowEvent::removed ? update.reason : RemovedReason::idle_timeout));
    writer.u16(update.flow.priority);
    writer.u16(update.flow.idle_timeout);
    writer.u16(update.flow.hard_timeout);
    std::size_t length_at = writer.size();
    writer.u16(0);
    writer.u8(update.flow.table);
    writer.zeros(1);
    writer.u64(update.flow.cookie);
    std::size_t match_at = writer.size();
    if (dialect.version == Version::of10) {
        writer.patch16(length_at, write_nxm_match(writer, {update.flow.match, {}}, dialect));
        write_actions(writer, update.flow.instructions.apply, dialect);
    } else {
        write_match(writer, update.flow.match, dialect);
        writer.patch_length(length_at, match_at);
        write_instructions(writer, update.flow.instructions, dialect);
    }
    writer.patch_length(begun, begun);
}

void write_monitor_pause(Writer &writer, const FlowMonitorPause &pause, const Dialect &dialect) {
    write_flow_update(writer,
                      {.event = pause.paused ? FlowEvent::paused : FlowEvent::resumed,
                       .xid = 0,
                       .reason = {},
                       .flow = {}},
                      dialect);
}

} // namespace bvs::wire
