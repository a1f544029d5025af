// SPDX-License-Identifier: Apache-2.0
//
// The words of the datapath's flow as the fields that people know. Fields that share a place are
// told apart by the headers that the packet has. Pure.
#pragma once

#include "maps/abi.h"
#include "switch/model/headers.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bvs::daemon {

// Those that the flow's bridge has in its TLV table, with their places: model::TlvTable::fields().
using OptionFields = std::span<const model::FieldInfo>;

model::Value value_of(model::Field field, const bvs_flow &flow);
// Those of the options that the packet has.
model::Match options_of(const bvs_flow &flow, OptionFields options);

model::KnownHeaders headers_of(const bvs_flow &flow);

// The smallest field with all of these bits, for a packet with these headers if there is one for
// such; null: none has them.
const model::FieldInfo *field_of(unsigned word, std::uint64_t bits,
                                 const model::KnownHeaders &headers, OptionFields options);

// Bits `lowest` to `lowest + bits - 1` of a word, as actions name them: NXM_NX_REG0[0..15].
std::string subfield_text(unsigned word, unsigned lowest, unsigned bits,
                          const model::KnownHeaders &headers, OptionFields options);

// Every field with a bit in the mask; of those that have no masks the ones with all bits. That an
// option is not there is not said.
model::Match match_of(const model::FlowWords &words, OptionFields options);
// All there is to say of a packet: its fields, and of what is not in the frame what is not zero.
model::Match match_of(const bvs_flow &flow, OptionFields options);

struct FieldValue {
    std::string_view name;
    std::string value;
};
// Fields that differ, as they are afterwards.
std::vector<FieldValue> changes(const bvs_flow &before, const bvs_flow &after,
                                OptionFields options);

} // namespace bvs::daemon
