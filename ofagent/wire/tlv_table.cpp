// SPDX-License-Identifier: Apache-2.0
#include "ofagent/wire/tlv_table.h"

#include <fmt/format.h>
#include <utility>

namespace bvs::wire {

using model::Answer;
using model::Refusal;
using model::TlvMapping;

namespace {

constexpr std::size_t k_mapping_bytes = 8;

Answer<std::vector<TlvMapping>> read_mappings(Reader &reader) {
    std::vector<TlvMapping> mappings;
    while (reader.left() >= k_mapping_bytes) {
        TlvMapping mapping;
        mapping.option_class = reader.u16();
        mapping.type = reader.u8();
        mapping.bytes = reader.u8();
        mapping.index = reader.u16();
        reader.skip(2);
        mappings.push_back(mapping);
    }
    if (reader.left())
        return model::refuse(Refusal::bad_length, "half a mapping in a TLV table");
    return mappings;
}

void write_mappings(Writer &writer, const std::vector<TlvMapping> &mappings) {
    for (const auto &mapping : mappings) {
        writer.u16(mapping.option_class);
        writer.u8(mapping.type);
        writer.u8(mapping.bytes);
        writer.u16(mapping.index);
        writer.zeros(2);
    }
}

} // namespace

Answer<model::TlvMod> read_tlv_mod(Reader &reader, const Dialect &) {
    const auto command = reader.u16();
    reader.skip(6);
    if (command > std::to_underlying(model::TlvCommand::clear))
        return model::refuse(Refusal::tlv_bad_command,
                             fmt::format("command {} for a TLV table", command));
    auto mappings = read_mappings(reader);
    if (!mappings)
        return std::unexpected(mappings.error());
    return model::TlvMod{static_cast<model::TlvCommand>(command), std::move(*mappings)};
}

void write_tlv_mod(Writer &writer, const model::TlvMod &mod, const Dialect &) {
    writer.u16(std::to_underlying(mod.command));
    writer.zeros(6);
    write_mappings(writer, mod.mappings);
}

Answer<TlvTableReply> read_tlv_table(Reader &reader, const Dialect &) {
    TlvTableReply table;
    table.max_space = reader.u32();
    table.max_fields = reader.u16();
    reader.skip(10);
    auto mappings = read_mappings(reader);
    if (!mappings)
        return std::unexpected(mappings.error());
    table.mappings = std::move(*mappings);
    return table;
}

void write_tlv_table(Writer &writer, const TlvTableReply &table, const Dialect &) {
    writer.u32(table.max_space);
    writer.u16(table.max_fields);
    writer.zeros(10);
    write_mappings(writer, table.mappings);
}

} // namespace bvs::wire
