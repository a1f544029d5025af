// SPDX-License-Identifier: Apache-2.0
#include "switch/compile/group.h"

#include "switch/compile/hash_fields.h"

#include <fmt/format.h>

namespace bvs::compile {

namespace {

constexpr std::uint32_t k_no_such_port = BVS_MAX_PORTS; // 0 would say that none is watched

// Without fields of its own a group is hashed as others are.
void compile_selection(CompiledGroup &compiled, const model::GroupProperties &properties) {
    const auto param = properties.selection_param;
    compiled.group.hash_basis = static_cast<std::uint32_t>(param ^ param >> 32);
    model::Match hashed;
    for (const auto &field : properties.fields)
        hashed.set(field.field, field.mask, field.mask, field.tlv);
    const auto masks = hashed.words().mask;
    auto &used = compiled.group.hash_words;
    for (std::uint8_t word = 0; word < BVS_FLOW_WORDS; ++word)
        if (masks[word]) {
            compiled.group.hash_word[used] = word;
            compiled.group.hash_mask[used++] = masks[word];
        }
    compiled.looks_at = used ? masks : default_hash();
}

model::Answer<std::uint32_t> watched_group(std::uint32_t group, const Places &places) {
    if (group == model::k_any_group)
        return 0;
    if (const auto place = places.group(group))
        return *place;
    return model::refuse(model::Refusal::group_bad_watch,
                         fmt::format("there is no group {} to watch", group));
}

std::uint32_t watched_port(std::uint32_t ofport, const PortOf &port_of) {
    return ofport == model::port::any ? 0 : port_of(ofport).value_or(k_no_such_port);
}

} // namespace

model::Answer<CompiledGroup> compile_group(const model::GroupDescription &description,
                                           const Places &places, const PortOf &port_of) {
    CompiledGroup compiled;
    compiled.group.type = static_cast<std::uint32_t>(description.type);
    if (description.type == model::GroupType::select)
        compile_selection(compiled, description.properties);
    std::uint32_t weights = 0;
    for (const auto &bucket : description.buckets) {
        auto program = compile_bucket(bucket.actions, places);
        if (!program)
            return std::unexpected(program.error());
        const auto watched = watched_group(bucket.watch_group, places);
        if (!watched)
            return std::unexpected(watched.error());
        weights += bucket.weight;
        compiled.group.bucket[compiled.group.buckets++] = {
            .code = 0,
            .weight = weights,
            .watch_port = watched_port(bucket.watch_port, port_of),
            .watch_group = *watched,
            .packets = 0,
            .bytes = 0};
        compiled.code.push_back(std::move(program->code));
        for (std::size_t word = 0; word < BVS_FLOW_WORDS; ++word)
            compiled.looks_at[word] |= program->reads[word];
    }
    return compiled;
}

} // namespace bvs::compile
