// SPDX-License-Identifier: Apache-2.0
#include "ofagent/wire/role.h"

#include <fmt/format.h>

namespace bvs::wire {

using model::Answer;
using model::Refusal;

namespace {

constexpr std::uint64_t k_no_generation = ~0ULL;
// Nicira's roles begin with "other", which is OpenFlow's "equal".
constexpr std::uint32_t k_nx_offset = 1;

Answer<Role> read_role(Reader &reader, std::uint32_t offset) {
    std::uint32_t role = reader.u32();
    if (role > static_cast<std::uint32_t>(Role::slave) - offset)
        return model::refuse(Refusal::role_bad, fmt::format("role {}", role));
    return static_cast<Role>(role + offset);
}

void write_role(Writer &writer, Role role, std::uint32_t offset) {
    writer.u32(static_cast<std::uint32_t>(role) - offset);
}

std::optional<std::uint64_t> read_generation(Reader &reader) {
    std::uint64_t generation = reader.u64();
    if (generation == k_no_generation)
        return std::nullopt;
    return generation;
}

// Only in these roles is the generation of a request looked at.
bool has_generation(Role role) {
    return role == Role::master || role == Role::slave;
}

template <class T>
Answer<T> read_nx(Reader &reader) {
    auto role = read_role(reader, k_nx_offset);
    if (!role)
        return std::unexpected(role.error());
    return T{{*role, std::nullopt}};
}

} // namespace

Answer<RoleRequest> read_role_request(Reader &reader, const Dialect &) {
    auto role = read_role(reader, 0);
    if (!role)
        return std::unexpected(role.error());
    reader.skip(4);
    RoleRequest request{{*role, reader.u64()}};
    if (!has_generation(*role))
        request.generation.reset();
    return request;
}

void write_role_request(Writer &writer, const RoleRequest &request, const Dialect &) {
    write_role(writer, request.role, 0);
    writer.zeros(4);
    writer.u64(request.generation.value_or(0));
}

Answer<RoleReply> read_role_reply(Reader &reader, const Dialect &) {
    auto role = read_role(reader, 0);
    if (!role)
        return std::unexpected(role.error());
    reader.skip(4);
    return RoleReply{{*role, read_generation(reader)}};
}

void write_role_reply(Writer &writer, const RoleReply &reply, const Dialect &) {
    write_role(writer, reply.role, 0);
    writer.zeros(4);
    writer.u64(reply.generation.value_or(k_no_generation));
}

Answer<RoleStatus> read_role_status(Reader &reader, const Dialect &) {
    auto role = read_role(reader, 0);
    if (!role)
        return std::unexpected(role.error());
    RoleStatus status;
    status.role = *role;
    status.reason = reader.u8();
    reader.skip(3);
    status.generation = read_generation(reader);
    reader.rest(); // properties, of which none is known
    return status;
}

void write_role_status(Writer &writer, const RoleStatus &status, const Dialect &) {
    write_role(writer, status.role, 0);
    writer.u8(status.reason);
    writer.zeros(3);
    writer.u64(status.generation.value_or(k_no_generation));
}

Answer<RoleRequest> read_nx_role_request(Reader &reader, const Dialect &) {
    return read_nx<RoleRequest>(reader);
}
void write_nx_role_request(Writer &writer, const RoleRequest &request, const Dialect &) {
    write_role(writer, request.role, k_nx_offset);
}
Answer<RoleReply> read_nx_role_reply(Reader &reader, const Dialect &) {
    return read_nx<RoleReply>(reader);
}
void write_nx_role_reply(Writer &writer, const RoleReply &reply, const Dialect &) {
    write_role(writer, reply.role, k_nx_offset);
}

} // namespace bvs::wire
