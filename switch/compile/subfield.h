// SPDX-License-Identifier: Apache-2.0
//
// Where a subfield stands in the flow: a piece of one word, or of two. Pure.
#pragma once

#include "switch/compile/rule.h"
#include "switch/model/field.h"

#include <cstdint>
#include <vector>

namespace bvs::compile {

struct Piece {
    std::uint8_t word = 0;
    std::uint8_t lowest = 0;
    std::uint8_t bits = 0;
    std::uint8_t offset = 0; // of its lowest bit in the subfield

    std::uint64_t mask() const { return (bits >= 64 ? ~0ULL : (1ULL << bits) - 1) << lowest; }
    bool operator==(const Piece &) const = default;
};

// From the lowest bit to the highest.
std::vector<Piece> pieces_of(const model::Subfield &subfield);

// The same bits of two subfields, cut where either crosses from one word into the next. In an order
// in which moving them one after the other does not overwrite what is still to be moved.
struct PieceMove {
    Piece from;
    Piece to;
};
std::vector<PieceMove> pieces_of(const model::Subfield &from, const model::Subfield &to);

void add(FlowMask &mask, const model::Subfield &subfield);

inline model::Subfield whole(model::Field field, model::TlvPlace tlv = {}) {
    return {.field = field, .offset = 0, .bits = model::place_of(field, tlv).bits, .tlv = tlv};
}

} // namespace bvs::compile
