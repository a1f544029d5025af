// SPDX-License-Identifier: Apache-2.0
#include "ofagent/wire/selection.h"

#include "ofagent/wire/experimenter.h"
#include "ofagent/wire/oxm.h"
#include "ofagent/wire/property.h"
#include "ofagent/wire/scalar.h"

#include <fmt/format.h>

namespace bvs::wire {

using model::Answer;
using model::GroupProperties;
using model::Refusal;

namespace {

constexpr std::uint32_t k_netronome_before = 0x1540; // what Open vSwitch took for its number
constexpr std::uint32_t k_selection_method = 1;
constexpr std::size_t k_method_name = 16;

std::unexpected<model::OpenFlowError> bad(std::string why) {
    return model::refuse(Refusal::features_bad_argument, std::move(why));
}

// The value on the wire is the mask: which bits are hashed.
Answer<> read_fields(Reader &reader, GroupProperties &properties) {
    while (reader.left() > 0) {
        auto field = read_oxm(reader);
        if (!field)
            return bad("a field to hash that is unknown or malformed");
        if (field->mask != model::all_ones(model::info(field->field).bits))
            return bad("a field to hash with a mask beside its value");
        if (field->value.zero())
            return bad("a field to hash without a bit");
        properties.fields.push_back({field->field, {}, field->value});
    }
    return {};
}

Answer<> read_method(Reader &reader, model::GroupType type, GroupProperties &properties) {
    if (type != model::GroupType::select)
        return bad("a selection method for a group that does not select");
    reader.skip(4);
    properties.selection_method = read_text(reader, k_method_name);
    properties.selection_param = reader.u64();
    if (!reader.ok())
        return model::refuse(Refusal::features_bad_length, "a selection method ends too early");
    if (properties.selection_method != "hash" && properties.selection_method != "dp_hash")
        return bad(fmt::format("selection method {}; there are hash and dp_hash",
                               properties.selection_method));
    if (properties.selection_method != "hash" && reader.left() > 0)
        return bad("fields for a selection method other than hash");
    return read_fields(reader, properties);
}

} // namespace

Answer<GroupProperties> read_group_properties(Reader &reader, model::GroupType type) {
    GroupProperties properties;
    auto read = read_properties(reader, [&](Property &property) -> Answer<> {
        std::uint32_t experimenter = property.body.u32();
        std::uint32_t kind = property.body.u32();
        bool netronome = experimenter == k_netronome || experimenter == k_netronome_before;
        if (property.type != k_experimenter_property || !netronome || kind != k_selection_method)
            return model::refuse(Refusal::features_bad_type,
                                 fmt::format("group property {} of {:#x}, kind {}", property.type,
                                             experimenter, kind));
        properties = {};
        return read_method(property.body, type, properties);
    });
    if (!read)
        return std::unexpected(read.error());
    return properties;
}

void write_group_properties(Writer &writer, const GroupProperties &properties,
                            const Dialect &dialect) {
    if (properties.selection_method.empty())
        return;
    std::size_t property = begin_property(writer, k_experimenter_property);
    writer.u32(k_netronome);
    writer.u32(k_selection_method);
    writer.zeros(4);
    write_text(writer, properties.selection_method, k_method_name);
    writer.u64(properties.selection_param);
    for (const auto &field : properties.fields)
        write_oxm(writer, {field.field, field.mask, model::all_ones(model::info(field.field).bits)},
                  dialect);
    end_property(writer, property);
}

} // namespace bvs::wire
