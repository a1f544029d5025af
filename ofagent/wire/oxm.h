// SPDX-License-Identifier: Apache-2.0
//
// A field with its value as OpenFlow 1.2 and newer, and Nicira's messages, send it: a header of
// class, number, mask bit and length, then the value and perhaps a mask. OpenFlow 1.5.1, 7.2.3.2.
// Every known form is read in every version; what is written is the form that the version prefers.
#pragma once

#include "ofagent/wire/bytes.h"
#include "ofagent/wire/message.h"

#include <expected>

namespace bvs::wire {

enum class OxmFault : std::uint8_t {
    bad_length,
    unknown_field,
    bad_value,     // a bit that the field does not have
    bad_wildcards, // a bit of the value that the mask leaves out
};

// Without a mask on the wire, all bits of the field.
std::expected<model::FieldMatch, OxmFault> read_oxm(Reader &reader);
// With the mask if it is not all bits. A field that has no form on the wire is left out.
void write_oxm(Writer &writer, const model::FieldMatch &match, const Dialect &dialect);

// A field named by a header alone, of which an action means some bits. NXM's TOS byte counts them
// from elsewhere than the DSCP does: that is the shift.
struct FieldPlace {
    model::Field field = model::Field::in_port;
    unsigned shift = 0;
};
std::expected<FieldPlace, OxmFault> read_place(Reader &reader);
// The bits that the wire calls so; bad_value if the field does not have them.
std::expected<model::Subfield, OxmFault> subfield(FieldPlace place, unsigned offset, unsigned bits);

// The inverse: 4 bytes, and the offset that the wire has for the subfield's own. Clients know the
// input port as something to be set in NXM's form only, which is taken if the bits are in it.
void write_place(Writer &writer, model::Field field, const Dialect &dialect);
void write_place(Writer &writer, const model::Subfield &subfield, const Dialect &dialect);
unsigned place_offset(const model::Subfield &subfield, const Dialect &dialect);

// Is there a form for it?
bool sendable(model::Field field);

// NXM_NX_COOKIE, a field of the rule and not of the packet: is it next, with or without a mask?
bool cookie_is_next(const Reader &reader);
struct CookieMatch {
    std::uint64_t value = 0;
    std::uint64_t mask = 0;
};
std::expected<CookieMatch, OxmFault> read_cookie(Reader &reader);
void write_cookie(Writer &writer, CookieMatch cookie);

} // namespace bvs::wire
