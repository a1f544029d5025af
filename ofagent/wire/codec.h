// SPDX-License-Identifier: Apache-2.0
//
// Bytes to messages and back. Pure functions; a malformed message is refused with the error that
// the standard has for it. One thread, no state: what a connection has settled is in its Dialect.
#pragma once

#include "ofagent/wire/bytes.h"
#include "ofagent/wire/message.h"

namespace bvs::wire {

inline constexpr std::size_t k_header = 8;

// The header, if there are enough bytes for one.
std::optional<Header> read_header(ByteSpan bytes);

// One whole message of `dialect.version` (a Hello of any version).
model::Answer<Message> decode(ByteSpan bytes, const Dialect &dialect);

// Multipart replies that do not fit into 64 KiB become several messages, of which all but the last
// say so. Empty: the version has no such message (a RoleStatus in 1.0, say).
Bytes encode(const Message &message, const Dialect &dialect);

// A request as it is told to others who asked for that (OFPT_REQUESTFORWARD), 1.4 and newer.
Bytes encode_forwarded(const Message &request, const Dialect &dialect);

// The error for a refused message, with at least its first 64 bytes.
Bytes encode_error(const model::OpenFlowError &error, std::uint32_t xid, ByteSpan offender,
                   Version version);

} // namespace bvs::wire
