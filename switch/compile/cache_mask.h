// SPDX-License-Identifier: Apache-2.0
//
// Which bits of a packet the rules and groups of a bridge look at, by the kind of packet: the
// masks under which the datapath's cache knows packets. Bits are counted by how many distinct users
// there are, so that a rule with a mask that is in use costs a look-up.
//
// A mask is changed in place while packets go by: words keep their places, a word is named before
// it has bits, and what the datapath reads at any moment covers what all visible rules look at,
// if `widen` comes before they are visible and `narrow` after they are gone. No I/O.
#pragma once

#include "switch/compile/rule.h"

#include <array>
#include <cstdint>
#include <map>

namespace bvs::compile {

using CacheMasks = std::array<bvs_cache_mask, BVS_KINDS>; // by enum bvs_packet_kind

class CacheMaskUse {
  public:
    // Equal masks are one, which stays where it is until it is removed as often as it was added.
    const FlowMask &add(const FlowMask &looks_at);
    void remove(const FlowMask &looks_at);

    // Of a packet of this kind: bits that can be other than zero in it.
    FlowMask wanted(unsigned kind) const;

  private:
    std::map<FlowMask, std::uint32_t> uses_;
    std::array<std::array<std::uint32_t, 64>, BVS_FLOW_WORDS> bits_{}; // by distinct masks
    FlowMask all_{};                                                   // bits in use
};

// All that is there and all that is wanted. Refused, with what is there unchanged, if those are too
// many words for a cache key.
model::Answer<CacheMasks> widen(const CacheMasks &there, const CacheMaskUse &wanted);
// What is wanted alone, words in their places.
CacheMasks narrow(const CacheMasks &there, const CacheMaskUse &wanted);

} // namespace bvs::compile
