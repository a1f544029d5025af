// SPDX-License-Identifier: Apache-2.0
#include "ofagent/wire/instruction.h"

#include <fmt/format.h>

namespace bvs::wire {

using model::Answer;
using model::Instructions;
using model::Refusal;
using model::refuse;
namespace action = model::action;

namespace {

enum Type : std::uint16_t {
    goto_table = 1,
    write_metadata = 2,
    write_set = 3,
    apply_actions = 4,
    clear_actions = 5,
    meter = 6, // an action since 1.5
    experimenter = 0xffff,
};

Answer<> read_list(model::Actions &to, Reader &body, const Dialect &dialect) {
    body.skip(4);
    auto actions = read_actions(body, dialect);
    if (!actions)
        return std::unexpected(actions.error());
    to = std::move(*actions);
    return {};
}

Answer<> read_body(Instructions &to, std::uint16_t type, Reader &body, const Dialect &dialect) {
    switch (type) {
    case goto_table:
        to.goto_table = body.u8();
        body.skip(3);
        if (to.goto_table == model::k_all_tables)
            return refuse(Refusal::instruction_bad_table_id, "goto_table names no table");
        return {};
    case write_metadata: {
        body.skip(4);
        std::uint64_t value = body.u64(), mask = body.u64();
        to.metadata = {value & mask, mask};
        return {};
    }
    case write_set:
        return read_list(to.write, body, dialect);
    case apply_actions:
        return read_list(to.apply, body, dialect);
    case clear_actions:
        body.skip(4);
        to.clear = true;
        return {};
    case meter:
        if (dialect.version < Version::of13 || dialect.version > Version::of14)
            break;
        to.meter = body.u32();
        return {};
    case experimenter:
        return refuse(Refusal::instruction_bad_experimenter,
                      "no experimenter's instructions are known");
    default:
        break;
    }
    return refuse(Refusal::instruction_unknown, fmt::format("an unknown instruction, {}", type));
}

Answer<std::uint16_t> read_instruction(Instructions &to, Reader &reader, const Dialect &dialect) {
    constexpr std::size_t header = 4;
    std::uint16_t type = reader.u16();
    std::size_t length = reader.u16();
    if (length < header || padding8(length))
        return refuse(Refusal::instruction_bad_length,
                      "an instruction's length is no multiple of 8");
    Reader body = reader.part(length - header);
    if (!reader.ok())
        return refuse(Refusal::instruction_bad_length, "an instruction is longer than its list");
    auto read = read_body(to, type, body, dialect);
    if (!body.ok() || (read && body.left()))
        return refuse(Refusal::instruction_bad_length,
                      fmt::format("instruction {} has a wrong length, {}", type, length));
    if (!read)
        return std::unexpected(read.error());
    return type;
}

class Frame {
  public:
    Frame(Writer &writer, std::uint16_t type) : writer_(writer), start_(writer.size()) {
        writer.u16(type);
        writer.u16(0);
    }
    Frame(const Frame &) = delete;
    Frame &operator=(const Frame &) = delete;
    ~Frame() { writer_.patch_length(start_ + sizeof(std::uint16_t), start_); }

  private:
    Writer &writer_;
    std::size_t start_;
};

void write_list(Writer &writer, std::uint16_t type, const model::Actions &actions,
                const Dialect &dialect) {
    if (actions.empty())
        return;
    Frame frame(writer, type);
    writer.zeros(4);
    write_actions(writer, actions, dialect);
}

void write10(Writer &writer, const Instructions &instructions, const Dialect &dialect,
             ActionScope scope) {
    write_actions(writer, instructions.apply, dialect, scope);
    if (auto metadata = instructions.metadata)
        write_actions(
            writer,
            {action::SetField{model::Field::metadata, {0, metadata->value}, {0, metadata->mask}}},
            dialect);
    if (auto table = instructions.goto_table)
        write_actions(writer, {action::Resubmit{model::port::in_port, table}}, dialect);
}

// The meter that is an instruction before 1.5, and an action since.
std::optional<std::uint32_t> leading_meter(const Instructions &instructions) {
    if (instructions.meter || instructions.apply.empty())
        return instructions.meter;
    const auto *first = std::get_if<action::Meter>(&instructions.apply.front());
    return first ? std::optional(first->meter) : std::nullopt;
}

} // namespace

Answer<Instructions> read_instructions(Reader &reader, const Dialect &dialect, ActionScope scope) {
    Instructions instructions;
    if (dialect.version == Version::of10) {
        auto actions = read_actions(reader, dialect, scope);
        if (!actions)
            return std::unexpected(actions.error());
        instructions.apply = std::move(*actions);
        return instructions;
    }
    std::uint32_t seen = 0;
    while (reader.left()) {
        auto type = read_instruction(instructions, reader, dialect);
        if (!type)
            return std::unexpected(type.error());
        if (seen & 1u << *type)
            return refuse(Refusal::instruction_duplicate,
                          fmt::format("instruction {} comes twice", *type));
        seen |= 1u << *type;
    }
    return instructions;
}

void write_instructions(Writer &writer, const Instructions &instructions, const Dialect &dialect,
                        ActionScope scope) {
    if (dialect.version == Version::of10)
        return write10(writer, instructions, dialect, scope);
    bool meter_is_instruction =
        dialect.version == Version::of13 || dialect.version == Version::of14;
    if (auto id = leading_meter(instructions); id && meter_is_instruction) {
        Frame frame(writer, meter);
        writer.u32(*id);
    }
    if (instructions.meter && dialect.version >= Version::of15) {
        model::Actions metered{action::Meter{*instructions.meter}};
        metered.insert(metered.end(), instructions.apply.begin(), instructions.apply.end());
        write_list(writer, apply_actions, metered, dialect);
    } else {
        write_list(writer, apply_actions, instructions.apply, dialect);
    }
    if (instructions.clear) {
        Frame frame(writer, clear_actions);
        writer.zeros(4);
    }
    write_list(writer, write_set, instructions.write, dialect);
    if (auto metadata = instructions.metadata) {
        Frame frame(writer, write_metadata);
        writer.zeros(4);
        writer.u64(metadata->value);
        writer.u64(metadata->mask);
    }
    if (instructions.goto_table) {
        Frame frame(writer, goto_table);
        writer.u8(*instructions.goto_table);
        writer.zeros(3);
    }
}

} // namespace bvs::wire
