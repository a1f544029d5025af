// SPDX-License-Identifier: Apache-2.0
//
// A match in little memory. What flows of one kind have in common, the fields and their masks, is
// held once, as their shape; each flow has but the values, as words of the flow. Nothing is lost:
// each field's value stands at its place in the words.
#pragma once

#include "switch/model/match.h"

#include <compare>
#include <cstdint>
#include <memory>
#include <vector>

namespace bvs::model {

struct WordMask {
    std::uint8_t word = 0;
    std::uint64_t mask = 0;

    auto operator<=>(const WordMask &) const = default;
    bool operator==(const WordMask &) const = default;
};
using WordMasks = std::vector<WordMask>; // those with a bit to match, in ascending order

WordMasks word_masks(const FlowWords &words);

struct MatchShape {
    std::vector<FieldMatch> fields; // their values are zero
    WordMasks words;
};

MatchShape shape_of(const Match &match, const FlowWords &words);

class CompactMatch {
  public:
    // `shape` is that of the match whose words are given.
    CompactMatch(std::shared_ptr<const MatchShape> shape, const FlowWords &words);

    const std::shared_ptr<const MatchShape> &shape() const { return shape_; }
    const std::vector<std::uint64_t> &values() const { return values_; } // along shape()->words
    Match match() const;
    FlowWords words() const;

  private:
    std::shared_ptr<const MatchShape> shape_;
    std::vector<std::uint64_t> values_;
};

} // namespace bvs::model
