// SPDX-License-Identifier: Apache-2.0
//
// Roles of controllers: OpenFlow 1.5.1, 7.3.9 and 7.4.6, and Nicira's for versions that have none.
#pragma once

#include "ofagent/wire/bytes.h"
#include "ofagent/wire/message.h"

namespace bvs::wire {

// Without a generation the request can only be Nicira's.
model::Answer<RoleRequest> read_role_request(Reader &reader, const Dialect &dialect);
void write_role_request(Writer &writer, const RoleRequest &request, const Dialect &dialect);
model::Answer<RoleReply> read_role_reply(Reader &reader, const Dialect &dialect);
void write_role_reply(Writer &writer, const RoleReply &reply, const Dialect &dialect);
model::Answer<RoleStatus> read_role_status(Reader &reader, const Dialect &dialect);
void write_role_status(Writer &writer, const RoleStatus &status, const Dialect &dialect);

// NXT_ROLE_REQUEST and NXT_ROLE_REPLY.
model::Answer<RoleRequest> read_nx_role_request(Reader &reader, const Dialect &dialect);
void write_nx_role_request(Writer &writer, const RoleRequest &request, const Dialect &dialect);
model::Answer<RoleReply> read_nx_role_reply(Reader &reader, const Dialect &dialect);
void write_nx_role_reply(Writer &writer, const RoleReply &reply, const Dialect &dialect);

} // namespace bvs::wire
