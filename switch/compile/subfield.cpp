// SPDX-License-Identifier: Apache-2.0
#include "switch/compile/subfield.h"

#include <algorithm>

namespace bvs::compile {

namespace {

constexpr unsigned k_word = 64;

Piece cut(const Piece &piece, unsigned from, unsigned bits) {
    return {.word = piece.word,
            .lowest = static_cast<std::uint8_t>(piece.lowest + from),
            .bits = static_cast<std::uint8_t>(bits),
            .offset = static_cast<std::uint8_t>(piece.offset + from)};
}

} // namespace

std::vector<Piece> pieces_of(const model::Subfield &subfield) {
    const auto field = model::place_of(subfield.field, subfield.tlv);
    std::vector<Piece> pieces;
    for (unsigned offset = 0; offset < subfield.bits;) {
        const unsigned bit = field.lowest + subfield.offset + offset;
        const unsigned bits = std::min(subfield.bits - offset, k_word - bit % k_word);
        const unsigned last = field.bits > k_word ? 1 : 0; // the high half comes first
        pieces.push_back({.word = static_cast<std::uint8_t>(field.word + last - bit / k_word),
                          .lowest = static_cast<std::uint8_t>(bit % k_word),
                          .bits = static_cast<std::uint8_t>(bits),
                          .offset = static_cast<std::uint8_t>(offset)});
        offset += bits;
    }
    return pieces;
}

std::vector<PieceMove> pieces_of(const model::Subfield &from, const model::Subfield &to) {
    const auto sources = pieces_of(from);
    const auto destinations = pieces_of(to);
    std::vector<PieceMove> moves;
    for (const auto &source : sources)
        for (const auto &destination : destinations) {
            const unsigned begin = std::max(source.offset, destination.offset);
            const unsigned end =
                std::min(source.offset + source.bits, destination.offset + destination.bits);
            if (begin < end)
                moves.push_back({cut(source, begin - source.offset, end - begin),
                                 cut(destination, begin - destination.offset, end - begin)});
        }
    // Upwards within one field: from the top.
    const auto source = model::place_of(from.field, from.tlv);
    const auto destination = model::place_of(to.field, to.tlv);
    if (source.word == destination.word && to.offset > from.offset)
        std::ranges::reverse(moves);
    return moves;
}

void add(FlowMask &mask, const model::Subfield &subfield) {
    for (const auto &piece : pieces_of(subfield))
        mask[piece.word] |= piece.mask();
}

} // namespace bvs::compile
