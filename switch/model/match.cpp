// SPDX-License-Identifier: Apache-2.0
#include "switch/model/match.h"

#include "switch/model/headers.h"

#include <algorithm>

namespace bvs::model {

namespace {

// Where a field stands: one word, or two of which the first has the high half. An option also has
// to be there.
template <class Use>
void for_each_word(const FieldMatch &match, const Use &use) {
    const bool option = is_option(match.field);
    if (option && !match.tlv.bytes)
        return;
    const auto place = place_of(match.field, match.tlv);
    if (place.bits > 64) {
        use(place.word, match.value.high, match.mask.high);
        use(place.word + 1U, match.value.low, match.mask.low);
    } else {
        use(place.word, match.value.low << place.lowest, match.mask.low << place.lowest);
    }
    if (option)
        use(BVS_WORD_options_present, 1ULL << (match.field - Field::tun_metadata0),
            1ULL << (match.field - Field::tun_metadata0));
}

// Can the two agree on the bits that both speak of?
bool contradict(const std::vector<FieldMatch> &fields) {
    FlowWords so_far;
    bool found = false;
    for (const auto &match : fields)
        for_each_word(match, [&](unsigned word, std::uint64_t value, std::uint64_t mask) {
            found |= ((so_far.value[word] ^ value) & so_far.mask[word] & mask) != 0;
            so_far.value[word] |= value;
            so_far.mask[word] |= mask;
        });
    return found;
}

} // namespace

void Match::set(Field field, Value value, Value mask, TlvPlace tlv) {
    const auto place = std::ranges::lower_bound(fields_, field, {}, &FieldMatch::field);
    const bool there = place != fields_.end() && place->field == field;
    const FieldMatch wanted{field, value & mask, mask, tlv};
    if (mask.zero() && !is_option(field)) {
        if (there)
            fields_.erase(place);
    } else if (there) {
        *place = wanted;
    } else {
        fields_.insert(place, wanted);
    }
}

void Match::set(Field field, std::uint64_t value) {
    set(field, {0, value}, all_ones(info(field).bits));
}

const FieldMatch *Match::find(Field field) const {
    const auto place = std::ranges::lower_bound(fields_, field, {}, &FieldMatch::field);
    return place != fields_.end() && place->field == field ? &*place : nullptr;
}

std::optional<Value> Match::exact(Field field) const {
    const auto *match = find(field);
    return match && is_whole(field, match->tlv, match->mask) ? std::optional(match->value)
                                                             : std::nullopt;
}

Match::Fault Match::fault() const {
    const auto headers = headers_of(*this);
    for (const auto &[field, value, mask, tlv] : fields_) {
        const auto &row = info(field);
        const auto ones = all_ones(place_of(field, tlv).bits);
        if (!(mask & ~ones).zero())
            return Fault::bad_value;
        if (row.masks == Masks::none && mask != ones)
            return Fault::bad_mask;
        if (!headers.have(row.needs))
            return Fault::bad_prerequisite;
    }
    return contradict(fields_) ? Fault::bad_value : Fault::none;
}

FlowWords Match::words() const {
    FlowWords words;
    for (const auto &match : fields_)
        for_each_word(match, [&](unsigned word, std::uint64_t value, std::uint64_t mask) {
            words.value[word] |= value;
            words.mask[word] |= mask;
        });
    return words;
}

bool covers(const FlowWords &wide, const FlowWords &narrow) {
    for (std::size_t i = 0; i < BVS_FLOW_WORDS; ++i)
        if (wide.mask[i] & ~narrow.mask[i] || (wide.value[i] ^ narrow.value[i]) & wide.mask[i])
            return false;
    return true;
}

bool overlap(const FlowWords &one, const FlowWords &other) {
    for (std::size_t i = 0; i < BVS_FLOW_WORDS; ++i)
        if ((one.value[i] ^ other.value[i]) & one.mask[i] & other.mask[i])
            return false;
    return true;
}

} // namespace bvs::model
