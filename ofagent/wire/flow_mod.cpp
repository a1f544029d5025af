// SPDX-License-Identifier: Apache-2.0
#include "ofagent/wire/flow_mod.h"

#include "ofagent/wire/instruction.h"
#include "ofagent/wire/match.h"
#include "ofagent/wire/port_number.h"

#include <fmt/format.h>

namespace bvs::wire {

using model::Answer;
using model::FlowCommand;
using model::FlowFlags;
using model::FlowMod;
using model::Refusal;
using model::refuse;

namespace {

enum Flag : std::uint16_t {
    send_removed = 1 << 0,
    check_overlap = 1 << 1,
    reset_counts = 1 << 2, // in 1.0: emergency
    no_packets = 1 << 3,
    no_bytes = 1 << 4,
};
constexpr std::uint64_t k_keep_cookie = ~0ULL; // of NXM's modify

bool removes(FlowCommand command) {
    return command >= FlowCommand::remove;
}
bool modifies(FlowCommand command) {
    return command == FlowCommand::modify || command == FlowCommand::modify_strict;
}

std::uint16_t known_flags(Version version) {
    if (version < Version::of12)
        return send_removed | check_overlap;
    if (version < Version::of13)
        return send_removed | check_overlap | reset_counts;
    return send_removed | check_overlap | reset_counts | no_packets | no_bytes;
}

Answer<FlowCommand> read_command(unsigned command) {
    if (command > static_cast<unsigned>(FlowCommand::remove_strict))
        return refuse(Refusal::flow_bad_command, fmt::format("no command {} of a flow", command));
    return static_cast<FlowCommand>(command);
}

// OpenFlow 1.0 may say the table in the upper half of the command.
Answer<> read_command10(FlowMod &mod, std::uint16_t raw, const Dialect &dialect) {
    mod.table =
        dialect.table_id_in_command ? static_cast<std::uint8_t>(raw >> 8) : model::k_all_tables;
    auto command = read_command(dialect.table_id_in_command ? raw & 0xff : raw);
    if (!command)
        return std::unexpected(command.error());
    mod.command = *command;
    return {};
}

std::uint16_t command10(const FlowMod &mod, const Dialect &dialect) {
    auto command = static_cast<unsigned>(mod.command);
    unsigned table = dialect.table_id_in_command ? mod.table : 0u;
    return static_cast<std::uint16_t>(table << 8 | command);
}

Answer<> read_flags(FlowMod &mod, std::uint16_t bits, const Dialect &dialect) {
    auto flags = read_flow_flags(bits, dialect.version);
    if (!flags)
        return std::unexpected(flags.error());
    mod.flags = *flags;
    return {};
}

// From the command to the flags OpenFlow 1.0 and Nicira have the same.
Answer<> read_middle10(FlowMod &mod, Reader &reader, const Dialect &dialect) {
    auto command = read_command10(mod, reader.u16(), dialect);
    mod.idle_timeout = reader.u16();
    mod.hard_timeout = reader.u16();
    mod.priority = reader.u16();
    mod.buffer = reader.u32();
    std::uint32_t out_port = widen_port(reader.u16());
    auto flags = read_flags(mod, reader.u16(), dialect);
    if (!command || !flags)
        return std::unexpected(command ? flags.error() : command.error());
    if (removes(mod.command))
        mod.out_port = out_port;
    // An added flow always counts from zero.
    mod.flags.reset_counts = mod.command == FlowCommand::add;
    return {};
}

void write_middle10(Writer &writer, const FlowMod &mod, const Dialect &dialect) {
    writer.u16(command10(mod, dialect));
    writer.u16(mod.idle_timeout);
    writer.u16(mod.hard_timeout);
    writer.u16(mod.priority);
    writer.u32(mod.buffer);
    writer.u16(narrow_port(mod.out_port));
    writer.u16(flow_flag_bits(mod.flags, dialect.version));
}

Answer<FlowMod> read10(Reader &reader, const Dialect &dialect) {
    FlowMod mod;
    auto match = read_match10(reader);
    if (!match)
        return std::unexpected(match.error());
    mod.match = std::move(*match);
    std::uint64_t cookie = reader.u64();
    auto middle = read_middle10(mod, reader, dialect);
    if (!reader.ok())
        return refuse(Refusal::bad_length, "a flow mod is shorter than its fixed part");
    if (!middle)
        return std::unexpected(middle.error());
    if (mod.command == FlowCommand::add)
        mod.cookie = cookie;
    else if (modifies(mod.command))
        mod.new_cookie = cookie;
    mod.modify_adds = modifies(mod.command);
    return mod;
}

void write10(Writer &writer, const FlowMod &mod, const Dialect &dialect) {
    write_match10(writer, mod.match);
    writer.u64(modifies(mod.command) ? mod.new_cookie.value_or(k_keep_cookie) : mod.cookie);
    write_middle10(writer, mod, dialect);
}

Answer<FlowMod> read12(Reader &reader, const Dialect &dialect) {
    FlowMod mod;
    mod.cookie = reader.u64();
    mod.cookie_mask = reader.u64();
    mod.table = reader.u8();
    auto command = read_command(reader.u8());
    mod.idle_timeout = reader.u16();
    mod.hard_timeout = reader.u16();
    mod.priority = reader.u16();
    mod.buffer = reader.u32();
    mod.out_port = reader.u32();
    mod.out_group = reader.u32();
    auto flags = read_flags(mod, reader.u16(), dialect);
    mod.importance = reader.u16();
    if (!reader.ok())
        return refuse(Refusal::bad_length, "a flow mod is shorter than its fixed part");
    if (!command || !flags)
        return std::unexpected(command ? flags.error() : command.error());
    mod.command = *command;
    if (dialect.version < Version::of14)
        mod.importance = 0;
    if (mod.command == FlowCommand::add) {
        mod.cookie_mask = 0;
        if (mod.table == model::k_all_tables)
            return refuse(Refusal::flow_bad_table_id, "a flow is added to no table in particular");
    }
    if (!removes(mod.command)) {
        mod.out_port = model::port::any;
        mod.out_group = model::k_any_group;
    }
    auto match = read_match(reader, dialect);
    if (!match)
        return std::unexpected(match.error());
    mod.match = std::move(*match);
    return mod;
}

void write12(Writer &writer, const FlowMod &mod, const Dialect &dialect) {
    writer.u64(mod.cookie);
    writer.u64(mod.cookie_mask);
    writer.u8(mod.table);
    writer.u8(static_cast<std::uint8_t>(mod.command));
    writer.u16(mod.idle_timeout);
    writer.u16(mod.hard_timeout);
    writer.u16(mod.priority);
    writer.u32(mod.buffer);
    writer.u32(mod.out_port);
    writer.u32(mod.out_group);
    writer.u16(flow_flag_bits(mod.flags, dialect.version));
    writer.u16(dialect.version >= Version::of14 ? mod.importance : 0);
    write_match(writer, mod.match, dialect);
}

Answer<FlowMod> with_instructions(FlowMod mod, Reader &reader, const Dialect &dialect) {
    auto instructions = read_instructions(reader, dialect, scope_of(mod.match));
    if (!instructions)
        return std::unexpected(instructions.error());
    mod.instructions = std::move(*instructions);
    return mod;
}

} // namespace

Answer<FlowFlags> read_flow_flags(std::uint16_t bits, Version version) {
    if (version == Version::of10 && bits & reset_counts)
        return refuse(Refusal::flow_table_full, "there is no table for emergencies");
    if (bits & ~known_flags(version))
        return refuse(Refusal::flow_bad_flags, fmt::format("unknown flags, {:#x}", bits));
    return FlowFlags{.send_removed = (bits & send_removed) != 0,
                     .check_overlap = (bits & check_overlap) != 0,
                     .reset_counts = (bits & reset_counts) != 0,
                     .no_packets = (bits & no_packets) != 0,
                     .no_bytes = (bits & no_bytes) != 0};
}

std::uint16_t flow_flag_bits(const FlowFlags &flags, Version version) {
    unsigned bits = flags.send_removed * send_removed + flags.check_overlap * check_overlap +
                    flags.reset_counts * reset_counts + flags.no_packets * no_packets +
                    flags.no_bytes * no_bytes;
    return static_cast<std::uint16_t>(bits & known_flags(version));
}

Answer<FlowMod> read_flow_mod(Reader &reader, const Dialect &dialect) {
    auto mod = dialect.version == Version::of10 ? read10(reader, dialect) : read12(reader, dialect);
    return mod ? with_instructions(std::move(*mod), reader, dialect) : mod;
}

void write_flow_mod(Writer &writer, const FlowMod &mod, const Dialect &dialect) {
    if (dialect.version == Version::of10)
        write10(writer, mod, dialect);
    else
        write12(writer, mod, dialect);
    write_instructions(writer, mod.instructions, dialect, scope_of(mod.match));
}

Answer<FlowMod> read_nx_flow_mod(Reader &reader, const Dialect &dialect) {
    FlowMod mod;
    std::uint64_t cookie = reader.u64();
    auto middle = read_middle10(mod, reader, dialect);
    std::size_t match_length = reader.u16();
    reader.skip(6);
    if (!reader.ok())
        return refuse(Refusal::bad_length, "a flow mod is shorter than its fixed part");
    if (!middle)
        return std::unexpected(middle.error());
    auto match = read_nxm_match(reader, match_length);
    if (!match)
        return std::unexpected(match.error());
    mod.match = std::move(match->match);
    if (mod.command == FlowCommand::add) {
        if (match->cookie.mask)
            return refuse(Refusal::match_bad_field, "a flow to be added matches a cookie");
        mod.cookie = cookie;
    } else {
        mod.cookie = match->cookie.value;
        mod.cookie_mask = match->cookie.mask;
    }
    if (modifies(mod.command)) {
        if (cookie != k_keep_cookie)
            mod.new_cookie = cookie;
        mod.modify_adds = !mod.cookie_mask;
    }
    return with_instructions(std::move(mod), reader, dialect);
}

void write_nx_flow_mod(Writer &writer, const FlowMod &mod, const Dialect &dialect) {
    bool adds = mod.command == FlowCommand::add;
    writer.u64(adds                    ? mod.cookie
               : modifies(mod.command) ? mod.new_cookie.value_or(k_keep_cookie)
                                       : 0);
    write_middle10(writer, mod, dialect);
    std::size_t length_at = writer.size();
    writer.u16(0);
    writer.zeros(6);
    NxmMatch match{mod.match, {}};
    if (!adds)
        match.cookie = {mod.cookie, mod.cookie_mask};
    writer.patch16(length_at, write_nxm_match(writer, match, dialect));
    write_instructions(writer, mod.instructions, dialect, scope_of(mod.match));
}

} // namespace bvs::wire
