// SPDX-License-Identifier: Apache-2.0
//
// A match: which bits of which fields must have which values. The fields are kept as they were
// sent; what they come to is `words`, in which two matches mean the same exactly if they are equal.
#pragma once

#include "maps/abi.h"
#include "switch/model/field.h"

#include <array>
#include <expected>
#include <string>
#include <vector>

namespace bvs::model {

struct FieldMatch {
    Field field = Field::in_port;
    Value value; // no bit outside the mask
    Value mask;
    TlvPlace tlv = {};

    bool operator==(const FieldMatch &) const = default;
};

struct FlowWords {
    std::array<std::uint64_t, BVS_FLOW_WORDS> value{};
    std::array<std::uint64_t, BVS_FLOW_WORDS> mask{};

    auto operator<=>(const FlowWords &) const = default;
    bool operator==(const FlowWords &) const = default;
};

class Match {
  public:
    Match() = default;

    // Replaces what was said of the field. A field without a bit to match is left out, but for
    // options, which then only have to be there.
    void set(Field field, Value value, Value mask, TlvPlace tlv = {});
    void set(Field field, std::uint64_t value); // all bits
    const FieldMatch *find(Field field) const;
    const std::vector<FieldMatch> &fields() const { return fields_; } // in the order of Field
    bool matches_all() const { return fields_.empty(); }

    // The value if all of its bits are matched.
    std::optional<Value> exact(Field field) const;

    // Why the match makes no sense as a whole (a prerequisite is missing, two fields contradict
    // each other), or nothing.
    enum class Fault { none, bad_prerequisite, bad_value, bad_mask };
    Fault fault() const;

    FlowWords words() const; // without options that have no place yet

    bool operator==(const Match &) const = default;

  private:
    std::vector<FieldMatch> fields_;
};

// Does everything that `narrow` matches match `wide` as well? (OpenFlow's non-strict commands.)
bool covers(const FlowWords &wide, const FlowWords &narrow);
// Is there a packet that both match? (OFPFF_CHECK_OVERLAP.)
bool overlap(const FlowWords &one, const FlowWords &other);

} // namespace bvs::model
