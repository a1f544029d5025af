// SPDX-License-Identifier: Apache-2.0
#include "ofagent/wire/table_features.h"

#include "ofagent/wire/oxm.h"
#include "ofagent/wire/property.h"
#include "ofagent/wire/scalar.h"
#include "ofagent/wire/table.h"

#include <fmt/format.h>
#include <functional>

namespace bvs::wire {

using model::Answer;
using model::FieldInfo;
using model::Refusal;

namespace {

// OFPTFPT_*. What holds for a table-miss entry as for any other is not said again.
enum Type : std::uint16_t {
    k_instructions = 0,
    k_next_tables = 2,
    k_write_actions = 4,
    k_apply_actions = 6,
    k_match = 8,
    k_wildcards = 10,
    k_write_setfield = 12,
    k_apply_setfield = 14,
    k_write_copyfield = 18,
    k_apply_copyfield = 20,
};

constexpr std::size_t k_name = 32;
constexpr std::size_t k_features = 64; // without properties
constexpr std::uint16_t k_last_instruction = 6;
constexpr std::uint16_t k_experimenter_class = 0xffff; // its headers have 8 bytes
constexpr std::uint16_t k_copy_field = 28;             // OFPAT_*, 1.5 and newer
constexpr std::uint16_t k_meter = 29;
// Output, TTLs, tags, queues, groups, set_field, PBB.
constexpr std::uint16_t k_actions[] = {0,  11, 12, 15, 16, 17, 18, 19,
                                       20, 21, 22, 23, 24, 25, 26, 27};
bool has_copy_field(Version version) {
    return version >= Version::of15;
}

void write_id(Writer &writer, std::uint16_t type) {
    writer.u16(type);
    writer.u16(4);
}

void write_instruction_ids(Writer &writer, const Dialect &) {
    for (std::uint16_t type = 1; type <= k_last_instruction; type++)
        write_id(writer, type);
}

void write_action_ids(Writer &writer, const Dialect &dialect) {
    for (auto type : k_actions)
        write_id(writer, type);
    if (has_copy_field(dialect.version)) {
        write_id(writer, k_copy_field);
        write_id(writer, k_meter);
    }
}

// The header that a match with this mask has.
void write_field_id(Writer &writer, const FieldInfo &field, const model::Value &mask,
                    const Dialect &dialect) {
    Writer match;
    write_oxm(match, {field.field, {}, mask}, dialect);
    bool experimenter = Reader(match.whole()).u16() == k_experimenter_class;
    writer.bytes(match.whole().first(std::min<std::size_t>(match.size(), experimenter ? 8 : 4)));
}

using Fields = std::function<bool(const FieldInfo &)>;

void write_field_ids(Writer &writer, const Fields &which, bool masked, const Dialect &dialect) {
    for (const auto &field : model::fields()) {
        if (!which(field))
            continue;
        bool mask = masked && field.masks == model::Masks::any && field.bits > 1;
        write_field_id(writer, field, mask ? model::Value{0, 1} : model::all_ones(field.bits),
                       dialect);
    }
}

void write_property(Writer &writer, Type type, const std::function<void()> &write) {
    std::size_t property = begin_property(writer, type);
    write();
    end_property(writer, property);
}

void write_abilities(Writer &writer, const TableFeatures &features, const Dialect &dialect) {
    write_property(writer, k_instructions, [&] { write_instruction_ids(writer, dialect); });
    write_property(writer, k_next_tables, [&] {
        if (!features.last)
            for (unsigned table = features.table + 1u; table < model::k_tables; table++)
                writer.u8(static_cast<std::uint8_t>(table));
    });
    for (auto type : {k_write_actions, k_apply_actions})
        write_property(writer, type, [&] { write_action_ids(writer, dialect); });
    auto all = [](const FieldInfo &) { return true; };
    auto writable = [](const FieldInfo &field) { return field.writable; };
    for (auto type : {k_match, k_wildcards})
        write_property(writer, type,
                       [&] { write_field_ids(writer, all, type == k_match, dialect); });
    for (auto type : {k_write_setfield, k_apply_setfield})
        write_property(writer, type, [&] { write_field_ids(writer, writable, false, dialect); });
    if (!has_copy_field(dialect.version))
        return;
    for (auto type : {k_write_copyfield, k_apply_copyfield})
        write_property(writer, type, [&] { write_field_ids(writer, writable, false, dialect); });
}

} // namespace

Answer<TableFeaturesRequest> read_table_features_request(Reader &reader, const Dialect &) {
    return TableFeaturesRequest{.set = !reader.rest().empty()};
}

void write_table_features_request(Writer &writer, const TableFeaturesRequest &request,
                                  const Dialect &) {
    if (!request.set)
        return;
    writer.u16(k_features);
    writer.zeros(k_features - 2);
}

Answer<TableFeatures> read_table_features(Reader &reader, const Dialect &) {
    TableFeatures features;
    std::size_t length = reader.u16();
    features.table = reader.u8();
    reader.skip(5); // in 1.5 a command and flags, which only requests have
    features.name = read_text(reader, k_name);
    features.metadata_match = reader.u64();
    features.metadata_write = reader.u64();
    features.config.table = features.table;
    set_table_config(features.config, reader.u32());
    features.max_entries = reader.u32();
    if (!reader.ok() || length < k_features || length - k_features > reader.left())
        return model::refuse(Refusal::bad_length,
                             fmt::format("table features of {} bytes", length));
    features.last = true;
    Reader properties = reader.part(length - k_features);
    auto done = read_properties(properties, [&](Property &property) -> Answer<> {
        if (property.type == k_next_tables && property.body.left() > 0)
            features.last = features.table + 1u >= model::k_tables;
        return {};
    });
    if (!done)
        return std::unexpected(done.error());
    return features;
}

void write_table_features(Writer &writer, const TableFeatures &features, const Dialect &dialect) {
    std::size_t begun = writer.size();
    writer.u16(0);
    writer.u8(features.table);
    writer.zeros(5);
    write_text(writer, features.name, k_name);
    writer.u64(features.metadata_match);
    writer.u64(features.metadata_write);
    writer.u32(dialect.version >= Version::of14 ? table_config_bits(features.config) : 0);
    writer.u32(features.max_entries);
    write_abilities(writer, features, dialect);
    writer.patch_length(begun, begun);
}

} // namespace bvs::wire
