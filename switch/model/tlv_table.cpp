// SPDX-License-Identifier: Apache-2.0
#include "switch/model/tlv_table.h"

#include <algorithm>
#include <bit>
#include <fmt/format.h>
#include <type_traits>

namespace bvs::model {

namespace {

constexpr unsigned k_slot_bytes = 4;
constexpr unsigned k_longest = BVS_MOST_OPTION_BYTES;

OptionSet bit_of(Field field) {
    return is_option(field) ? 1ULL << (field - Field::tun_metadata0) : 0;
}

// Each place in actions where a field is named, as SetField, Load or Subfield.
template <class List, class Use>
void for_each_use(List &actions, const Use &use) {
    for (auto &one : actions)
        std::visit(
            [&](auto &action) {
                using Kind = std::remove_cvref_t<decltype(action)>;
                if constexpr (std::is_same_v<Kind, action::SetField> ||
                              std::is_same_v<Kind, action::Load>) {
                    use(action);
                } else if constexpr (std::is_same_v<Kind, action::Clone>) {
                    for_each_use(action.actions, use);
                } else if constexpr (std::is_same_v<Kind, action::Bundle>) {
                    if (action.destination)
                        use(*action.destination);
                } else {
                    if constexpr (requires { action.source; })
                        use(action.source);
                    if constexpr (requires { action.destination; })
                        use(action.destination);
                }
            },
            one);
}

Field field_of(const action::SetField &set) {
    return set.field;
}
Field field_of(const action::Load &load) {
    return load.destination.field;
}
Field field_of(const Subfield &subfield) {
    return subfield.field;
}

bool beyond(Value value, TlvPlace place) {
    return !(value & ~all_ones(8U * place.bytes)).zero();
}

Answer<> too_long(Field field, TlvPlace place) {
    return refuse(
        Refusal::action_bad_set_argument,
        fmt::format("a value for {} has more than its {} bytes", info(field).name, place.bytes));
}

Answer<> put(action::SetField &set, TlvPlace place) {
    if (beyond(set.value, place))
        return too_long(set.field, place);
    set.mask = set.mask & all_ones(8U * place.bytes);
    set.tlv = place;
    return {};
}

// A load into the whole field is one into whatever bits that has.
Answer<> put(action::Load &load, TlvPlace place) {
    auto &to = load.destination;
    if (to.offset == 0 && to.bits == 8 * k_longest) {
        if (beyond(load.value, place))
            return too_long(to.field, place);
        to.bits = static_cast<std::uint16_t>(8 * place.bytes);
    }
    to.tlv = place;
    return {};
}

Answer<> put(Subfield &subfield, TlvPlace place) {
    subfield.tlv = place;
    return {};
}

std::uint64_t slots_of(const bvs_tlv_option &option) {
    return bvs_low_bits(option.bytes / k_slot_bytes) << option.slot;
}

} // namespace

OptionSet options_in(const Match &match) {
    OptionSet found = 0;
    for (const auto &said : match.fields())
        found |= bit_of(said.field);
    return found;
}

OptionSet options_in(const Actions &actions) {
    OptionSet found = 0;
    for_each_use(actions, [&](const auto &use) { found |= bit_of(field_of(use)); });
    return found;
}

OptionSet options_in(const Instructions &instructions) {
    return options_in(instructions.apply) | options_in(instructions.write);
}

OptionSet options_in(const FlowMod &mod) {
    return options_in(mod.match) | options_in(mod.instructions);
}

OptionSet options_in(const std::vector<Bucket> &buckets, const GroupProperties &properties) {
    OptionSet found = 0;
    for (const auto &hashed : properties.fields)
        found |= bit_of(hashed.field);
    for (const auto &bucket : buckets)
        found |= options_in(bucket.actions);
    return found;
}

Answer<> TlvTable::change(const TlvMod &mod, OptionSet used) {
    auto wanted = *this;
    OptionSet removed = mod.command == TlvCommand::clear ? ~OptionSet{0} : 0;
    for (const auto &mapping : mod.mappings) {
        if (mapping.index >= BVS_TLV_OPTIONS)
            return refuse(Refusal::tlv_bad_index, fmt::format("there is no tun_metadata{}; the "
                                                              "highest is tun_metadata{}",
                                                              mapping.index, BVS_TLV_OPTIONS - 1));
        if (mod.command == TlvCommand::remove)
            removed |= 1ULL << mapping.index;
        else if (mod.command == TlvCommand::add)
            if (auto added = wanted.add(mapping); !added)
                return added;
    }
    if (removed & used)
        return refuse(Refusal::tlv_in_use,
                      fmt::format("flows or groups use tun_metadata{}; remove them first",
                                  std::countr_zero(removed & used)));
    wanted.remove(removed);
    auto &options = wanted.table_.options;
    for (options = BVS_TLV_OPTIONS; options && !wanted.table_.option[options - 1].bytes;)
        --options;
    *this = wanted;
    return {};
}

Answer<> TlvTable::add(const TlvMapping &mapping) {
    const unsigned slots = mapping.bytes / k_slot_bytes;
    if (!slots || mapping.bytes % k_slot_bytes || mapping.bytes > k_longest)
        return refuse(Refusal::tlv_bad_length,
                      fmt::format("an option of {} bytes cannot be a field: 4, 8, 12 or 16 can",
                                  mapping.bytes));
    auto &entry = table_.option[mapping.index];
    if (entry.bytes)
        return refuse(Refusal::tlv_mapped,
                      fmt::format("tun_metadata{} is mapped already", mapping.index));
    std::uint64_t taken = 0;
    unsigned bytes = BVS_OPTION_HEADER_BYTES + mapping.bytes;
    for (const auto &other : table_.option) {
        if (!other.bytes)
            continue;
        if (other.option_class == mapping.option_class && other.type == mapping.type)
            return refuse(Refusal::tlv_duplicate,
                          fmt::format("class {:#x}, type {:#x} is mapped already",
                                      mapping.option_class, mapping.type));
        taken |= slots_of(other);
        bytes += BVS_OPTION_HEADER_BYTES + other.bytes;
    }
    entry = {.option_class = mapping.option_class, .type = mapping.type, .bytes = mapping.bytes};
    for (; entry.slot + slots <= BVS_OPTION_SLOTS; ++entry.slot) {
        const bool ends_word = slots == 1 || (entry.slot + slots) % 2 == 0;
        if (ends_word && !(taken & slots_of(entry)) && bytes <= BVS_GENEVE_OPTION_BYTES)
            return {};
    }
    return refuse(Refusal::tlv_table_full,
                  fmt::format("there is no room for an option of {} bytes", mapping.bytes));
}

void TlvTable::remove(OptionSet options) {
    for (; options; options &= options - 1)
        table_.option[std::countr_zero(options)] = {};
}

std::vector<TlvMapping> TlvTable::mappings() const {
    std::vector<TlvMapping> found;
    for (std::uint16_t index = 0; index < BVS_TLV_OPTIONS; ++index)
        if (const auto &option = table_.option[index]; option.bytes)
            found.push_back({option.option_class, option.type, option.bytes, index});
    return found;
}

std::vector<FieldInfo> TlvTable::fields() const {
    std::vector<FieldInfo> found;
    for (const auto &mapping : mappings()) {
        auto row = info(Field::tun_metadata0 + mapping.index);
        const auto place = place_of(row.field, {table_.option[mapping.index].slot, mapping.bytes});
        row.word = place.word;
        row.lowest = place.lowest;
        row.bits = place.bits;
        found.push_back(row);
    }
    return found;
}

Answer<TlvPlace> TlvTable::find(Field field) const {
    const auto &option = table_.option[field - Field::tun_metadata0];
    if (option.bytes)
        return TlvPlace{option.slot, option.bytes};
    return refuse(
        Refusal::flow_bad_tlv_field,
        fmt::format("{} is not mapped to an option; see ovs-ofctl add-tlv-map", info(field).name));
}

Answer<> TlvTable::bind(FieldMatch &said) const {
    if (!is_option(said.field))
        return {};
    const auto place = find(said.field);
    if (!place)
        return std::unexpected(place.error());
    if (beyond(said.value, *place))
        return refuse(Refusal::match_bad_value,
                      fmt::format("{} has {} bytes", info(said.field).name, place->bytes));
    said.mask = said.mask & all_ones(8U * place->bytes);
    said.tlv = *place;
    return {};
}

Answer<> TlvTable::bind(Match &match) const {
    auto bound = match;
    for (auto said : match.fields()) {
        if (auto done = bind(said); !done)
            return done;
        bound.set(said.field, said.value, said.mask, said.tlv);
    }
    match = std::move(bound);
    return {};
}

template <class Use>
Answer<> TlvTable::bind_use(Use &use) const {
    if (!is_option(field_of(use)))
        return {};
    const auto place = find(field_of(use));
    return place ? put(use, *place) : std::unexpected(place.error());
}

Answer<> TlvTable::bind(Actions &actions) const {
    Answer<> done;
    for_each_use(actions, [&](auto &use) {
        if (done)
            done = bind_use(use);
    });
    return done;
}

Answer<> TlvTable::bind(FlowMod &mod) const {
    if (auto bound = bind(mod.match); !bound)
        return bound;
    if (auto bound = bind(mod.instructions.apply); !bound)
        return bound;
    return bind(mod.instructions.write);
}

Answer<> TlvTable::bind(GroupMod &mod) const {
    for (auto &hashed : mod.properties.fields)
        if (auto bound = bind(hashed); !bound)
            return bound;
    for (auto &bucket : mod.buckets)
        if (auto bound = bind(bucket.actions); !bound)
            return bound;
    return {};
}

} // namespace bvs::model
