// SPDX-License-Identifier: Apache-2.0
//
// A field's value and mask in the field's own notation, as ovs-fields(7) has it.
#pragma once

#include "base/result.h"
#include "ofagent/text/port.h"
#include "switch/model/field.h"

#include <string>
#include <string_view>

namespace bvs::text {

struct MaskedValue {
    model::Value value; // may have bits beside the mask
    model::Value mask;
};

// "10.0.0.0/8", "0x5/0xff", "+syn-ack", "*" (any value). A mask that the field does not take, and a
// value that does not fit, are errors.
Result<MaskedValue> parse_field_value(const model::FieldInfo &field, std::string_view text,
                                      const Ports &ports);

// As an action has it. A mask of all ones is not written.
std::string format_field_value(const model::FieldInfo &field, const MaskedValue &value,
                               const Ports &ports);

// Addresses and flags look the same in matches and actions.
std::string format_mac(const MaskedValue &value);
std::string format_ipv4(const MaskedValue &value);
std::string format_ipv6(const MaskedValue &value);
std::string format_tcp_flags(const MaskedValue &value);
std::string format_tunnel_flags(const MaskedValue &value); // each with its sign
std::string format_frag(const MaskedValue &value);

} // namespace bvs::text
