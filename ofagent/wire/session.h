// SPDX-License-Identifier: Apache-2.0
//
// The messages that keep a session: hello, errors, echo and barrier. OpenFlow 1.5.1, 7.5.
#pragma once

#include "ofagent/wire/bytes.h"
#include "ofagent/wire/message.h"

namespace bvs::wire {

// The header's version counts where there is no bitmap: `dialect.version` is that.
model::Answer<Hello> read_hello(Reader &reader, const Dialect &dialect);
void write_hello(Writer &writer, const Hello &hello, const Dialect &dialect);
// What a Hello's header says.
std::uint8_t highest_version(const Hello &hello);

model::Answer<ErrorMessage> read_error(Reader &reader, const Dialect &dialect);
void write_error(Writer &writer, const ErrorMessage &error, const Dialect &dialect);

model::Answer<EchoRequest> read_echo_request(Reader &reader, const Dialect &dialect);
void write_echo_request(Writer &writer, const EchoRequest &echo, const Dialect &dialect);
model::Answer<EchoReply> read_echo_reply(Reader &reader, const Dialect &dialect);
void write_echo_reply(Writer &writer, const EchoReply &echo, const Dialect &dialect);

} // namespace bvs::wire
