// SPDX-License-Identifier: Apache-2.0
#include "switch/model/compact_match.h"

namespace bvs::model {

WordMasks word_masks(const FlowWords &words) {
    WordMasks masks;
    for (std::size_t i = 0; i < BVS_FLOW_WORDS; ++i)
        if (words.mask[i])
            masks.push_back({static_cast<std::uint8_t>(i), words.mask[i]});
    return masks;
}

MatchShape shape_of(const Match &match, const FlowWords &words) {
    MatchShape shape{match.fields(), word_masks(words)};
    for (auto &field : shape.fields)
        field.value = {};
    return shape;
}

CompactMatch::CompactMatch(std::shared_ptr<const MatchShape> shape, const FlowWords &words)
    : shape_(std::move(shape)) {
    values_.reserve(shape_->words.size());
    for (const auto &[word, mask] : shape_->words)
        values_.push_back(words.value[word]);
}

Match CompactMatch::match() const {
    const auto whole = words();
    Match match;
    for (const auto &[field, none, mask, tlv] : shape_->fields) {
        const auto place = place_of(field, tlv);
        const Value value = place.bits > 64
                                ? Value{whole.value[place.word], whole.value[place.word + 1U]}
                                : Value{0, whole.value[place.word] >> place.lowest};
        match.set(field, value, mask, tlv);
    }
    return match;
}

FlowWords CompactMatch::words() const {
    FlowWords words;
    for (std::size_t i = 0; i < values_.size(); ++i) {
        words.value[shape_->words[i].word] = values_[i];
        words.mask[shape_->words[i].word] = shape_->words[i].mask;
    }
    return words;
}

} // namespace bvs::model
