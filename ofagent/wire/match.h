// SPDX-License-Identifier: Apache-2.0
//
// Matches: the 40 bytes of OpenFlow 1.0, the ofp_match of 1.2 and newer (OpenFlow 1.5.1, 7.2.3),
// and Nicira's list of fields, which may name a rule's cookie as well.
#pragma once

#include "ofagent/wire/oxm.h"

namespace bvs::wire {

// The match of the dialect's version with its padding.
model::Answer<model::Match> read_match(Reader &reader, const Dialect &dialect);
void write_match(Writer &writer, const model::Match &match, const Dialect &dialect);

// OpenFlow 1.0's in particular.
model::Answer<model::Match> read_match10(Reader &reader);
void write_match10(Writer &writer, const model::Match &match);

// Fields one after the other to the reader's end; no prerequisites are asked for, as of a packet's
// metadata.
model::Answer<model::Match> read_fields(Reader &reader);
void write_fields(Writer &writer, const model::Match &match, const Dialect &dialect);

struct NxmMatch {
    model::Match match;
    CookieMatch cookie; // mask 0: not asked for
};
// `length` bytes of fields and their padding. The length is known when they have been written.
model::Answer<NxmMatch> read_nxm_match(Reader &reader, std::size_t length);
std::uint16_t write_nxm_match(Writer &writer, const NxmMatch &match, const Dialect &dialect);

} // namespace bvs::wire
